"""What distinguishes each platform from the others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from jiebang.sandbox import Pace, populate, run_sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Driver

TODAY = date(2026, 6, 1)
NEW_HOLDER, DEPARTING, FORMER = "13900000001", "13900000002", "13900000003"


async def bound_at(fleet: Client, platform: str, number: str) -> str:
    params = {"number": number, "platform": platform}
    reply = await fleet.call("GET", "/inspect/accounts", params=params)
    return str(reply.json["accounts"][0]["bound_at"])


async def test_a_lender_keeps_the_number_while_there_is_debt(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    handle = await fleet.handle("jisudai", NEW_HOLDER, flag="debt")
    reply = await drivers["jisudai"].order(fleet, NEW_HOLDER, handle, "order-1")
    assert reply.status == 409
    assert reply.json["resp"] == {
        "header": {"code": "2301", "desc": "存在未结清借款"},
        "body": None,
    }
    assert await drivers["jisudai"].lookup(fleet, NEW_HOLDER) == [handle]
    assert await fleet.effects("jisudai") == []


async def test_a_lender_stops_calling_although_there_is_debt(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    handle = await fleet.handle("jisudai", NEW_HOLDER, flag="debt")

    async def stop(key: str) -> str:
        order = {"mobile": NEW_HOLDER, "contractNo": handle, "requestNo": key}
        reply = await fleet.call("POST", "/jisudai/api/customer/contact/stop", {"req": order})
        return str(reply.json["resp"]["body"]["result"])

    results = [await stop("order-1"), await stop("order-1"), await stop("order-2")]
    assert results == ["STOPPED", "STOPPED", "ALREADY_STOPPED"]
    asked = await drivers["jisudai"].ask(fleet, NEW_HOLDER)
    contract = asked.json["resp"]["body"]["customer"]["contracts"][0]
    assert contract["status"] == {"contact": "STOPPED", "restrictions": ["UNSETTLED_DEBT"]}
    assert [each["operation"] for each in await fleet.effects("jisudai")] == ["contact_stop"]


async def test_a_key_for_one_operation_does_not_serve_another(fleet: Client) -> None:
    handle = await fleet.handle("jisudai", DEPARTING)
    order = {"req": {"mobile": DEPARTING, "contractNo": handle, "requestNo": "order-1"}}
    await fleet.call("POST", "/jisudai/api/customer/contact/stop", order)
    reply = await fleet.call("POST", "/jisudai/api/customer/unbind", order)
    assert reply.status == 422


async def test_the_mall_has_the_strangers_account_and_the_new_holders_own(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    reply = await drivers["leshop"].ask(fleet, NEW_HOLDER)
    dates = sorted(each["regDate"] for each in reply.json["data"]["list"])
    activated = (TODAY - timedelta(days=120)).strftime("%Y%m%d")
    assert dates[0] < activated < dates[1]


async def test_the_mall_takes_forms_too(fleet: Client) -> None:
    handle = await fleet.handle("leshop", DEPARTING)
    form = {"appKey": "sandbox-leshop-key", "tel": f"86{DEPARTING}", "uid": handle}
    async with fleet.session.post(fleet.url + "/leshop/rest/phone/unbind", data=form) as reply:
        assert (reply.status, await reply.json()) == (
            200,
            {"code": 0, "msg": "解绑成功", "data": None},
        )


async def test_dates_are_written_in_each_platforms_format(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    async def lookup_json(platform: str) -> Any:
        reply = await drivers[platform].ask(fleet, DEPARTING)
        return reply.json

    yunpan = await bound_at(fleet, "yunpan", DEPARTING)
    assert (await lookup_json("yunpan"))["bindings"][0]["boundOn"] == yunpan[:10]
    luntan = await bound_at(fleet, "luntan", DEPARTING)
    assert (await lookup_json("luntan"))["users"][0]["phone_bound_at"] == luntan
    assert luntan.endswith("+08:00")
    chengshi = await bound_at(fleet, "chengshi", DEPARTING)
    assert (await lookup_json("chengshi"))["rows"][0]["bangDing"] == chengshi[:10].replace("-", "")
    youxi = await lookup_json("youxi")
    assert 1e12 < youxi["players"][0]["bindMs"] < 2e12
    assert set((await lookup_json("xuexi"))["learners"][0]) == {"learner_no", "nickname"}


async def test_a_ticket_is_queued_first_and_done_by_the_third_poll(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    handle = await fleet.handle("tiandian", DEPARTING)
    reply = await drivers["tiandian"].order(fleet, DEPARTING, handle, "order-1")
    assert (reply.status, reply.json["state"]) == (202, "QUEUED")
    path = f"/tiandian/open/unbind-tickets/{reply.json['ticket']}"
    states = [(await fleet.call("GET", path)).json["state"] for _ in range(3)]
    assert states[0] == "QUEUED"
    assert states[2] == "DONE"
    assert (await fleet.call("DELETE", path)).status == 409


async def test_a_queued_ticket_can_be_taken_back(fleet: Client, drivers: dict[str, Driver]) -> None:
    handle = await fleet.handle("tiandian", DEPARTING)
    reply = await drivers["tiandian"].order(fleet, DEPARTING, handle, "order-1")
    path = f"/tiandian/open/unbind-tickets/{reply.json['ticket']}"
    withdrawn = await fleet.call("DELETE", path)
    assert (withdrawn.status, withdrawn.json["state"]) == (200, "WITHDRAWN")
    for _ in range(4):
        assert (await fleet.call("GET", path)).json["state"] == "WITHDRAWN"
    assert await drivers["tiandian"].lookup(fleet, DEPARTING) == [handle]


async def test_the_first_call_about_a_number_is_too_frequent_once_per_operation(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    zhiyou = drivers["zhiyou"]
    handle = await fleet.handle("zhiyou", DEPARTING)
    first, second = await zhiyou.ask(fleet, DEPARTING), await zhiyou.ask(fleet, DEPARTING)
    assert (first.status, first.headers["retry-after"], second.status) == (429, "1", 200)
    first = await zhiyou.order(fleet, DEPARTING, handle, "order-1")
    second = await zhiyou.order(fleet, DEPARTING, handle, "order-1")
    assert (first.status, second.status) == (429, 200)


@pytest.mark.parametrize("pace", [Pace(slow_seconds=3600)])
async def test_the_slow_one_is_slow(fleet: Client, drivers: dict[str, Driver]) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await drivers["manyou"].ask(fleet, DEPARTING)


async def _youxi_results(seed: int) -> list[tuple[int | None, int]]:
    """Status (None: cut) and number of effects after each of 24 orders under new keys."""
    population = populate(1, TODAY, numbers=0)
    seen: list[tuple[int | None, int]] = []
    pace = Pace(flaky_rate=0.5)
    headers = {"X-Game-Token": "sandbox-youxi-token"}
    account = next(
        each
        for each in population.accounts
        if each.platform == "youxi" and each.number.endswith("2")
    )
    many = replace(
        population,
        accounts=tuple(replace(account, id=f"player-{index}") for index in range(24)),
    )
    async with run_sandbox(many, seed=seed, pace=pace) as url, aiohttp.ClientSession() as session:
        for each in many.accounts:
            order = {"phone": DEPARTING, "playerId": each.id, "orderId": f"order-{each.id}"}
            status: int | None = None
            try:
                async with session.post(
                    url + "/youxi/player/unbind", json=order, headers=headers
                ) as reply:
                    status = reply.status
            except aiohttp.ClientConnectionError:
                pass
            async with session.get(url + "/inspect/effects") as reply:
                seen.append((status, (await reply.json())["count"]))
    return seen


async def test_the_flaky_one_fails_the_same_way_for_the_same_seed() -> None:
    first = await _youxi_results(7)
    assert await _youxi_results(7) == first
    assert await _youxi_results(8) != first


async def test_some_failed_writes_have_happened_and_some_have_not() -> None:
    seen = await _youxi_results(7)
    assert {status for status, _ in seen} == {200, 500, None}
    counts = [0, *(count for _, count in seen)]
    failed = {
        after - before
        for (status, after), before in zip(seen, counts, strict=False)
        if status != 200
    }
    assert failed == {0, 1}


async def test_a_challenge_page_is_html_whatever_is_asked(fleet: Client) -> None:
    replies = [
        await fleet.call(method, f"/yuanfen/{path}")
        for method, path in (("GET", "api/user"), ("POST", "api/x"), ("DELETE", "api/user/1"))
    ]
    assert [reply.status for reply in replies] == [200, 200, 403]
    assert all(reply.headers["content-type"].startswith("text/html") for reply in replies)


async def test_a_legal_hold_is_423(fleet: Client, drivers: dict[str, Driver]) -> None:
    handle = await fleet.handle("yikang", NEW_HOLDER, flag="legal_hold")
    reply = await drivers["yikang"].order(fleet, NEW_HOLDER, handle, "order-1")
    assert (reply.status, reply.json["issue"][0]["code"]) == (423, "legal-hold")


async def test_a_sole_login_is_kept_and_the_other_account_is_not(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    gongju = drivers["gongju"]
    sole = await fleet.handle("gongju", NEW_HOLDER, flag="sole_login")
    fine = await fleet.handle("gongju", NEW_HOLDER)
    refused = await gongju.order(fleet, NEW_HOLDER, sole, "order-1")
    assert (refused.status, refused.json["code"]) == (422, "SOLE_LOGIN")
    assert await gongju.unbind(fleet, NEW_HOLDER, fine, "order-2") == "done"
    assert await gongju.lookup(fleet, NEW_HOLDER) == [sole]


async def test_a_banned_account_ends_the_case_refused(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    handle = await fleet.handle("luntan", FORMER, flag="banned")
    reply = await drivers["luntan"].order(fleet, FORMER, handle, "order-1")
    while reply.json["state"] == "OPEN":
        reply = await fleet.call("GET", f"/luntan/api/unbind-cases/{reply.json['case_id']}")
    assert (reply.json["state"], reply.json["reason"]) == ("REFUSED", "ACCOUNT_BANNED")
    assert await fleet.effects("luntan") == []


async def test_a_lookup_may_itself_be_queued(fleet: Client, drivers: dict[str, Driver]) -> None:
    reply = await drivers["huiyuan"].ask(fleet, DEPARTING)
    assert (reply.status, reply.json["state"]) == (202, "RUNNING")
    path = f"/huiyuan/queries/{reply.json['query_id']}"
    states = [(await fleet.call("GET", path)).json["state"] for _ in range(2)]
    assert states[-1] == "READY"
    assert (await fleet.call("GET", "/huiyuan/queries/unknown")).status == 404


async def test_the_silent_one_holds_the_connection(fleet: Client) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await fleet.call("GET", "/anju/api/tenants")
    requests = await fleet.call("GET", "/inspect/requests", params={"platform": "anju"})
    assert requests.json["requests"] == [
        {"platform": "anju", "method": "GET", "path": "/anju/api/tenants", "status": None}
    ]


async def test_an_insurer_wants_to_see_who_it_is_and_then_goes_on_with_the_same_order(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    anhe = drivers["anhe"]
    handle = await fleet.handle("anhe", FORMER, flag="id_check")
    asked = await anhe.order(fleet, FORMER, handle, "order-1")
    assert (asked.status, asked.json["result"]) == (200, "ID_CHECK")
    assert await fleet.effects("anhe") == []
    check = str(asked.json["url"]).removeprefix("https://anhe.example")
    assert handle not in check
    assert (await fleet.call("POST", f"/anhe{check}x")).status == 404
    assert (await fleet.call("POST", f"/anhe{check}")).status == 200
    assert await anhe.unbind(fleet, FORMER, handle, "order-1") == "done"


async def test_money_that_is_invested_is_409(fleet: Client, drivers: dict[str, Driver]) -> None:
    handle = await fleet.handle("wenlu", DEPARTING, flag="funds")
    reply = await drivers["wenlu"].order(fleet, DEPARTING, handle, "order-1")
    assert (reply.status, reply.json) == (409, {"fault": {"code": "holdings"}})
    assert await fleet.effects("wenlu") == []


@pytest.mark.parametrize(
    ("path", "mark", "operation"),
    [
        ("stop-contact", "contact_stopped", "contact_stop"),
        ("lock", "locked", "lock"),
        ("tell-owner", "owner_told", "holder_notice"),
    ],
)
async def test_an_insurer_does_the_rest_once_and_leaves_the_number(
    fleet: Client, path: str, mark: str, operation: str
) -> None:
    handle = await fleet.handle("anhe", DEPARTING)

    async def order(key: str, account: str = handle) -> Any:
        data = {"mobile": DEPARTING, "holderId": account, "serial": key}
        body = {"auth": {"key": fleet.keys["anhe"]}, "data": data}
        return await fleet.call("POST", f"/anhe/open/holders/{path}", body)

    again = [(await order(key)).json["again"] for key in ("o-1", "o-1", "o-2")]
    assert again == [False, False, True]
    assert (await order("o-3", "nobody")).status == 404
    assert (await order("o-1", "nobody")).status == 422
    assert [one["operation"] for one in await fleet.effects("anhe")] == [operation]
    params = {"number": DEPARTING, "platform": "anhe"}
    (account,) = (await fleet.call("GET", "/inspect/accounts", params=params)).json["accounts"]
    marks = {name for name in ("contact_stopped", "locked", "owner_told") if account[name]}
    assert (marks, account["bound"]) == ({mark}, True)
