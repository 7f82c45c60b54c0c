"""Every manifest of the sandbox: lookups and unbindings against the real sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from jiebang.connectors import CATALOGUE
from jiebang.connectors.aggregator import AggregatorKind
from jiebang.connectors.graphql import GraphqlKind, differences
from jiebang.connectors.guide import GuideKind
from jiebang.connectors.kinds import load, manifest_files
from jiebang.connectors.one_click import OneClick
from jiebang.connectors.rest import RestKind
from jiebang.connectors.scim import ScimKind
from jiebang.sandbox import Pace, populate, run_sandbox
from jiebang.sdk import (
    Account,
    BindingDate,
    Blocked,
    Bound,
    CallbackRequest,
    Capability,
    ConnectorSpec,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Effect,
    Kind,
    NeedsAction,
    NotBound,
    Order,
    Pending,
    RateLimited,
    Rejected,
    Secret,
    Setting,
    SettingType,
    StepKind,
    Subject,
    TimedOut,
    Unavailable,
    VerifiedCallback,
    Withdrawn,
)
from jiebang.transport import Transport, verify

TODAY = date(2026, 6, 1)
NEW_HOLDER = "+8613900000001"
#: A former holder; and a number with dozens of accounts at one platform.
FORMER, CROWDED = "+8613900000003", "+8613900000005"
NOBODY = "+8613700009999"
PLATFORMS = [
    "yunpan",
    "jisudai",
    "leshop",
    "tiandian",
    "luntan",
    "zhiyou",
    "manyou",
    "youxi",
    "xuexi",
    "yikang",
    "gongju",
    "chengshi",
    "huiyuan",
    "yunjian",
    "kejiang",
    "luming",
    "shundao",
    "wenlu",
    "feiguan",
    "moye",
    "tuyou",
    "qishan",
    "anhe",
    "shimin",
    "heming",
    "qingqi",
]
SECRETS = {"token", "api_key", "app_key", "key", "password", "client_secret", "secret"}
#: They never state when an account was bound.
UNDATED = {"xuexi", "kejiang"}
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (RestKind(), AggregatorKind(), GraphqlKind(), ScimKind(), GuideKind())
}


@cache
def connector(name: str) -> Any:
    """The connector of this manifest, whatever its kind."""
    return load(CATALOGUE / "sandbox" / f"{name}.yaml", KINDS)


@dataclass(frozen=True)
class SandboxCall:
    http: Any
    settings: Mapping[str, str | Secret]
    platforms: frozenset[str]
    idempotency_key: str
    callback_url: str | None
    deadline: Any = None


@dataclass
class SandboxClient:
    """The running sandbox, and calls to its platforms with their own credentials."""

    url: str
    session: aiohttp.ClientSession
    transport: Transport
    credentials: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    async def get(self, path: str, **params: str) -> Any:
        async with self.session.get(self.url + path, params=params) as reply:
            return await reply.json()

    async def fault(self, platform: str, fault: str, **more: float) -> None:
        body = {"platform": platform, "fault": fault, **more}
        async with self.session.post(self.url + "/control/faults", json=body) as reply:
            assert reply.status == 200

    def call(
        self,
        spec: ConnectorSpec,
        *,
        key: str = "k-1",
        callback_url: str | None = None,
        **changed: str,
    ) -> Any:
        given = self.credentials[spec.id] | changed
        types = {setting.name: setting.type for setting in spec.settings}
        settings: dict[str, str | Secret] = {
            name: Secret(value) if types[name] is SettingType.SECRET else value
            for name, value in given.items()
        }
        settings["base_url"] = f"{self.url}/{spec.id}"
        deadline = asyncio.get_running_loop().time() + 60
        return SandboxCall(
            self.transport.bind(spec, settings, deadline=deadline),
            settings,
            spec.platform_ids,
            key,
            callback_url,
        )

    async def lookup(self, one: Any, subject: Subject) -> Any:
        """Look up as the gateway would: retry after a rate limit, a failure or an incomplete
        answer, and poll while pending."""
        for _ in range(8):
            try:
                answer: Any = await one.lookup(subject, self.call(one.spec))
            except (RateLimited, Unavailable):
                continue
            if isinstance(answer, Bound) and not answer.complete:
                continue
            while isinstance(answer, Pending):
                answer = await one.status(subject, answer, Capability.LOOKUP, self.call(one.spec))
            return answer
        raise AssertionError("never answered")

    async def unbind(self, one: Any, subject: Subject, account: Account, key: str) -> Any:
        call = self.call(one.spec, key=key)
        for _ in range(8):
            try:
                outcome: Any = await one.unbind(subject, account, call)
            except (RateLimited, Unavailable):
                continue
            while isinstance(outcome, Pending):
                outcome = await one.status(subject, outcome, Capability.UNBIND, call)
            return outcome
        raise AssertionError("never answered")


@pytest.fixture
def pace() -> Pace:
    return Pace(slow_seconds=0.01, callback_seconds=0.01, flaky_rate=0.25)


@pytest.fixture
async def fleet(pace: Pace) -> AsyncGenerator[SandboxClient]:
    people = populate(1, TODAY, numbers=30)
    async with (
        run_sandbox(people, seed=1, pace=pace) as url,
        aiohttp.ClientSession() as session,
        Transport(allow_private=["127.0.0.1"]) as transport,
    ):
        made = SandboxClient(url, session, transport)
        listed = (await made.get("/inspect/platforms"))["platforms"]
        made.credentials = {one["id"]: one["credentials"] for one in listed}
        yield made


def subject_for(number: str, held_since: date | None = None) -> Subject:
    return Subject(number=number, region="CN", held_since=held_since)


async def test_secrets_have_the_names_of_the_sandboxs_credentials(fleet: SandboxClient) -> None:
    files = list(manifest_files(CATALOGUE / "sandbox"))
    rests = [connector(path.stem) for path in files if not path.stem.startswith("guide_")]
    wanted = {one.spec.id: one.spec for one in rests} | {"yijian": OneClick().spec}
    assert set(wanted) == set(fleet.credentials)
    for name, credentials in fleet.credentials.items():
        needed = {setting.name for setting in wanted[name].settings if setting.default is None}
        assert needed == {*credentials, "base_url"}
        assert Setting(name="base_url", type=SettingType.URL) in wanted[name].settings


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_lookup_finds_exactly_what_is_there(fleet: SandboxClient, name: str) -> None:
    truth = await fleet.get("/inspect/accounts", platform=name)
    since = TODAY - timedelta(days=300)
    numbers = {NOBODY, NEW_HOLDER, CROWDED, *(one["number"] for one in truth["accounts"])}
    for number in sorted(numbers):
        there = await fleet.get("/inspect/accounts", number=number, platform=name)
        expected = {one["account"]: one for one in there["accounts"] if one["bound"]}
        answer = await fleet.lookup(connector(name), subject_for(number, since))
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


@pytest.mark.parametrize("name", PLATFORMS)
async def test_what_is_unbound_is_gone_and_a_second_order_changes_nothing(
    fleet: SandboxClient, name: str
) -> None:
    one = connector(name)
    truth = await fleet.get("/inspect/accounts", platform=name)
    free = [each for each in truth["accounts"] if each["bound"] and not each["flags"]]
    assert free
    handle = str(free[0]["account"])
    subject = subject_for(free[0]["number"])
    account = Account(handle=handle, platform=name)
    outcome = await fleet.unbind(one, subject, account, "k-1")
    assert isinstance(outcome, Done)
    assert outcome.effects == {Effect.NUMBER_DETACHED}
    after = await fleet.lookup(one, subject)
    assert not isinstance(after, Bound) or handle not in {each.handle for each in after.accounts}
    if name == "chengshi":
        return  # there each order has an effect of its own: that is why it is NONE
    assert isinstance(await fleet.unbind(one, subject, account, "k-1"), Done)
    again = await fleet.unbind(one, subject, account, "k-2")
    assert isinstance(again, Done)
    assert again.already
    effects = await fleet.get("/inspect/effects", platform=name)
    assert [each["account"] for each in effects["effects"]] == [handle]


async def blocked_account(fleet: SandboxClient, name: str, reason: DenyReason) -> Account:
    answer = await fleet.lookup(connector(name), subject_for(NEW_HOLDER))
    assert isinstance(answer, Bound)
    return next(account for account in answer.accounts if account.blockers == (reason,))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("jisudai", DenyReason.FUNDS_OR_DEBT_OUTSTANDING),
        ("yikang", DenyReason.LEGAL_HOLD),
        ("gongju", DenyReason.SOLE_LOGIN_IDENTIFIER),
    ],
)
async def test_a_refusal_is_foreseen_and_then_told(
    fleet: SandboxClient, name: str, reason: DenyReason
) -> None:
    account = await blocked_account(fleet, name, reason)
    outcome = await fleet.unbind(connector(name), subject_for(NEW_HOLDER), account, "k-1")
    assert isinstance(outcome, Denied)
    assert outcome.reason is reason


async def test_the_lender_can_be_told_to_stop_calling(fleet: SandboxClient) -> None:
    one = connector("jisudai")
    account = await blocked_account(fleet, "jisudai", DenyReason.FUNDS_OR_DEBT_OUTSTANDING)
    subject = subject_for(NEW_HOLDER)
    stopped = frozenset({Effect.CONTACT_STOPPED})
    first = await one.cease_contact(subject, account, fleet.call(one.spec, key="s-1"))
    assert first == Done(effects=stopped)
    second = await one.cease_contact(subject, account, fleet.call(one.spec, key="s-2"))
    assert second == Done(effects=stopped, already=True)


async def test_an_order_at_the_store_can_be_withdrawn(fleet: SandboxClient) -> None:
    one = connector("tiandian")
    subject = subject_for(NEW_HOLDER)
    found = await fleet.lookup(one, subject)
    pending = await one.unbind(subject, found.accounts[0], fleet.call(one.spec))
    assert isinstance(pending, Pending)
    assert isinstance(await one.withdraw(subject, pending, fleet.call(one.spec)), Withdrawn)
    ended = await one.status(subject, pending, Capability.UNBIND, fleet.call(one.spec))
    assert isinstance(ended, Denied)
    assert await fleet.lookup(one, subject) == found


async def test_the_forum_ends_an_order_with_a_callback_that_verifies(fleet: SandboxClient) -> None:
    one = connector("luntan")
    auth = one.spec.callback_auth
    assert auth is not None
    called: asyncio.Future[VerifiedCallback] = asyncio.get_running_loop().create_future()
    secret = Secret(fleet.credentials["luntan"]["callback_secret"])

    async def receive(request: web.Request) -> web.Response:
        lines = tuple(request.headers.items())
        told = CallbackRequest(url=str(request.url), headers=lines, body=await request.read())
        event = verify(auth, secret, told)
        if not called.done():
            called.set_result(event)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/cb", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        subject = subject_for(NEW_HOLDER)
        found = await fleet.lookup(one, subject)
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/cb"
        call = fleet.call(one.spec, callback_url=url)
        pending = await one.unbind(subject, found.accounts[0], call)
        assert isinstance(pending, Pending)
        event = await asyncio.wait_for(called, 30)
    finally:
        await runner.cleanup()
    (update,) = one.parse_callback(event)
    assert update.outcome == Done()
    assert update.remote_ref == pending.remote_ref


async def test_a_challenge_page_is_a_block(fleet: SandboxClient) -> None:
    one = connector("yuanfen")
    for _ in range(4):  # the third has status 403
        with pytest.raises(Blocked):
            await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec))


async def test_a_platform_that_never_answers_times_out(fleet: SandboxClient) -> None:
    one = connector("anju")
    deadline = asyncio.get_running_loop().time() + 0.05
    settings = {"base_url": f"{fleet.url}/anju"}
    http = fleet.transport.bind(one.spec, settings, deadline=deadline)
    call: Any = SandboxCall(http, settings, one.spec.platform_ids, "", None)
    with pytest.raises(TimedOut):
        await one.lookup(subject_for(NEW_HOLDER), call)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_wrong_credential_is_named_as_such(fleet: SandboxClient, name: str) -> None:
    one = connector(name)
    secret = next(each for each in fleet.credentials[name] if each in SECRETS)
    with pytest.raises(CredentialsFault):
        await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec, **{secret: "wrong"}))


async def test_a_lost_reply_of_the_utilities_may_have_been_done(fleet: SandboxClient) -> None:
    one = connector("chengshi")
    subject = subject_for(NEW_HOLDER)
    found = await fleet.lookup(one, subject)
    await fleet.fault("chengshi", "lost_reply")
    with pytest.raises(Unavailable) as caught:
        await one.unbind(subject, found.accounts[0], fleet.call(one.spec))
    assert caught.value.maybe_done
    await fleet.fault("chengshi", "none")
    effects = await fleet.get("/inspect/effects", platform="chengshi")
    assert effects["count"] == 1, "sent once, done once"


async def test_the_one_click_service_answers_for_each_platform(fleet: SandboxClient) -> None:
    one = OneClick()
    claim = (await fleet.get(f"/inspect/numbers/{NEW_HOLDER}"))["claim"]
    since = date.fromisoformat(claim["from"])
    subject = subject_for(NEW_HOLDER, since)
    answers = await one.lookup(subject, fleet.call(one.spec))
    assert set(answers) == {"dabo", "taoshi", "meiwei", "kuaixiu"}
    assert isinstance(answers["kuaixiu"], Unavailable)
    assert isinstance(answers["taoshi"], NotBound)
    own, old = answers["dabo"], answers["meiwei"]
    assert isinstance(own, Bound)
    assert isinstance(old, Bound)
    assert own.accounts[0].bound == BindingDate.since(since)
    assert old.accounts[0].bound == BindingDate.before(since)
    assert await one.unbind(subject, old.accounts[0], fleet.call(one.spec)) == Done()
    again = await one.unbind(subject, old.accounts[0], fleet.call(one.spec, key="k-2"))
    assert again == Done(already=True)
    after = await one.lookup(subject, fleet.call(one.spec))
    assert isinstance(after["meiwei"], NotBound)
    stranger = Account(handle="nobody", platform="dabo")
    refused = await one.unbind(subject, stranger, fleet.call(one.spec, key="k-3"))
    assert refused == Denied(reason=DenyReason.NO_MATCH, platform_code="NOT_FOUND")


async def test_the_one_click_service_is_asked_only_for_the_platforms_of_the_call(
    fleet: SandboxClient,
) -> None:
    one = OneClick()
    call = fleet.call(one.spec)
    narrowed: Any = SandboxCall(call.http, call.settings, frozenset({"taoshi"}), "", None)
    assert set(await one.lookup(subject_for(NEW_HOLDER), narrowed)) == {"taoshi"}


async def test_the_one_click_service_names_a_wrong_credential(fleet: SandboxClient) -> None:
    one = OneClick()
    with pytest.raises(CredentialsFault):
        await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec, access_key="wrong"))


async def account_at(
    fleet: SandboxClient, name: str, flag: str | None = None
) -> tuple[Subject, Account]:
    """Some account of the platform, with its number: with this flag, or without any."""
    truth = await fleet.get("/inspect/accounts", platform=name)
    flags = [flag] if flag else []
    one = next(each for each in truth["accounts"] if each["flags"] == flags)
    return subject_for(one["number"]), Account(handle=one["account"], platform=name)


@pytest.mark.parametrize(
    ("name", "method", "effects"),
    [
        ("youxi", "lock_account", {Effect.LOGIN_DISABLED}),
        ("shundao", "lock_account", {Effect.LOGIN_DISABLED, Effect.SESSIONS_REVOKED}),
        ("wenlu", "lock_account", {Effect.LOGIN_DISABLED}),
        ("anhe", "lock_account", {Effect.LOGIN_DISABLED}),
        ("zhiyou", "cease_contact", {Effect.CONTACT_STOPPED}),
        ("luming", "cease_contact", {Effect.CONTACT_STOPPED}),
        ("feiguan", "cease_contact", {Effect.CONTACT_STOPPED}),
        ("anhe", "cease_contact", {Effect.CONTACT_STOPPED}),
        ("yunpan", "notify_holder", {Effect.HOLDER_NOTIFIED}),
        ("anhe", "notify_holder", {Effect.HOLDER_NOTIFIED}),
    ],
)
async def test_what_else_can_be_asked_is_done_once_and_leaves_the_number(
    fleet: SandboxClient, name: str, method: str, effects: set[Effect]
) -> None:
    one = connector(name)
    subject, account = await account_at(fleet, name)

    async def order(key: str) -> Any:
        for _ in range(8):
            try:
                return await getattr(one, method)(subject, account, fleet.call(one.spec, key=key))
            except (RateLimited, Unavailable):
                continue
        raise AssertionError("never answered")

    assert await order("o-1") == Done(effects=frozenset(effects))
    assert isinstance(await order("o-1"), Done)
    assert await order("o-2") == Done(effects=frozenset(effects), already=True)
    assert (await fleet.get("/inspect/effects", platform=name))["count"] == 1
    found = await fleet.lookup(one, subject)
    assert account.handle in {each.handle for each in found.accounts}


@pytest.mark.parametrize(
    "name",
    ["yunjian", "kejiang", "luming", "shundao", "wenlu", "feiguan", "moye", "tuyou", "shimin"],
)
async def test_an_order_about_an_account_nobody_has_changes_nothing(
    fleet: SandboxClient, name: str
) -> None:
    one = connector(name)
    stranger = Account(handle="404404404404", platform=name)
    outcome = await fleet.unbind(one, subject_for(NEW_HOLDER), stranger, "k-1")
    if name in {"yunjian", "kejiang"}:  # no such user: there is nothing left to remove
        assert outcome == Done(already=True)
    else:
        assert isinstance(outcome, Denied)
        assert outcome.reason is DenyReason.NO_MATCH
    assert (await fleet.get("/inspect/effects", platform=name))["count"] == 0


@pytest.mark.parametrize(
    "name", ["yunjian", "kejiang", "luming", "shundao", "wenlu", "feiguan", "moye", "tuyou"]
)
async def test_a_lost_reply_is_made_good_by_the_same_order(fleet: SandboxClient, name: str) -> None:
    one = connector(name)
    subject, account = await account_at(fleet, name)
    await fleet.fault(name, "lost_reply")
    with pytest.raises(Unavailable) as caught:
        await one.unbind(subject, account, fleet.call(one.spec))
    assert caught.value.maybe_done
    await fleet.fault(name, "none")
    assert isinstance(await one.unbind(subject, account, fleet.call(one.spec)), Done)
    assert (await fleet.get("/inspect/effects", platform=name))["count"] == 1


async def test_money_that_is_invested_keeps_the_number(fleet: SandboxClient) -> None:
    one = connector("wenlu")
    subject, account = await account_at(fleet, "wenlu", "funds")
    found = await fleet.lookup(one, subject)
    assert found.accounts[0].blockers == (DenyReason.FUNDS_OR_DEBT_OUTSTANDING,)
    assert await fleet.unbind(one, subject, account, "k-1") == Denied(
        reason=DenyReason.FUNDS_OR_DEBT_OUTSTANDING, platform_code="holdings"
    )


async def test_the_same_order_goes_on_once_the_insurer_knows_who_it_is(
    fleet: SandboxClient,
) -> None:
    one = connector("anhe")
    subject, account = await account_at(fleet, "anhe", "id_check")
    asked = await fleet.unbind(one, subject, account, "k-1")
    assert isinstance(asked, NeedsAction)
    assert (asked.kind, asked.url is not None) == (StepKind.ID_CHECK, True)
    check = str(asked.url).removeprefix("https://anhe.example")
    async with fleet.session.post(f"{fleet.url}/anhe{check}") as reply:
        assert reply.status == 200
    assert await fleet.unbind(one, subject, account, "k-1") == Done()


async def test_a_token_that_ends_early_is_fetched_again_and_nobody_notices(
    fleet: SandboxClient,
) -> None:
    one = connector("wenlu")
    for _ in range(45):  # a token is valid for forty calls
        assert isinstance(await one.lookup(subject_for(NOBODY), fleet.call(one.spec)), NotBound)
    counts = (await fleet.get("/inspect/requests", platform="wenlu"))["counts"]
    told = {(one["method"], one["status"]): one["count"] for one in counts}
    assert told == {("POST", 200): 2, ("GET", 200): 45, ("GET", 401): 1}


async def test_a_part_that_is_missing_makes_a_list_incomplete_and_hides_no_account(
    fleet: SandboxClient,
) -> None:
    one = connector("luming")
    first, second = [
        await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec)) for _ in range(2)
    ]
    assert (first.complete, second.complete) == (False, True)
    assert [each.handle for each in first.accounts] == [each.handle for each in second.accounts]
    assert (first.accounts[0].label, second.accounts[0].label[1:]) == (None, "**")


@pytest.mark.parametrize(("name", "pages"), [("moye", 5), ("luming", 3), ("kejiang", 5)])
async def test_a_long_list_is_read_to_its_end(fleet: SandboxClient, name: str, pages: int) -> None:
    one = connector(name)
    if name == "luming":
        await one.lookup(subject_for(CROWDED), fleet.call(one.spec))
    before = (await fleet.get("/inspect/requests", platform=name))["count"]
    there = await fleet.get("/inspect/accounts", number=CROWDED, platform=name)
    answer = await one.lookup(subject_for(CROWDED), fleet.call(one.spec))
    assert answer.complete
    assert {each.handle for each in answer.accounts} == {
        each["account"] for each in there["accounts"]
    }
    after = (await fleet.get("/inspect/requests", platform=name))["count"]
    assert after - before >= pages


async def test_each_way_a_number_was_typed_is_asked_for(fleet: SandboxClient) -> None:
    one = connector("qishan")
    found = await fleet.lookup(one, subject_for(CROWDED))
    halves: list[set[str]] = []
    for question in one.manifest.lookup_variants:
        alone = replace(one, manifest=one.manifest.model_copy(update={"lookups": (question,)}))
        part = await alone.lookup(subject_for(CROWDED), fleet.call(one.spec))
        halves.append({each.handle for each in part.accounts})
    assert all(halves)
    assert halves[0].isdisjoint(halves[1])
    assert halves[0] | halves[1] == {each.handle for each in found.accounts}


async def test_a_page_for_people_is_a_failure_and_nothing_else(fleet: SandboxClient) -> None:
    one = connector("qishan")
    stranger = Account(handle="nobody", platform="qishan")
    with pytest.raises(Rejected):
        await one.unbind(subject_for(NEW_HOLDER), stranger, fleet.call(one.spec))


@pytest.mark.parametrize("pace", [Pace(allowance=2, window_seconds=3600)])
async def test_the_fuel_card_says_when_there_is_room_again(fleet: SandboxClient) -> None:
    one = connector("tuyou")
    for _ in range(2):
        await one.lookup(subject_for(NOBODY), fleet.call(one.spec))
    with pytest.raises(RateLimited) as caught:
        await one.lookup(subject_for(NOBODY), fleet.call(one.spec))
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 3600


async def test_a_hundred_numbers_are_looked_up_in_one_call(fleet: SandboxClient) -> None:
    one = connector("shimin")
    there = (await fleet.get("/inspect/accounts", platform="shimin"))["accounts"]
    holders = {account["number"]: account["account"] for account in there}
    others = [f"+8613700000{index:03d}" for index in range(100 - len(holders))]
    numbers = [*others, *holders]
    subjects = [subject_for(number) for number in numbers]
    answers = await one.lookup_batch(subjects, fleet.call(one.spec))
    found = {
        number: [each.handle for each in answer.accounts]
        for number, answer in zip(numbers, answers, strict=True)
        if isinstance(answer, Bound)
    }
    assert found == {number: [handle] for number, handle in holders.items()}
    assert sum(isinstance(answer, NotBound) for answer in answers) == len(others)
    assert (await fleet.get("/inspect/requests", platform="shimin"))["count"] == 1


async def test_orders_in_one_call_end_each_for_itself(fleet: SandboxClient) -> None:
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
        ended = await one.unbind_batch(orders, fleet.call(one.spec, key=""))
        assert ended == [Done(), refused, Done()]
    assert (await fleet.get("/inspect/effects", platform="shimin"))["count"] == 2


@pytest.mark.parametrize("name", ["luming", "shundao"])
async def test_the_locked_schema_is_the_one_the_platform_has(
    fleet: SandboxClient, name: str
) -> None:
    locked = (CATALOGUE / "sandbox" / f"{name}.graphql").read_text(encoding="utf-8")
    if name == "luming":
        headers = {"Authorization": f"Bearer {fleet.credentials['luming']['token']}"}
        url = f"{fleet.url}/luming/schema.graphql"
        async with fleet.session.get(url, headers=headers) as reply:
            current = await reply.text()
    else:
        headers = {"X-Api-Key": fleet.credentials["shundao"]["api_key"]}
        asked = {"query": "{ _service { sdl } }"}
        url = f"{fleet.url}/shundao/graphql"
        async with fleet.session.post(url, json=asked, headers=headers) as reply:
            current = (await reply.json())["data"]["_service"]["sdl"]
    assert current == locked
    assert differences(locked, current) == ()
