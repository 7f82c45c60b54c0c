"""The four stories, from lookup to the end, checked against the platforms' own data."""

from __future__ import annotations

from typing import Any

from jiebang_client.documents import REQUEST_ACTIONS
from tests.e2e.conftest import Service

from jiebang.app.demo.follow import FollowedRenewal, is_answered, is_at_rest, item_key

#: These are never done: one never answers, one is always busy for this number.
NEVER = {"anju", "kuaixiu"}


def is_done(course: FollowedRenewal) -> bool:
    """Return whether every action has ended or waits, and every platform has answered that will."""
    inquiries = course.inquiries.values()
    return all(is_at_rest(action) for action in course.actions.values()) and all(
        is_answered(one) for one in inquiries if item_key(one) not in NEVER
    )


async def play(service: Service, story: str) -> FollowedRenewal:
    """Play it to its end, where every order must have had exactly one effect."""
    token = service.holder_token(story)
    accepted = await service.start(token)
    assert accepted["__typename"] == "RenewalAccepted", accepted
    course = await service.follow_until(token, accepted["renewal"], is_done)
    fulfilled = [one for one in course.actions.values() if one["status"] == "FULFILLED"]
    effects = (await service.inspect("effects"))["effects"]
    assert len(effects) == len(fulfilled)
    assert len({(one["platform"], one["account"]) for one in effects}) == len(effects)
    keys = (await service.inspect("keys"))["keys"]
    assert all(one["conflicts"] == 0 and one["effects"] <= 1 for one in keys)
    return course


async def remaining_accounts(service: Service, story: str) -> list[tuple[str, bool]]:
    """Return the platform of each account still bound, and whether it is the last holder's."""
    number = service.stories[story].holder.number
    accounts = await service.platform_accounts(number)
    holders = (await service.inspect(f"numbers/{number}"))["tenures"]
    last = holders[-1]["holder"]
    return sorted((one["platform"], one["holder"] == last) for one in accounts if one["bound"])


async def test_a_new_holder_gets_rid_of_a_strangers_accounts_and_keeps_the_own(
    service: Service,
) -> None:
    course = await play(service, "new_holder")
    assert await remaining_accounts(service, "new_holder") == [
        ("anju", False),  # never answers
        ("dabo", True),
        ("gongju", False),  # the only way into the account
        ("jisudai", False),  # debt
        ("kuaixiu", False),  # always busy
        ("leshop", True),
        ("xuexi", False),  # undated
        ("yikang", False),  # legal hold
        ("youxi", True),  # bound on the very day of activation
        ("yuanfen", False),  # a challenge page
    ]
    unbound = {item_key(one) for one in course.actions.values()}
    assert unbound == {
        *("chengshi", "gongju", "huiyuan", "leshop", "luntan"),
        *("manyou", "meiwei", "tiandian", "yunpan"),
        *("feiguan", "luming", "qishan", "shimin", "shundao"),
    }
    assert {one["status"] for one in course.actions.values()} == {"FULFILLED"}
    assert {one["verification"] for one in course.actions.values()} == {"VERIFIED"}
    assert course.status != "FULFILLED"


async def test_the_forum_accepts_the_new_holder_once_the_stranger_is_gone(
    service: Service,
) -> None:
    number = service.stories["new_holder"].number
    sign_up = f"{service.sandbox}/luntan/signup"
    async with service.session.post(sign_up, json={"phone": number}) as reply:
        assert reply.status == 409
    await play(service, "new_holder")
    async with service.session.post(sign_up, json={"phone": number}) as reply:
        assert reply.status == 201


async def test_a_new_holder_sees_no_label_and_no_date_of_what_was_before(
    service: Service,
) -> None:
    answer = await service.lookup(service.holder_token("new_holder"))
    accounts: list[dict[str, Any]] = [
        account
        for group in (*answer["platforms"], *answer["sensitive"])
        for account in group["accounts"]
    ]
    strangers = [one for one in accounts if one["relation"] != "AFTER_ACTIVATION"]
    assert strangers
    assert {(one["label"], one["boundOn"]) for one in strangers} == {(None, None)}
    shown = {one["platform"]["category"] for one in answer["platforms"]}
    assert not shown & {"DATING", "FINANCE", "HEALTH", "LENDING"}


