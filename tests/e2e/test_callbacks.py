"""Callbacks end to end: a platform's real HTTP, three signatures, and faults on the way."""

from __future__ import annotations

import asyncio

import pytest
from jiebang_client.documents import RENEWAL
from tests.e2e.conftest import Json, Service

from jiebang.app.demo.follow import FollowedRenewal

#: Standard Webhooks, RFC 9421, a plain HMAC.
PLATFORMS = ("luntan", "heming", "qingqi")


async def number_at(service: Service, platform: str) -> tuple[str, str]:
    """Return a number with one account there that can be unbound, and its activation date."""
    accounts = (await service.inspect("accounts", platform=platform))["accounts"]
    for account in accounts:
        history = await service.inspect(f"numbers/{account['number']}")
        tenures: list[Json] = history["tenures"]
        here = [one for one in accounts if one["number"] == account["number"]]
        alone = len(here) == 1 and not account["flags"] and history["basis"] == "CURRENT"
        if alone and len(tenures) > 1 and account["holder"] == tenures[0]["holder"]:
            return account["number"], tenures[-1]["from"]
    raise AssertionError(f"nobody is at {platform}")


async def unbind(service: Service, platform: str) -> FollowedRenewal:
    number, since = await number_at(service, platform)
    tenure = {"current": {"activatedOn": since}}
    return await service.renew(service.token(), number=number, tenure=tenure, platforms=[platform])


async def callback_count(service: Service, platform: str, result: str) -> float:
    """Return how many callbacks of this platform had this result, in this process so far."""
    headers = {"authorization": f"Bearer {service.token()}"}
    async with service.session.get(f"{service.url}/metrics", headers=headers) as reply:
        wanted = f'jiebang_callbacks_total{{connector="{platform}",result="{result}"}} '
        lines = (await reply.text()).splitlines()
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    "fault",
    [
        "none",
        "callback_lost",
        "callback_twice",
        "callback_unsigned",
        "callback_before_reply",
        "callback_out_of_order",
    ],
)
async def test_whatever_becomes_of_a_callback_the_order_is_done_once(
    service: Service, platform: str, fault: str
) -> None:
    before = await callback_count(service, platform, "kept")
    refused = await callback_count(service, platform, "refused")
    await service.inject_fault(platform, fault)
    course = await unbind(service, platform)
    (action,) = course.actions.values()
    assert action["verification"] == "VERIFIED"
    assert (await service.inspect("effects", platform=platform))["count"] == 1
    kept = await callback_count(service, platform, "kept") - before
    if fault in ("callback_lost", "callback_unsigned"):
        assert kept == 0
    else:
        assert kept > 0
    if fault == "callback_unsigned":
        assert await callback_count(service, platform, "refused") > refused


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_late_callback_is_heard_and_changes_nothing(
    service: Service, platform: str
) -> None:
    kept = await callback_count(service, platform, "kept")
    ignored = await callback_count(service, platform, "ignored")
    await service.inject_fault(platform, "callback_late", seconds=6)
    course = await unbind(service, platform)
    ended = course.cursor
    async with asyncio.timeout(30):
        while await callback_count(service, platform, "ignored") == ignored:  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # it is on its way, and only the counter tells
    assert await callback_count(service, platform, "kept") == kept
    renewal = (await service.ask(service.token(), RENEWAL, id=course.id))["renewal"]
    assert (renewal["cursor"], renewal["status"]) == (ended, "FULFILLED")
    assert (await service.inspect("effects", platform=platform))["count"] == 1


async def test_a_lookups_answer_comes_by_callback(service: Service) -> None:
    before = await callback_count(service, "qingqi", "kept")
    course = await unbind(service, "qingqi")
    (inquiry,) = course.inquiries.values()
    assert inquiry["outcome"] == "BOUND"
    # The order's end is one; without the lookup's there would be no second.
    assert await callback_count(service, "qingqi", "kept") - before >= 2


@pytest.mark.parametrize("fault", ["none", "callback_twice", "callback_lost", "callback_unsigned"])
async def test_who_only_asks_is_told_by_callback_too(service: Service, fault: str) -> None:
    number, since = await number_at(service, "qingqi")
    kept = await callback_count(service, "qingqi", "kept")
    await service.inject_fault("qingqi", fault)
    token = service.token()

    async def outcome() -> str:
        found = await service.lookup(
            token,
            number=number,
            tenure={"current": {"activatedOn": since}},
            platforms=["qingqi"],
        )
        (platform,) = found["platforms"]
        return str(platform["outcome"])

    assert await outcome() == "PENDING"
    async with asyncio.timeout(30):
        while (told := await outcome()) == "PENDING":  # noqa: ASYNC110 - nobody tells who only asks
            await asyncio.sleep(0.1)
    assert told == "BOUND"
    if fault in ("none", "callback_twice"):
        assert await callback_count(service, "qingqi", "kept") > kept
