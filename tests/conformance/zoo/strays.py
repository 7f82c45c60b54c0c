"""Connectors that almost hold: each is seen by one check of the kit and by no other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.conformance.zoo.acme import Acme, OAuth, Reported, Worded, bearer
from tests.conformance.zoo.animal import FaultyConnector
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
    """Hands over the platform's word for what blocks an account."""

    def blockers(self, word: object) -> tuple[DenyReason, ...]:
        given: Any = () if word is None else (word,)
        return given  # type: ignore[no-any-return]


class WrongKey(Reported):
    """Checks callbacks by a key that is not the platform's."""

    spec = replace(
        Reported.spec,
        settings=(*Reported.spec.settings, Setting(name="hook", type=SettingType.SECRET)),
        callback_auth=StandardWebhooks(key="hook"),
    )


class WrongScheme(Reported):
    """Checks callbacks by a scheme that the platform does not sign by."""

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
    """Asks in four ways at once; when they fail in two, says that there is nothing."""

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
        # The four ask for the same accounts; what is unlike comes from one that cannot be read.
        found = [self.outcome(one.json()) for one in told if not isinstance(one, BaseException)]
        return found[0]


class FetchesTokens(OAuth):
    """Fetches a token before each question, beside the client that keeps one."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        form = {"grant_type": "client_credentials"}
        await call.http.send("POST", "/oauth/token", form=form, accept=(200, 401))
        return await super().ask(subject, call)


class Maintained(Acme):
    """Takes the empty list of a platform under maintenance for an absence."""


class Unloadable(Acme):
    """Its manifest has a field that nobody knows."""

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
