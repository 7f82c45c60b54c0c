"""Almost correct connectors: each is caught by exactly one check of the kit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.conformance.zoo.acme import Acme, OAuth, Reported, Worded, bearer
from tests.conformance.zoo.faulty_connector import FaultyConnector
from tests.conformance.zoo.store import BOUND

from jiebang.conformance.exchange import StubResponse
from jiebang.conformance.fixture import Fixture, Step
from jiebang.sdk import (
    Call,
    CallbackPart,
    ConnectorError,
    DenyReason,
    LookupAnswer,
    NotBound,
    PlainHmac,
    Reply,
    Setting,
    SettingType,
    StandardWebhooks,
    Subject,
)


class PlatformWords(Worded):
    """Returns the platform's own code for what blocks an account."""

    def blockers(self, word: object) -> tuple[DenyReason, ...]:
        given: Any = () if word is None else (word,)
        return given  # type: ignore[no-any-return]


class WrongKey(Reported):
    """Verifies callbacks with a key that is not the platform's."""

    spec = replace(
        Reported.spec,
        settings=(*Reported.spec.settings, Setting(name="hook", type=SettingType.SECRET)),
        callback_auth=StandardWebhooks(key="hook"),
    )


class WrongScheme(Reported):
    """Verifies callbacks by a scheme that the platform does not use."""

    spec = replace(
        Reported.spec,
        callback_auth=PlainHmac(
            key="callback_secret",
            header="webhook-signature",
            parts=(CallbackPart.TIMESTAMP, CallbackPart.BODY),
            timestamp_header="webhook-timestamp",
        ),
    )


class FailsCrosswise(Acme):
    """Looks up in four ways at once; if two of them fail, reports an absence."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        ways = [
            call.http.send("GET", path, params={"phone": phone}, headers=bearer(call))
            for path in ("/v1/bindings", "/v1/state")
            for phone in (subject.number, subject.national)
        ]
        told = await asyncio.gather(*ways, return_exceptions=True)
        failures = {str(one): one for one in told if isinstance(one, BaseException)}
        if len(failures) > 1 and all(isinstance(one, ConnectorError) for one in failures.values()):
            return NotBound("nothing was found in any way")
        for failure in failures.values():
            raise failure
        # All four look up the same accounts; a difference comes from one that cannot be read.
        found = [self.outcome(one.json()) for one in told if not isinstance(one, BaseException)]
        return found[0]


class FetchesTokens(OAuth):
    """Fetches a token before each request, although the client caches one."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        form = {"grant_type": "client_credentials"}
        await call.http.send("POST", "/oauth/token", form=form, accept=(200, 401))
        return await super().ask(subject, call)


class Maintained(Acme):
    """Treats the empty list of a platform under maintenance as an absence."""


class Unloadable(Acme):
    """Has a manifest with an unknown field."""

    spec = replace(Acme.spec)


MAINTENANCE = Fixture(
    name="under maintenance",
    call="lookup",
    number=BOUND,
    exchange=(
        Step(expect={}, reply=StubResponse.from_json({"bindings": [], "maintenance": True})),
    ),
    error="unavailable",
)
UNLOADABLE = Path(__file__).with_name("unloadable.yaml")
ANIMALS = (
    FaultyConnector(PlatformWords(), "blockers", also=("bound", "answers")),
    FaultyConnector(WrongKey(), "callback-signature"),
    FaultyConnector(WrongScheme(), "callback-signature"),
    FaultyConnector(FailsCrosswise(), "chaos"),
    FaultyConnector(FetchesTokens(), "token-refresh"),
    FaultyConnector(Maintained(), "fixtures", {"fixtures": (MAINTENANCE,)}),
    FaultyConnector(Unloadable(), "manifest", {"source": UNLOADABLE}),
)
