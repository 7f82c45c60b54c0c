"""Faulty connectors that report an absence without evidence, or misread an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.conformance.zoo.acme import SPEC, Acme, Worded, bearer, rows_of, text_of
from tests.conformance.zoo.faulty_connector import FaultyConnector
from tests.conformance.zoo.store import AFTER, UNBOUND

from jiebang.conformance import Canaries
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.sdk import (
    Account,
    BindingDate,
    Bound,
    Call,
    ConnectorError,
    LookupAnswer,
    LookupOutcome,
    NotBound,
    Reply,
    Subject,
    SubjectNeed,
)

NOTHING = NotBound("no bindings")


class AbsenceByDefault(Worded):
    """Treats every state but REGISTERED as an absence."""

    def outcome(self, document: object) -> LookupOutcome:
        if text_of(document, "state") == "REGISTERED":
            return super().outcome(document)
        return NOTHING


class AbsentKey(Acme):
    """Treats a missing list as an empty one."""

    def outcome(self, document: object) -> LookupOutcome:
        rows = document.get("bindings", []) if is_mapping(document) else None
        return NOTHING if rows == [] else super().outcome(document)


class FalsyRows(Acme):
    """Treats every falsy value as an empty list: null, 0, an empty string."""

    def outcome(self, document: object) -> LookupOutcome:
        if is_mapping(document) and not document.get("bindings", True):
            return NOTHING
        return super().outcome(document)


class CountedRows(Acme):
    """Treats everything of length zero as an empty list, even an object."""

    def outcome(self, document: object) -> LookupOutcome:
        rows: Any = document.get("bindings") if is_mapping(document) else None
        if rows in ({}, [], ""):
            return NOTHING
        return super().outcome(document)


class SkippedRows(Acme):
    """Skips accounts it cannot read; if it cannot read any, it reports an absence."""

    def outcome(self, document: object) -> LookupOutcome:
        accounts: list[Account] = []
        for row in rows_of(document, "bindings"):
            try:
                accounts.append(self.account(row))
            except ConnectorError:
                continue
        return Bound(accounts=tuple(accounts)) if accounts else NOTHING


class ReadsByEye(Acme):
    """Searches the body for a word, so that any page without it is an absence."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        reply = await self.ask(subject, call)
        return self.outcome(reply.json()) if b'"id"' in reply.body else NOTHING


class NoContent(Acme):
    """Treats a 204 as an absence, on a platform that reports absences in the body."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        reply = await self.ask(subject, call)
        return NOTHING if reply.status == 204 else self.outcome(reply.json())


class Tolerant(Acme):
    """Accepts the statuses it names, and treats those as an absence."""

    accept: tuple[int, ...] = ()

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await call.http.send(
            "GET",
            "/v1/bindings",
            params={"phone": subject.number},
            headers=bearer(call),
            accept=(200, *self.accept),
        )

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        reply = await self.ask(subject, call)
        return NOTHING if reply.status in self.accept else self.outcome(reply.json())


class NotFound(Tolerant):
    """Treats every 404 as an absence, although a wrong path answers 404, too."""

    accept = (404,)


class RefusedCredential(Tolerant):
    """Treats a refused credential as an absence."""

    accept = (401, 403)


class BrokenPlatform(Tolerant):
    """Treats a broken platform as an absence."""

    accept = (500, 502, 503)


class SwallowedFailure(Acme):
    """Catches every failure and reports an absence."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        try:
            return await super().lookup(subject, call)
        except ConnectorError:
            return NOTHING


class Unchecked(Acme):
    """Trusts the structure of the answer: a missing key is a KeyError."""

    def account(self, row: Any) -> Account:
        return Account(handle=row["id"], platform="acme", label=self.label(row["nick"]))


class AlwaysThere(Acme):
    """Reports Bound for everybody."""

    def outcome(self, document: object) -> LookupOutcome:
        return Bound(accounts=(Account(handle="somebody", platform="acme"),))


class NeverThere(Acme):
    """Sends the number in a spelling the platform does not know, and finds nobody."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await call.http.send(
            "GET", "/v1/bindings", params={"phone": subject.number[1:-1]}, headers=bearer(call)
        )


class OtherPlatform(Acme):
    """Reports the account at a platform it does not speak for."""

    def account(self, row: object) -> Account:
        return replace(super().account(row), platform="acme_mall")


class SignsUp(Acme):
    """Looks up by signing up, and so creates the account it is looking for."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        reply = await call.http.send(
            "POST",
            "/v1/register",
            json={"phone": subject.number},
            headers=bearer(call),
            accept=(201, 409),
        )
        if reply.status == 201:
            return NotBound("the number was free")
        return await super().lookup(subject, call)


class WrongPolarity(Acme):
    """Inverts "bound before"."""

    spec = replace(SPEC, dates_bindings=False, subject_needs=frozenset({SubjectNeed.HELD_SINCE}))

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        answer = await super().lookup(subject, call)
        since = subject.held_since
        if not isinstance(answer, Bound) or since is None:
            return answer
        turned = tuple(
            replace(
                one,
                bound=BindingDate.since(since)
                if one.bound and one.bound.latest and one.bound.latest < since
                else BindingDate.before(since),
            )
            for one in answer.accounts
        )
        return Bound(accounts=turned)


class DayInUtc(Acme):
    """Takes the date of an instant without converting its time zone, eight hours off."""

    def bound(self, instant: str) -> BindingDate:
        return BindingDate.on(datetime.fromisoformat(instant).date())


class ForeignCrash(Acme):
    """Assumes that every number has eleven digits."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        if len(subject.national) != 11:
            raise ValueError("eleven digits")
        return await super().ask(subject, call)


class NarrowText(Acme):
    """Encodes names in a character set that cannot represent all of them."""

    def label(self, nick: str) -> str:
        return nick.encode("gbk").decode("gbk")[:1] + "**"


ONE = Canaries(bound=AFTER, unbound=UNBOUND)
ANIMALS = (
    FaultyConnector(AbsenceByDefault(), "no-default-not-bound"),
    FaultyConnector(AbsentKey(), "no-default-not-bound"),
    FaultyConnector(FalsyRows(), "no-default-not-bound"),
    FaultyConnector(CountedRows(), "no-default-not-bound"),
    # A number with a single account: of two, one would always remain readable.
    FaultyConnector(SkippedRows(), "no-default-not-bound", {"canaries": ONE}),
    FaultyConnector(ReadsByEye(), "no-default-not-bound"),
    FaultyConnector(NoContent(), "no-default-not-bound"),
    FaultyConnector(Unchecked(), "no-default-not-bound"),
    FaultyConnector(NotFound(), "error-table"),
    FaultyConnector(RefusedCredential(), "error-table"),
    FaultyConnector(BrokenPlatform(), "error-table"),
    FaultyConnector(SwallowedFailure(), "error-table"),
    FaultyConnector(AlwaysThere(), "not-bound"),
    FaultyConnector(NeverThere(), "bound"),
    FaultyConnector(OtherPlatform(), "answers"),
    FaultyConnector(SignsUp(), "not-bound"),
    FaultyConnector(WrongPolarity(), "dates"),
    FaultyConnector(DayInUtc(), "dates"),
    FaultyConnector(ForeignCrash(), "number-form"),
    FaultyConnector(NarrowText(), "text"),
)
