"""The running sandbox, whose platforms are used through the connectors that ship for them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from typing import Any

import aiohttp

from jiebang.connectors import CATALOGUE
from jiebang.connectors.aggregator import AggregatorKind
from jiebang.connectors.graphql import GraphqlKind
from jiebang.connectors.guide import GuideKind
from jiebang.connectors.kinds import load
from jiebang.connectors.one_click import OneClick
from jiebang.connectors.rest import RestKind
from jiebang.connectors.rest.placeholders import settings_of
from jiebang.connectors.rest.request import PreparedRequest, authorize
from jiebang.connectors.scim import ScimKind
from jiebang.sandbox import Pace, Population, populate, run_sandbox
from jiebang.sdk import (
    Account,
    Bound,
    Capability,
    Http,
    Kind,
    NotBound,
    Pending,
    RateLimited,
    Reply,
    Secret,
    SettingType,
    Subject,
    Unavailable,
)
from jiebang.transport import Transport

TODAY = date(2026, 6, 1)
#: The people of the sandbox's stories; the last has dozens of accounts at one platform.
NEW_HOLDER, DEPARTING = "+8613900000001", "+8613900000002"
FORMER, CROWDED = "+8613900000003", "+8613900000005"
NOBODY = "+8613700009999"
#: The platforms where one account after another is looked up and unbound.
PLATFORMS = (
    *("yunpan", "jisudai", "leshop", "tiandian", "luntan", "zhiyou", "manyou", "youxi", "xuexi"),
    *("yikang", "gongju", "chengshi", "huiyuan", "yunjian", "kejiang", "luming", "shundao"),
    *("wenlu", "feiguan", "moye", "tuyou", "qishan", "anhe", "shimin", "heming", "qingqi"),
)
#: What refuses a key that stands for another order, and an account that nobody has: the status, or
#: the code inside an answer with status 200.
REUSED = {422, "KEY_REUSED", "REQUEST_ID_REUSED"}
NOT_FOUND = {404, "LISTENER_NOT_FOUND", "NO_RIDER"}
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (RestKind(), AggregatorKind(), GraphqlKind(), ScimKind(), GuideKind())
}


@cache
def connector(name: str) -> Any:
    """The connector of this platform, whatever its kind."""
    return OneClick() if name == "yijian" else load(CATALOGUE / "sandbox" / f"{name}.yaml", KINDS)


def subject_for(number: str, held_since: date | None = None) -> Subject:
    return Subject(number=number, region="CN", held_since=held_since)


@dataclass(frozen=True, slots=True)
class RawReply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class RecordingHttp:
    """Sends as the connector says, and keeps the replies."""

    http: Http
    replies: list[Reply]

    async def send(self, *args: Any, **more: Any) -> Reply:
        self.replies.append(await self.http.send(*args, **more))
        return self.replies[-1]


@dataclass(frozen=True)
class FleetCall:
    """The contract's `Call`."""

    http: Any
    settings: Mapping[str, str | Secret]
    platforms: frozenset[str]
    idempotency_key: str = "k-1"
    callback_url: str | None = None
    deadline: Any = None


