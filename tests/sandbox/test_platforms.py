"""What distinguishes each platform from the others."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from tests.fleet import (
    DEPARTING,
    FORMER,
    NEW_HOLDER,
    NOT_FOUND,
    REUSED,
    TODAY,
    Fleet,
    connector,
    run_fleet,
    subject_for,
)

from jiebang.sandbox import Pace, populate
from jiebang.sdk import (
    Account,
    Bound,
    Capability,
    ConnectorError,
    Denied,
    DenyReason,
    Done,
    Effect,
    NeedsAction,
    Pending,
    RateLimited,
    Rejected,
    StepKind,
    Subject,
    TimedOut,
    Unavailable,
    Withdrawn,
)


@pytest.mark.parametrize(
    ("name", "flag", "reason", "status", "code"),
    [
        ("jisudai", "debt", DenyReason.FUNDS_OR_DEBT_OUTSTANDING, 409, "存在未结清借款"),
        ("yikang", "legal_hold", DenyReason.LEGAL_HOLD, 423, "legal-hold"),
        ("gongju", "sole_login", DenyReason.SOLE_LOGIN_IDENTIFIER, 422, "SOLE_LOGIN"),
        ("wenlu", "funds", DenyReason.FUNDS_OR_DEBT_OUTSTANDING, 409, "holdings"),
    ],
)
async def test_a_refusal_is_foreseen_then_told_and_the_number_stays(
    fleet: Fleet, name: str, flag: str, reason: DenyReason, status: int, code: str
) -> None:
    subject, account = await fleet.account(name, flag)
    found = await fleet.lookup(name, subject)
    foreseen = {one.handle: one.blockers for one in found.accounts}
    assert foreseen[account.handle] == (reason,)
    told = await fleet.order(subject, account)
    assert isinstance(told, Denied)
    assert told.reason is reason
    assert (fleet.replies[-1].status, code in fleet.replies[-1].body.decode()) == (status, True)
    assert await fleet.lookup(name, subject) == found
    assert await fleet.effects(name) == []


async def test_a_banned_account_ends_the_case_refused(fleet: Fleet) -> None:
    refused = Denied(reason=DenyReason.ACCOUNT_BANNED, platform_code="ACCOUNT_BANNED")
    assert await fleet.order(*await fleet.account("luntan", "banned", FORMER)) == refused
    assert await fleet.effects("luntan") == []


async def test_a_sole_login_is_kept_and_the_other_account_is_not(fleet: Fleet) -> None:
    _, sole = await fleet.account("gongju", "sole_login", NEW_HOLDER)
    subject, fine = await fleet.account("gongju", None, NEW_HOLDER)
    assert await fleet.order(subject, fine) == Done()
    assert await fleet.handles("gongju", NEW_HOLDER) == [sole.handle]


async def test_a_lender_stops_calling_although_there_is_debt(fleet: Fleet) -> None:
    subject, account = await fleet.account("jisudai", "debt", NEW_HOLDER)
    stopped = Done(effects=frozenset({Effect.CONTACT_STOPPED}))
    ended = [await fleet.order(subject, account, key, "cease_contact") for key in ("1", "1", "2")]
    assert ended == [stopped, stopped, replace(stopped, already=True)]
    await fleet.lookup("jisudai", subject)
    told: Any = fleet.replies[-1].json()
    (contract,) = told["resp"]["body"]["customer"]["contracts"]
    assert contract["status"] == {"contact": "STOPPED", "restrictions": ["UNSETTLED_DEBT"]}
    assert await fleet.effects("jisudai") == [("contact_stop", account.handle)]


async def test_a_key_for_one_operation_does_not_serve_another(fleet: Fleet) -> None:
    subject, account = await fleet.account("jisudai", None, DEPARTING)
    await fleet.order(subject, account, "k-1", "cease_contact")
    with pytest.raises(Rejected, match="422"):
        await fleet.order(subject, account, "k-1")


async def test_the_mall_takes_json_too(fleet: Fleet) -> None:
    subject, account = await fleet.account("leshop", None, DEPARTING)
    key = fleet.credentials["leshop"]["app_key"]
    order = {"appKey": key, "tel": f"86{subject.national}", "uid": account.handle}
    reply = await fleet.request("POST", "/leshop/rest/phone/unbind", order)
    assert (reply.status, reply.json) == (200, {"code": 0, "msg": "解绑成功", "data": None})


async def test_a_forum_tells_the_very_second_and_learners_come_without_any_date(
    fleet: Fleet,
) -> None:
    there = await fleet.get("/inspect/accounts", number=DEPARTING, platform="luntan")
    bound_at = there["accounts"][0]["bound_at"]
    await fleet.lookup("luntan", DEPARTING)
    users: Any = fleet.replies[-1].json()
    assert users["users"][0]["phone_bound_at"] == bound_at
    assert bound_at.endswith("+08:00")
    await fleet.lookup("xuexi", DEPARTING)
    learners: Any = fleet.replies[-1].json()
    assert set(learners["learners"][0]) == {"learner_no", "nickname"}


async def open_ticket(fleet: Fleet) -> tuple[Subject, Pending]:
    subject, account = await fleet.account("tiandian", None, DEPARTING)
    pending = await connector("tiandian").unbind(subject, account, fleet.to("tiandian"))
    assert isinstance(pending, Pending)
    assert fleet.replies[-1].status == 202
    return subject, pending


async def test_a_ticket_is_queued_first_and_done_by_the_third_poll(fleet: Fleet) -> None:
    one, call = connector("tiandian"), fleet.to("tiandian")
    subject, pending = await open_ticket(fleet)
    polls = [await one.status(subject, pending, Capability.UNBIND, call) for _ in range(3)]
    assert isinstance(polls[0], Pending)
    assert polls[2] == Done()
    path = f"/tiandian/open/unbind-tickets/{pending.remote_ref}"
    assert (await fleet.request("DELETE", path)).status == 409


async def test_a_queued_ticket_can_be_withdrawn(fleet: Fleet) -> None:
    one, call = connector("tiandian"), fleet.to("tiandian")
    found = await fleet.lookup("tiandian", DEPARTING)
    subject, pending = await open_ticket(fleet)
    assert isinstance(await one.withdraw(subject, pending, call), Withdrawn)
    for _ in range(4):
        ended = await one.status(subject, pending, Capability.UNBIND, call)
        assert isinstance(ended, Denied)
        told: Any = fleet.replies[-1].json()
        assert told["state"] == "WITHDRAWN"
    assert await fleet.lookup("tiandian", DEPARTING) == found


async def test_the_first_call_about_a_number_is_too_frequent_once_per_operation(
    fleet: Fleet,
) -> None:
    subject, account = await fleet.account("zhiyou", None, DEPARTING)
    for operation, given in (("lookup", (subject,)), ("unbind", (subject, account))):
        ask = getattr(connector("zhiyou"), operation)
        with pytest.raises(RateLimited) as limited:
            await ask(*given, fleet.to("zhiyou"))
        assert limited.value.retry_after == 1
        await ask(*given, fleet.to("zhiyou"))


@pytest.mark.parametrize("pace", [Pace(slow_seconds=3600)])
async def test_the_slow_one_is_slow(fleet: Fleet) -> None:
    with pytest.raises(TimedOut):
        await connector("manyou").lookup(subject_for(DEPARTING), fleet.to("manyou", seconds=0.2))


async def test_the_silent_one_holds_the_connection(fleet: Fleet) -> None:
    with pytest.raises(TimedOut):
        await connector("anju").lookup(subject_for(DEPARTING), fleet.to("anju", seconds=0.1))
    told = await fleet.get("/inspect/requests", platform="anju")
    assert told["requests"] == [
        {"platform": "anju", "method": "GET", "path": "/anju/api/tenants", "status": None}
    ]


async def youxi_results(seed: int) -> list[tuple[int | None, int]]:
    """Status (None: cut) and number of effects after each of 24 orders under new keys."""
    people = populate(1, TODAY, numbers=0)
    player = next(
        one for one in people.accounts if (one.platform, one.number) == ("youxi", DEPARTING)
    )
    many = tuple(replace(player, id=f"player-{index}") for index in range(24))
    seen: list[tuple[int | None, int]] = []
    async with run_fleet(Pace(flaky_rate=0.5), replace(people, accounts=many), seed=seed) as fleet:
        for each in many:
            fleet.replies.clear()
            account = Account(handle=each.id, platform="youxi")
            call = fleet.to("youxi", idempotency_key=each.id)
            with suppress(Unavailable):
                await connector("youxi").unbind(subject_for(DEPARTING), account, call)
            status = fleet.replies[0].status if fleet.replies else None
            seen.append((status, len(await fleet.effects("youxi"))))
    return seen


async def test_the_flaky_one_fails_the_same_way_for_the_same_seed() -> None:
    first = await youxi_results(7)
    assert await youxi_results(7) == first
    assert await youxi_results(8) != first


async def test_some_failed_writes_have_happened_and_some_have_not() -> None:
    seen = await youxi_results(7)
    assert {status for status, _ in seen} == {200, 500, None}
    counts = [0, *(count for _, count in seen)]
    failed = {
        after - before
        for (status, after), before in zip(seen, counts, strict=False)
        if status != 200
    }
    assert failed == {0, 1}


async def test_a_challenge_page_is_html_whatever_is_asked(fleet: Fleet) -> None:
    replies = [
        await fleet.request(method, f"/yuanfen/{path}")
        for method, path in (("GET", "api/user"), ("POST", "api/x"), ("DELETE", "api/user/1"))
    ]
    assert [reply.status for reply in replies] == [200, 200, 403]
    assert all(reply.headers["content-type"].startswith("text/html") for reply in replies)


async def test_a_lookup_may_itself_be_queued(fleet: Fleet) -> None:
    one, call, subject = connector("huiyuan"), fleet.to("huiyuan"), subject_for(DEPARTING)
    pending = await one.lookup(subject, call)
    assert isinstance(pending, Pending)
    polls = [await one.status(subject, pending, Capability.LOOKUP, call) for _ in range(2)]
    assert isinstance(polls[-1], Bound)
    assert (await fleet.request("GET", "/huiyuan/queries/unknown")).status == 404


async def test_the_insurer_wants_to_see_who_it_is_and_then_goes_on_with_the_same_order(
    fleet: Fleet,
) -> None:
    subject, account = await fleet.account("anhe", "id_check")
    asked = await fleet.order(subject, account)
    assert isinstance(asked, NeedsAction)
    assert asked.kind is StepKind.ID_CHECK
    assert asked.url is not None
    assert await fleet.effects("anhe") == []
    check = asked.url.removeprefix("https://anhe.example")
    assert account.handle not in check
    assert (await fleet.request("POST", f"/anhe{check}x", {})).status == 404
    assert (await fleet.request("POST", f"/anhe{check}", {})).status == 200
    assert await fleet.order(subject, account) == Done()


STOPPED, LOCKED, TOLD = Effect.CONTACT_STOPPED, Effect.LOGIN_DISABLED, Effect.HOLDER_NOTIFIED
#: What an action is called by the sandbox: its operation, and the mark on the account.
SAID = {
    "cease_contact": ("contact_stop", "contact_stopped"),
    "lock_account": ("lock", "locked"),
    "notify_holder": ("holder_notice", "owner_told"),
}


@pytest.mark.parametrize(
    ("name", "action", "effects"),
    [
        ("youxi", "lock_account", {LOCKED}),
        ("shundao", "lock_account", {LOCKED, Effect.SESSIONS_REVOKED}),
        ("wenlu", "lock_account", {LOCKED}),
        ("anhe", "lock_account", {LOCKED}),
        ("jisudai", "cease_contact", {STOPPED}),
        ("zhiyou", "cease_contact", {STOPPED}),
        ("luming", "cease_contact", {STOPPED}),
        ("feiguan", "cease_contact", {STOPPED}),
        ("anhe", "cease_contact", {STOPPED}),
        ("yunpan", "notify_holder", {TOLD}),
        ("anhe", "notify_holder", {TOLD}),
    ],
)
async def test_what_else_can_be_asked_is_done_once_and_leaves_the_number(
    fleet: Fleet, name: str, action: str, effects: set[Effect]
) -> None:
    subject, account = await fleet.account(name)
    operation, mark = SAID[action]
    done = Done(effects=frozenset(effects))
    assert await fleet.order(subject, account, "o-1", action) == done
    assert await fleet.order(subject, account, "o-1", action) == done
    assert await fleet.order(subject, account, "o-2", action) == replace(done, already=True)
    nobody = replace(account, handle="nobody")
    for key, refused in (("o-1", REUSED), ("o-3", NOT_FOUND)):
        with suppress(ConnectorError):
            await fleet.order(subject, nobody, key, action)
        assert fleet.refusal in refused
    assert await fleet.effects(name) == [(operation, account.handle)]
    there = await fleet.get("/inspect/accounts", number=subject.number, platform=name)
    (one,) = [each for each in there["accounts"] if each["account"] == account.handle]
    assert {each for _, each in SAID.values() if one[each]} == {mark}
    assert one["bound"]
    assert account.handle in await fleet.handles(name, subject.number)