async def test_a_new_holder_is_no_longer_chased_by_a_debt_collector(service: Service) -> None:
    token = service.holder_token("new_holder")
    answer = await service.lookup(token)
    lending = next(one for one in answer["sensitive"] if one["category"] == "LENDING")
    (account,) = lending["accounts"]
    assert account["eligible"] is False
    assert account["offers"] == ["CEASE_CONTACT"]
    given = {
        "kind": "CEASE_CONTACT",
        "accountIds": [account["id"]],
        "idempotencyKey": "stop-dunning",
    }
    data = await service.ask(token, REQUEST_ACTIONS, input=given)
    renewal = data["requestActions"]["renewal"]
    course = await service.follow_until(token, renewal, is_done)
    (action,) = course.actions.values()
    assert (action["status"], action["verification"]) == ("FULFILLED", "ATTESTED")
    number = service.stories["new_holder"].holder.number
    lender = next(
        one for one in await service.platform_accounts(number) if one["platform"] == "jisudai"
    )
    assert lender["contact_stopped"] is True
    assert lender["bound"] is True


async def test_a_departing_holder_leaves_nothing_behind_that_can_be_unbound(
    service: Service,
) -> None:
    token = service.holder_token("departing")
    answer = await service.lookup(token)
    drive = next(one for one in answer["platforms"] if one["platform"]["id"] == "yunpan")
    (own,) = drive["accounts"]
    assert own["relation"] == "AFTER_ACTIVATION"
    assert "*" in own["label"]
    assert own["boundOn"]
    # Platforms of sensitive kinds without an account of the own are only counted.
    assert {part["category"] for part in answer["sensitive"]} <= {
        "DATING",
        "FINANCE",
        "HEALTH",
        "LENDING",
    }
    await play(service, "departing")
    assert await remaining_accounts(service, "departing") == [
        ("dabo", True),  # the aggregator says no more than "not before"
        ("gongju", True),  # the only way into the account
        ("kejiang", True),  # undated
        ("taoshi", True),
        ("tuyou", True),  # says no more than "not earlier"
        ("wenlu", True),  # money is invested
        ("xuexi", True),  # undated
    ]


async def test_a_former_holder_reaches_the_own_accounts_and_none_of_the_present_holders(
    service: Service,
) -> None:
    course = await play(service, "former")
    banned = next(one for one in course.actions.values() if item_key(one) == "luntan")
    assert (banned["status"], banned["reason"]) == ("DENIED", "ACCOUNT_BANNED")
    waiting = next(one for one in course.actions.values() if item_key(one) == "anhe")
    assert (waiting["status"], waiting["progress"]) == ("IN_PROGRESS", "NEED_USER_VERIFICATION")
    assert await remaining_accounts(service, "former") == [
        ("anhe", False),  # wants to see who it is first
        ("dabo", False),  # whose it is cannot be determined
        ("huiyuan", True),
        ("leshop", True),
        ("luntan", False),  # banned
        ("meiwei", True),
        ("shimin", True),
        ("shundao", True),
        ("yunpan", True),
    ]


async def test_a_former_holder_is_not_told_of_the_present_holders_accounts(
    service: Service,
) -> None:
    answer = await service.lookup(service.holder_token("former"))
    shown = {one["platform"]["id"]: one for one in answer["platforms"]}
    assert len(shown["yunpan"]["accounts"]) == 1
    assert shown["leshop"]["outcome"] == "NOT_BOUND"
    assert shown["xuexi"]["outcome"] == "UNKNOWN"


async def test_a_number_in_quarantine_is_cleared_for_the_next_holder(service: Service) -> None:
    token = service.holder_token("quarantined")
    answer = await service.lookup(token)
    labels = {account["label"] for one in answer["platforms"] for account in one["accounts"]}
    assert labels == {None}
    await play(service, "quarantined")
    assert await remaining_accounts(service, "quarantined") == []
