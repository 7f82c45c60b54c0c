"""Every manifest of the sandbox: lookups and unbindings against the real sandbox."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.fleet import (
    CROWDED,
    NEW_HOLDER,
    NOBODY,
    PLATFORMS,
    TODAY,
    Fleet,
    connector,
    run_fleet,
    subject_for,
)

from jiebang.connectors import CATALOGUE
from jiebang.connectors.graphql import differences
from jiebang.connectors.kinds import manifest_files
from jiebang.sandbox import Pace
from jiebang.sdk import (
    Account,
    BindingDate,
    Blocked,
    Bound,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    NotBound,
    Order,
    RateLimited,
    Rejected,
    Setting,
    SettingType,
    Unavailable,
)

#: They never state when an account was bound.
UNDATED = {"xuexi", "kejiang"}


@pytest.fixture
async def fleet() -> AsyncGenerator[Fleet]:
    async with run_fleet(Pace(slow_seconds=0.01, callback_seconds=0.01)) as running:
        yield running


async def test_secrets_have_the_names_of_the_sandboxs_credentials(fleet: Fleet) -> None:
    files = list(manifest_files(CATALOGUE / "sandbox"))
    rests = [connector(path.stem) for path in files if not path.stem.startswith("guide_")]
    wanted = {one.spec.id: one.spec for one in rests} | {"yijian": connector("yijian").spec}
    assert set(wanted) == set(fleet.credentials)
    for name, credentials in fleet.credentials.items():
        needed = {setting.name for setting in wanted[name].settings if setting.default is None}
        assert needed == {*credentials, "base_url"}
        assert Setting(name="base_url", type=SettingType.URL) in wanted[name].settings


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_lookup_finds_exactly_what_is_there(fleet: Fleet, name: str) -> None:
    truth = await fleet.get("/inspect/accounts", platform=name)
    since = TODAY - timedelta(days=300)
    numbers = {NOBODY, NEW_HOLDER, CROWDED, *(one["number"] for one in truth["accounts"])}
    for number in sorted(numbers):
        there = await fleet.get("/inspect/accounts", number=number, platform=name)
        expected = {one["account"]: one for one in there["accounts"] if one["bound"]}
        answer = await fleet.lookup(name, subject_for(number, since))
        if not expected:
            assert isinstance(answer, NotBound)
            continue
        assert isinstance(answer, Bound)
        assert answer.complete
        assert {one.handle for one in answer.accounts} == set(expected)
        for account in answer.accounts:
            one = expected[account.handle]
            assert account.label == one["nickname"][0] + "**"
            day = date.fromisoformat(one["bound_at"][:10])
            if name in UNDATED:
                assert account.bound is None
            elif name == "tuyou":
                told = BindingDate.before(since) if day < since else BindingDate.since(since)
                assert account.bound == told
            else:
                assert account.bound == BindingDate.on(day)


async def test_a_challenge_page_is_a_block(fleet: Fleet) -> None:
    one = connector("yuanfen")
    for _ in range(4):  # the third has status 403
        with pytest.raises(Blocked):
            await one.lookup(subject_for(NEW_HOLDER), fleet.to("yuanfen"))


@pytest.mark.parametrize("name", [*PLATFORMS, "yijian"])
async def test_a_wrong_credential_is_named_as_such(fleet: Fleet, name: str) -> None:
    settings = connector(name).spec.settings
    secret = next(one.name for one in settings if one.type is SettingType.SECRET)
    fleet.credentials[name][secret] = "wrong"
    with pytest.raises(CredentialsFault):
        await connector(name).lookup(subject_for(NEW_HOLDER), fleet.to(name))


async def test_the_one_click_service_answers_for_each_platform(fleet: Fleet) -> None:
    one = connector("yijian")
    claim = (await fleet.get(f"/inspect/numbers/{NEW_HOLDER}"))["claim"]
    since = date.fromisoformat(claim["from"])
    subject = subject_for(NEW_HOLDER, since)
    answers = await one.lookup(subject, fleet.to("yijian"))
    assert set(answers) == {"dabo", "taoshi", "meiwei", "kuaixiu"}
    assert isinstance(answers["kuaixiu"], Unavailable)
    assert isinstance(answers["taoshi"], NotBound)
    own, old = answers["dabo"], answers["meiwei"]
    assert isinstance(own, Bound)
    assert isinstance(old, Bound)
    assert own.accounts[0].bound == BindingDate.since(since)
    assert old.accounts[0].bound == BindingDate.before(since)
    assert await one.unbind(subject, old.accounts[0], fleet.to("yijian")) == Done()
    again = await one.unbind(subject, old.accounts[0], fleet.to("yijian", idempotency_key="k-2"))
    assert again == Done(already=True)
    after = await one.lookup(subject, fleet.to("yijian"))
    assert isinstance(after["meiwei"], NotBound)
    stranger = Account(handle="nobody", platform="dabo")
    refused = await one.unbind(subject, stranger, fleet.to("yijian", idempotency_key="k-3"))
    assert refused == Denied(reason=DenyReason.NO_MATCH, platform_code="NOT_FOUND")


async def test_the_one_click_service_is_asked_only_for_the_platforms_of_the_call(
    fleet: Fleet,
) -> None:
    one = connector("yijian")
    narrowed = fleet.to("yijian", platforms=frozenset({"taoshi"}))
    assert set(await one.lookup(subject_for(NEW_HOLDER), narrowed)) == {"taoshi"}


@pytest.mark.parametrize(
    "name",
    ["yunjian", "kejiang", "luming", "shundao", "wenlu", "feiguan", "moye", "tuyou", "shimin"],
)
async def test_an_order_about_an_account_nobody_has_changes_nothing(
    fleet: Fleet, name: str
) -> None:
    stranger = Account(handle="404404404404", platform=name)
    outcome = await fleet.order(subject_for(NEW_HOLDER), stranger)
    if name in {"yunjian", "kejiang"}:  # no such user: there is nothing left to remove
        assert outcome == Done(already=True)
    else:
        assert isinstance(outcome, Denied)
        assert outcome.reason is DenyReason.NO_MATCH
    assert (await fleet.get("/inspect/effects", platform=name))["count"] == 0


async def test_a_token_that_ends_early_is_fetched_again_and_nobody_notices(
    fleet: Fleet,
) -> None:
    one = connector("wenlu")
    for _ in range(45):  # a token is valid for forty calls
        assert isinstance(await one.lookup(subject_for(NOBODY), fleet.to("wenlu")), NotBound)
    counts = (await fleet.get("/inspect/requests", platform="wenlu"))["counts"]
    told = {(one["method"], one["status"]): one["count"] for one in counts}
    assert told == {("POST", 200): 2, ("GET", 200): 45, ("GET", 401): 1}


async def test_a_part_that_is_missing_makes_a_list_incomplete_and_hides_no_account(
    fleet: Fleet,
) -> None:
    one = connector("luming")
    first, second = [
        await one.lookup(subject_for(NEW_HOLDER), fleet.to("luming")) for _ in range(2)
    ]
    assert (first.complete, second.complete) == (False, True)
    assert [each.handle for each in first.accounts] == [each.handle for each in second.accounts]
    assert (first.accounts[0].label, second.accounts[0].label[1:]) == (None, "**")


@pytest.mark.parametrize(("name", "pages"), [("moye", 5), ("luming", 3), ("kejiang", 5)])
async def test_a_long_list_is_read_to_its_end(fleet: Fleet, name: str, pages: int) -> None:
    one = connector(name)
    if name == "luming":
        await one.lookup(subject_for(CROWDED), fleet.to(name))
    before = (await fleet.get("/inspect/requests", platform=name))["count"]
    there = await fleet.get("/inspect/accounts", number=CROWDED, platform=name)
    answer = await one.lookup(subject_for(CROWDED), fleet.to(name))
    assert answer.complete
    assert {each.handle for each in answer.accounts} == {
        each["account"] for each in there["accounts"]
    }
    after = (await fleet.get("/inspect/requests", platform=name))["count"]
    assert after - before == pages


async def test_each_way_a_number_was_typed_is_asked_for(fleet: Fleet) -> None:
    one = connector("qishan")
    found = await fleet.lookup("qishan", subject_for(CROWDED))
    halves: list[set[str]] = []
    for question in one.manifest.lookup_variants:
        alone = replace(one, manifest=one.manifest.model_copy(update={"lookups": (question,)}))
        part = await alone.lookup(subject_for(CROWDED), fleet.to("qishan"))
        halves.append({each.handle for each in part.accounts})
    assert all(halves)
    assert halves[0].isdisjoint(halves[1])
    assert halves[0] | halves[1] == {each.handle for each in found.accounts}


async def test_a_page_for_people_is_a_failure_and_nothing_else(fleet: Fleet) -> None:
    one = connector("qishan")
    stranger = Account(handle="nobody", platform="qishan")
    with pytest.raises(Rejected):
        await one.unbind(subject_for(NEW_HOLDER), stranger, fleet.to("qishan"))


async def test_the_fuel_card_says_when_there_is_room_again() -> None:
    async with run_fleet(Pace(allowance=2, window_seconds=3600)) as fleet:
        one = connector("tuyou")
        for _ in range(2):
            await one.lookup(subject_for(NOBODY), fleet.to("tuyou"))
        with pytest.raises(RateLimited) as caught:
            await one.lookup(subject_for(NOBODY), fleet.to("tuyou"))
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 3600


async def test_a_hundred_numbers_are_looked_up_in_one_call(fleet: Fleet) -> None:
    one = connector("shimin")
    there = (await fleet.get("/inspect/accounts", platform="shimin"))["accounts"]
    holders = {account["number"]: account["account"] for account in there}
    others = [f"+8613700000{index:03d}" for index in range(100 - len(holders))]
    numbers = [*others, *holders]
    subjects = [subject_for(number) for number in numbers]
    answers = await one.lookup_batch(subjects, fleet.to("shimin"))
    found = {
        number: [each.handle for each in answer.accounts]
        for number, answer in zip(numbers, answers, strict=True)
        if isinstance(answer, Bound)
    }
    assert found == {number: [handle] for number, handle in holders.items()}
    assert sum(isinstance(answer, NotBound) for answer in answers) == len(others)
    assert (await fleet.get("/inspect/requests", platform="shimin"))["count"] == 1


async def test_orders_in_one_call_end_each_for_itself(fleet: Fleet) -> None:
    one = connector("shimin")
    there = (await fleet.get("/inspect/accounts", platform="shimin"))["accounts"][:2]
    given = [(each["number"], each["account"]) for each in there]
    given.insert(1, (NEW_HOLDER, "nobody"))
    orders = [
        Order(
            subject=subject_for(number),
            account=Account(handle=handle, platform="shimin"),
            idempotency_key=f"o-{index}",
        )
        for index, (number, handle) in enumerate(given)
    ]
    refused = Denied(reason=DenyReason.NO_MATCH)
    for _ in range(2):  # the same keys get the same answers
        ended = await one.unbind_batch(orders, fleet.to("shimin", idempotency_key=""))
        assert ended == [Done(), refused, Done()]
    assert (await fleet.get("/inspect/effects", platform="shimin"))["count"] == 2


@pytest.mark.parametrize("name", ["luming", "shundao"])
async def test_the_locked_schema_is_the_one_the_platform_has(fleet: Fleet, name: str) -> None:
    locked = (CATALOGUE / "sandbox" / f"{name}.graphql").read_text(encoding="utf-8")
    if name == "luming":
        current = (await fleet.request("GET", "/luming/schema.graphql")).text
    else:
        asked = {"query": "{ _service { sdl } }"}
        reply = await fleet.request("POST", "/shundao/graphql", asked)
        current = reply.json["data"]["_service"]["sdl"]
    assert current == locked
    assert differences(locked, current) == ()
