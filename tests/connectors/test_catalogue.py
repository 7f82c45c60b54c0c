"""Every manifest of the sandbox, looked up and unbound at the real sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from jiebang.connectors import CATALOGUE
from jiebang.connectors.guide import GuideKind
from jiebang.connectors.kinds import load
from jiebang.connectors.one_click import OneClick
from jiebang.connectors.rest import RestConnector, RestKind
from jiebang.sandbox import Pace, populate, running
from jiebang.sdk import (
    Account,
    BindingDate,
    Blocked,
    Bound,
    Capability,
    ConnectorSpec,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Effect,
    NotBound,
    Pending,
    RateLimited,
    Secret,
    Setting,
    SettingType,
    Subject,
    TimedOut,
    Unavailable,
    VerifiedCallback,
    Withdrawn,
)
from jiebang.transport import Transport, verify

TODAY = date(2026, 6, 1)
NEW_HOLDER = "+8613900000001"
#: Every number of the sandbox: the stories and the bulk.
NUMBERS = [f"+86139{tail:08d}" for tail in (*range(1, 5), *range(1000, 1030))]
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
]
SECRETS = {"token", "api_key", "app_key", "password"}


@cache
def connector(name: str) -> RestConnector:
    found = load(CATALOGUE / "sandbox" / f"{name}.yaml", {"rest": RestKind(), "guide": GuideKind()})
    assert isinstance(found, RestConnector)
    return found


@dataclass(frozen=True)
class FleetCall:
    http: Any
    settings: Mapping[str, str | Secret]
    platforms: frozenset[str]
    idempotency_key: str
    callback_url: str | None
    deadline: Any = None


@dataclass
class Fleet:
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
        return FleetCall(
            self.transport.bind(spec, settings, deadline=deadline),
            settings,
            spec.platform_ids,
            key,
            callback_url,
        )

    async def lookup(self, one: RestConnector, subject: Subject) -> Any:
        """As the gateway would: again after "too often" and a failure, polling where pending."""
        for _ in range(8):
            try:
                answer: Any = await one.lookup(subject, self.call(one.spec))
            except (RateLimited, Unavailable):
                continue
            while isinstance(answer, Pending):
                answer = await one.status(subject, answer, Capability.LOOKUP, self.call(one.spec))
            return answer
        raise AssertionError("never answered")

    async def unbind(self, one: RestConnector, subject: Subject, account: Account, key: str) -> Any:
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
async def fleet(pace: Pace) -> AsyncGenerator[Fleet]:
    people = populate(1, TODAY, numbers=30)
    async with (
        running(people, seed=1, pace=pace) as url,
        aiohttp.ClientSession() as session,
        Transport(allow_private=["127.0.0.1"]) as transport,
    ):
        made = Fleet(url, session, transport)
        listed = (await made.get("/inspect/platforms"))["platforms"]
        made.credentials = {one["id"]: one["credentials"] for one in listed}
        yield made


def subject_for(number: str, held_since: date | None = None) -> Subject:
    return Subject(number=number, region="CN", held_since=held_since)


async def test_secrets_have_the_names_of_the_sandboxs_credentials(fleet: Fleet) -> None:
    files = sorted((CATALOGUE / "sandbox").glob("*.yaml"))
    rests = [connector(path.stem) for path in files if not path.stem.startswith("guide_")]
    wanted = {one.spec.id: one.spec for one in rests} | {"yijian": OneClick().spec}
    assert set(wanted) == set(fleet.credentials)
    for name, credentials in fleet.credentials.items():
        needed = {setting.name for setting in wanted[name].settings if setting.default is None}
        assert needed == {*credentials, "base_url"}
        assert Setting(name="base_url", type=SettingType.URL) in wanted[name].settings


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_lookup_finds_exactly_what_is_there(fleet: Fleet, name: str) -> None:
    truth = await fleet.get("/inspect/accounts", platform=name)
    numbers = {
        NOBODY,
        *(f"+{one['number'].lstrip('+')}" for one in truth["accounts"] if "number" in one),
    }
    numbers |= {NEW_HOLDER, "+8613900000002", "+8613900000003", "+8613900000004"}
    for number in sorted(numbers):
        there = await fleet.get("/inspect/accounts", number=number, platform=name)
        expected = {one["account"]: one for one in there["accounts"] if one["bound"]}
        answer = await fleet.lookup(connector(name), subject_for(number))
        if not expected:
            assert isinstance(answer, NotBound)
            continue
        assert isinstance(answer, Bound)
        assert answer.complete
        assert {one.handle for one in answer.accounts} == set(expected)
        for account in answer.accounts:
            one = expected[account.handle]
            assert account.label == one["nickname"][0] + "**"
            if name == "xuexi":
                assert account.bound is None
            else:
                day = date.fromisoformat(one["bound_at"][:10])
                assert account.bound == BindingDate.on(day)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_what_is_unbound_is_gone_and_a_second_order_changes_nothing(
    fleet: Fleet, name: str
) -> None:
    one = connector(name)
    truth = await fleet.get("/inspect/accounts", platform=name)
    free = [each for each in truth["accounts"] if each["bound"] and not each["flags"]]
    assert free
    handle = str(free[0]["account"])
    for number in NUMBERS:
        there = await fleet.get("/inspect/accounts", number=number, platform=name)
        if handle in {each["account"] for each in there["accounts"]}:
            break
    else:
        pytest.fail("the account has no number")
    subject = subject_for(number)
    account = Account(handle=handle, platform=name)
    outcome = await fleet.unbind(one, subject, account, "k-1")
    assert isinstance(outcome, Done)
    assert outcome.effects == {Effect.NUMBER_DETACHED}
    after = await fleet.lookup(one, subject)
    assert not isinstance(after, Bound) or handle not in {each.handle for each in after.accounts}
    if name == "chengshi":
        return  # each order is one more effect there: that is why it is NONE
    assert isinstance(await fleet.unbind(one, subject, account, "k-1"), Done)
    again = await fleet.unbind(one, subject, account, "k-2")
    assert isinstance(again, Done)
    assert again.already
    effects = await fleet.get("/inspect/effects", platform=name)
    assert [each["account"] for each in effects["effects"]] == [handle]


async def blocked_account(fleet: Fleet, name: str, reason: DenyReason) -> Account:
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
    fleet: Fleet, name: str, reason: DenyReason
) -> None:
    account = await blocked_account(fleet, name, reason)
    outcome = await fleet.unbind(connector(name), subject_for(NEW_HOLDER), account, "k-1")
    assert isinstance(outcome, Denied)
    assert outcome.reason is reason


async def test_the_lender_can_be_told_to_stop_calling(fleet: Fleet) -> None:
    one = connector("jisudai")
    account = await blocked_account(fleet, "jisudai", DenyReason.FUNDS_OR_DEBT_OUTSTANDING)
    subject = subject_for(NEW_HOLDER)
    stopped = frozenset({Effect.CONTACT_STOPPED})
    first = await one.cease_contact(subject, account, fleet.call(one.spec, key="s-1"))
    assert first == Done(effects=stopped)
    second = await one.cease_contact(subject, account, fleet.call(one.spec, key="s-2"))
    assert second == Done(effects=stopped, already=True)


async def test_an_order_at_the_store_can_be_withdrawn(fleet: Fleet) -> None:
    one = connector("tiandian")
    subject = subject_for(NEW_HOLDER)
    found = await fleet.lookup(one, subject)
    pending = await one.unbind(subject, found.accounts[0], fleet.call(one.spec))
    assert isinstance(pending, Pending)
    assert isinstance(await one.withdraw(subject, pending, fleet.call(one.spec)), Withdrawn)
    ended = await one.status(subject, pending, Capability.UNBIND, fleet.call(one.spec))
    assert isinstance(ended, Denied)
    assert await fleet.lookup(one, subject) == found


async def test_the_forum_ends_an_order_with_a_callback_that_verifies(fleet: Fleet) -> None:
    one = connector("luntan")
    called: asyncio.Future[VerifiedCallback] = asyncio.get_running_loop().create_future()
    secret = Secret(fleet.credentials["luntan"]["callback_secret"])

    async def receive(request: web.Request) -> web.Response:
        event = verify("standard_webhooks", secret, request.headers, await request.read())
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


async def test_a_challenge_page_is_a_block(fleet: Fleet) -> None:
    one = connector("yuanfen")
    for _ in range(4):  # the third comes with status 403
        with pytest.raises(Blocked):
            await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec))


async def test_a_platform_that_never_answers_times_out(fleet: Fleet) -> None:
    one = connector("anju")
    deadline = asyncio.get_running_loop().time() + 0.05
    settings = {"base_url": f"{fleet.url}/anju"}
    http = fleet.transport.bind(one.spec, settings, deadline=deadline)
    call: Any = FleetCall(http, settings, one.spec.platform_ids, "", None)
    with pytest.raises(TimedOut):
        await one.lookup(subject_for(NEW_HOLDER), call)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_wrong_credential_is_named_as_such(fleet: Fleet, name: str) -> None:
    one = connector(name)
    secret = next(
        each
        for each in fleet.credentials[name]
        if each in {"token", "api_key", "app_key", "password"}
    )
    with pytest.raises(CredentialsFault):
        await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec, **{secret: "wrong"}))


async def test_a_lost_reply_of_the_utilities_may_have_been_done(fleet: Fleet) -> None:
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


async def test_the_one_click_service_answers_for_each_platform(fleet: Fleet) -> None:
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
    fleet: Fleet,
) -> None:
    one = OneClick()
    call = fleet.call(one.spec)
    narrowed: Any = FleetCall(call.http, call.settings, frozenset({"taoshi"}), "", None)
    assert set(await one.lookup(subject_for(NEW_HOLDER), narrowed)) == {"taoshi"}


async def test_the_one_click_service_names_a_wrong_credential(fleet: Fleet) -> None:
    one = OneClick()
    with pytest.raises(CredentialsFault):
        await one.lookup(subject_for(NEW_HOLDER), fleet.call(one.spec, access_key="wrong"))