@dataclass
class Fleet:
    """The running sandbox, and calls to its platforms with their own credentials."""

    url: str
    session: aiohttp.ClientSession
    transport: Transport
    credentials: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    #: What the platforms answered to the connectors.
    replies: list[Reply] = field(default_factory=list[Reply])

    def to(self, name: str, *, seconds: float = 60, **changed: Any) -> FleetCall:
        """A call to this platform; `changed` are fields of the call, or settings."""
        spec = connector(name).spec
        names = {one.name for one in fields(FleetCall)}
        given = {name: changed.pop(name) for name in names & changed.keys()}
        secrets = {one.name for one in spec.settings if one.type is SettingType.SECRET}
        settings: dict[str, str | Secret] = {
            setting: Secret(value) if setting in secrets else value
            for setting, value in (self.credentials[name] | changed).items()
        }
        settings["base_url"] = f"{self.url}/{name}"
        deadline = asyncio.get_running_loop().time() + seconds
        http = RecordingHttp(self.transport.bind(spec, settings, deadline=deadline), self.replies)
        return replace(FleetCall(http, settings, spec.platform_ids), **given)

    @property
    def refusal(self) -> object:
        """What the last reply to a connector refuses with."""
        reply = self.replies[-1]
        if reply.status != 200:
            return reply.status
        told: Any = reply.json()
        return told["errors"][0]["extensions"]["code"] if "errors" in told else told["code"]

    async def lookup(self, name: str, subject: Subject | str) -> Any:
        """Look up as the gateway would: retry after a rate limit, a failure or an incomplete
        answer, and poll while pending."""
        subject = subject_for(subject) if isinstance(subject, str) else subject
        one = connector(name)
        for _ in range(8):
            try:
                answer: Any = await one.lookup(subject, self.to(name))
            except (RateLimited, Unavailable):
                continue
            if isinstance(answer, Bound) and not answer.complete:
                continue
            while isinstance(answer, Pending):
                answer = await one.status(subject, answer, Capability.LOOKUP, self.to(name))
            return answer
        raise AssertionError("never answered")

    async def handles(self, name: str, number: str) -> list[str]:
        """The accounts that a lookup finds."""
        answer = await self.lookup(name, number)
        if isinstance(answer, NotBound):
            return []
        assert isinstance(answer, Bound)
        return [one.handle for one in answer.accounts]

    async def order(
        self, subject: Subject, account: Account, key: str = "k-1", action: str = "unbind"
    ) -> Any:
        """Order as the gateway would: retry after a rate limit or a failure, and poll while
        pending."""
        name = account.platform
        one, call = connector(name), self.to(name, idempotency_key=key)
        for _ in range(8):
            try:
                outcome: Any = await getattr(one, action)(subject, account, call)
            except (RateLimited, Unavailable):
                continue
            while isinstance(outcome, Pending):
                outcome = await one.status(subject, outcome, Capability(action), call)
            return outcome
        raise AssertionError("never answered")

    async def account(
        self, name: str, flag: str | None = None, number: str = ""
    ) -> tuple[Subject, Account]:
        """The number and account of somebody there: with this flag, or without any; with no other
        account there, if there is such a number."""
        there = await self.get("/inspect/accounts", platform=name)
        count = Counter(one["number"] for one in there["accounts"])
        flags = [flag] if flag else []
        found = min(
            (one for one in there["accounts"] if one["flags"] == flags and number in one["number"]),
            key=lambda one: count[one["number"]],
        )
        return subject_for(found["number"]), Account(handle=found["account"], platform=name)

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RawReply:
        """Send what no connector sends; with the fixed credentials of the platform in the path."""
        asked = PreparedRequest(
            method,
            path,
            dict(params or {}),
            dict(headers or {}),
            body,
            dict(form) if form else None,
        )
        name = path.split("/")[1]
        if key is not None:
            asked.headers["Idempotency-Key"] = key
        if name == "yijian":
            asked.headers["X-Access-Key"] = self.credentials[name]["access_key"]
        elif name in self.credentials:
            one = connector(name)
            authorize(asked, one.manifest.auth, settings_of(one.spec.settings, self.to(name)))
        content: dict[str, Any] = {"json": asked.body} if form is None else {"data": asked.form}
        async with self.session.request(
            method, self.url + path, params=asked.params, headers=asked.headers, **content
        ) as reply:
            given = {name.lower(): value for name, value in reply.headers.items()}
            return RawReply(reply.status, given, await reply.text())

    async def get(self, path: str, **params: str) -> Any:
        return (await self.request("GET", path, params=params)).json

    async def fault(self, platform: str, fault: str, **more: float) -> None:
        order = {"platform": platform, "fault": fault, **more}
        assert (await self.request("POST", "/control/faults", order)).status == 200

    async def effects(self, platform: str) -> list[tuple[str, str]]:
        """What was done there: the operations and their accounts."""
        told = (await self.get("/inspect/effects", platform=platform))["effects"]
        return [(one["operation"], one["account"]) for one in told]

    async def key(self, platform: str, key: str) -> tuple[int, int, int]:
        """How often the key was received, acted on, and used for something else."""
        told = (await self.get("/inspect/keys", platform=platform))["keys"]
        one = next(one for one in told if one["key"] == key)
        return one["received"], one["effects"], one["conflicts"]


@asynccontextmanager
async def run_fleet(
    pace: Pace, people: Population | None = None, *, seed: int = 1
) -> AsyncGenerator[Fleet]:
    people = people or populate(1, TODAY, numbers=30)
    async with (
        run_sandbox(people, seed=seed, pace=pace) as url,
        aiohttp.ClientSession() as session,
        Transport(allow_private=["127.0.0.1"]) as transport,
    ):
        fleet = Fleet(url, session, transport)
        listed = (await fleet.get("/inspect/platforms"))["platforms"]
        fleet.credentials = {one["id"]: one["credentials"] for one in listed}
        yield fleet
