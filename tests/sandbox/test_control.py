"""Faults occur as configured, and a reset restores the initial state."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Driver

NUMBER = "13900000002"


async def test_a_lost_reply_hides_an_effect(fleet: Client, drivers: dict[str, Driver]) -> None:
    chengshi = drivers["chengshi"]
    handle = await fleet.handle("chengshi", NUMBER)
    await fleet.fault("chengshi", "lost_reply")
    with pytest.raises(aiohttp.ClientConnectionError):
        await chengshi.order(fleet, NUMBER, handle, "")
    assert len(await fleet.effects("chengshi")) == 1
    assert await chengshi.lookup(fleet, NUMBER) == []


@pytest.mark.parametrize("name", ["yunpan", "chengshi"])
async def test_a_liar_calls_done_what_it_does_not_do(
    fleet: Client, drivers: dict[str, Driver], name: str
) -> None:
    handle = await fleet.handle(name, NUMBER)
    await fleet.fault(name, "no_effect")
    assert (await drivers[name].order(fleet, NUMBER, handle, "order-1")).status in (200, 204)
    assert await fleet.effects(name) == []
    assert await drivers[name].lookup(fleet, NUMBER) == [handle]


async def test_an_error_does_nothing(fleet: Client, drivers: dict[str, Driver]) -> None:
    handle = await fleet.handle("chengshi", NUMBER)
    await fleet.fault("chengshi", "error")
    assert (await drivers["chengshi"].order(fleet, NUMBER, handle, "")).status == 500
    assert await fleet.effects("chengshi") == []


@pytest.mark.parametrize(("fault", "rest"), [("hang", {}), ("slow", {"seconds": 3600.0})])
async def test_a_client_can_be_kept_waiting(
    fleet: Client, drivers: dict[str, Driver], fault: str, rest: dict[str, float]
) -> None:
    await fleet.fault("yunpan", fault, **rest)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await drivers["yunpan"].ask(fleet, NUMBER)


async def test_a_fault_ends_with_none(fleet: Client, platform: Driver) -> None:
    await fleet.fault("*", "error")
    assert (await platform.ask(fleet, NUMBER)).status == 500
    await fleet.fault("*", "none")
    await platform.lookup(fleet, NUMBER)


async def test_a_rate_hits_about_that_share_and_the_same_calls_again(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    async def run() -> list[int]:
        await fleet.fault("yunpan", "error", rate=0.5)
        return [(await drivers["yunpan"].ask(fleet, NUMBER)).status for _ in range(60)]

    first = await run()
    assert 15 < first.count(500) < 45
    await fleet.call("POST", "/control/reset")
    assert await run() == first


async def test_reset_brings_everything_back(fleet: Client, platform: Driver) -> None:
    number = await fleet.number_at(platform.id)
    before = await platform.lookup(fleet, number)
    handle = await fleet.handle(platform.id, number)
    await platform.unbind(fleet, number, handle, "order-1")
    await fleet.call("POST", f"/{platform.id}/signup", {"phone": number})
    await fleet.fault(platform.id, "error")
    assert (await fleet.call("POST", "/control/reset")).status == 200
    assert await platform.lookup(fleet, number) == before
    assert await fleet.effects(platform.id) == []
    assert await platform.unbind(fleet, number, handle, "order-1") == "done"


@pytest.mark.parametrize(
    ("order", "named"),
    [
        ({"platform": "weixin", "fault": "hang"}, "platform"),
        ({"platform": "yunpan", "fault": "fire"}, "fault"),
        ({"platform": "yunpan", "fault": "hang", "rate": 2}, "rate"),
        ({"platform": "yunpan", "fault": "slow", "seconds": "long"}, "seconds"),
        ([], "platform"),
    ],
)
async def test_a_wrong_order_is_refused_by_name(fleet: Client, order: object, named: str) -> None:
    reply = await fleet.call("POST", "/control/faults", order)
    assert reply.status == 400
    assert reply.json["error"].startswith(named)
