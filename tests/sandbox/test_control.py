"""Faults occur as configured, and a reset restores the initial state."""

from __future__ import annotations

import pytest
from tests.fleet import DEPARTING, PLATFORMS, Fleet, connector, subject_for

from jiebang.sdk import ConnectorError, Done, TimedOut, Unavailable

EACH = pytest.mark.parametrize("name", PLATFORMS)


@pytest.mark.parametrize("name", ["yunpan", "chengshi"])
async def test_a_liar_calls_done_what_it_does_not_do(fleet: Fleet, name: str) -> None:
    subject, account = await fleet.account(name)
    await fleet.fault(name, "no_effect")
    assert await fleet.order(subject, account) == Done()
    assert await fleet.effects(name) == []
    assert await fleet.handles(name, subject.number) == [account.handle]


@pytest.mark.parametrize(("fault", "effects"), [("error", 0), ("lost_reply", 1)])
async def test_an_error_does_nothing_and_a_lost_reply_hides_an_effect(
    fleet: Fleet, fault: str, effects: int
) -> None:
    subject, account = await fleet.account("chengshi")
    await fleet.fault("chengshi", fault)
    with pytest.raises(Unavailable) as failed:
        await connector("chengshi").unbind(subject, account, fleet.to("chengshi"))
    assert failed.value.maybe_done
    assert [reply.status for reply in fleet.replies] == [500] * (1 - effects)
    assert await fleet.effects("chengshi") == [("unbind", account.handle)] * effects
    await fleet.fault("chengshi", "none")
    assert (await fleet.handles("chengshi", subject.number) == []) is (effects == 1)


@pytest.mark.parametrize(("fault", "rest"), [("hang", {}), ("slow", {"seconds": 3600.0})])
async def test_a_client_can_be_kept_waiting(
    fleet: Fleet, fault: str, rest: dict[str, float]
) -> None:
    await fleet.fault("yunpan", fault, **rest)
    with pytest.raises(TimedOut):
        await connector("yunpan").lookup(subject_for(DEPARTING), fleet.to("yunpan", seconds=0.2))


@EACH
async def test_a_fault_ends_with_none(fleet: Fleet, name: str) -> None:
    await fleet.fault("*", "error")
    with pytest.raises(Unavailable, match="500"):
        await connector(name).lookup(subject_for(DEPARTING), fleet.to(name))
    await fleet.fault("*", "none")
    await fleet.lookup(name, DEPARTING)


async def test_a_rate_hits_about_that_share_and_the_same_calls_again(fleet: Fleet) -> None:
    async def failed() -> bool:
        try:
            await connector("yunpan").lookup(subject_for(DEPARTING), fleet.to("yunpan"))
        except ConnectorError:
            return True
        return False

    async def run() -> list[bool]:
        await fleet.fault("yunpan", "error", rate=0.5)
        return [await failed() for _ in range(60)]

    first = await run()
    assert 15 < sum(first) < 45
    await fleet.request("POST", "/control/reset")
    assert await run() == first


@EACH
async def test_reset_brings_everything_back(fleet: Fleet, name: str) -> None:
    subject, account = await fleet.account(name)
    before = await fleet.handles(name, subject.number)
    await fleet.order(subject, account)
    await fleet.request("POST", f"/{name}/signup", {"phone": subject.number})
    await fleet.fault(name, "error")
    assert (await fleet.request("POST", "/control/reset")).status == 200
    assert await fleet.handles(name, subject.number) == before
    assert await fleet.effects(name) == []
    assert await fleet.order(subject, account) == Done()


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
async def test_a_wrong_order_is_refused_by_name(fleet: Fleet, order: object, named: str) -> None:
    reply = await fleet.request("POST", "/control/faults", order)
    assert reply.status == 400
    assert reply.json["error"].startswith(named)
