"""Faulty paging, and faulty deferred answers."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from typing import Any

from tests.conformance.zoo.acme import Paged, Polled, Reported, field_of, rows_of, text_of
from tests.conformance.zoo.faulty_connector import FaultyConnector
from tests.conformance.zoo.store import BOUND, UNBOUND

from jiebang.conformance import Canaries
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Call,
    Capability,
    ConnectorError,
    Done,
    LookupAnswer,
    LookupOutcome,
    Pending,
    ProtocolFault,
    Subject,
    Update,
    VerifiedCallback,
)


class FirstPage(Paged):
    """Reads one page, and reports the list as complete."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        document = await self.page(subject, "", call)
        return self.complete_outcome([self.account(row) for row in rows_of(document, "bindings")])


class Endless(Paged):
    """Follows cursors without end, even the same one again."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        accounts: dict[str, Account] = {}
        cursor: str | None = ""
        while cursor is not None:
            document = await self.page(subject, cursor, call)
            found = [self.account(row) for row in rows_of(document, "bindings")]
            accounts |= {one.handle: one for one in found}
            cursor = field_of(document, "next")
        return self.complete_outcome(list(accounts.values()))


class LostPage(Paged):
    """Keeps the pages it has when a later one fails."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        accounts: list[Account] = []
        cursor: str | None = ""
        while cursor is not None:
            try:
                document = await self.page(subject, cursor, call)
                accounts += [self.account(row) for row in rows_of(document, "bindings")]
                cursor = field_of(document, "next")
            except ConnectorError:
                if not accounts:
                    raise
                break
        return self.complete_outcome(accounts)


class EnoughPages(Paged):
    """Stops after some pages, and reports the list as complete."""

    most = 1

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        answer = await super().lookup(subject, call)
        return Bound(accounts=answer.accounts) if isinstance(answer, Bound) else answer


class DoneUnlessOpen(Polled):
    """Treats every state but OPEN as done."""

    def case(self, document: object) -> ActionOutcome:
        if text_of(document, "state") == "OPEN":
            return Pending(remote_ref=text_of(document, "case"))
        return Done()


class NeverDone(Polled):
    """Does not know the state for done."""

    def case(self, document: object) -> ActionOutcome:
        return Pending(remote_ref=text_of(document, "case"))


class LostCase(Polled):
    """Treats a case that can no longer be read as done."""

    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> ActionOutcome | LookupOutcome:
        try:
            return await super().status(subject, pending, asked, call)
        except ProtocolFault:
            return Done()


class DoneByCallback(Reported):
    """Treats every callback as a success, whatever state it names."""

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        return (Update(outcome=Done(), remote_ref=text_of(event.json, "case")),)


class AsksInCallback(Reported):
    """Connects while it reads a callback."""

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", 9), timeout=0.1).close()
        return super().parse_callback(event)


class CallbackCrash(Reported):
    """Trusts the structure of a callback."""

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        body: Any = event.json
        return (Update(outcome=self.case(body), remote_ref=body["case"]),)


class CountsCallbacks(Reported):
    """Reads the second delivery of a callback differently."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        if event.event_id in self.seen:
            return ()
        self.seen.add(event.event_id)
        return super().parse_callback(event)


class AnyOrder(Reported):
    """Does not name the order of a callback, although the platform did."""

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        return (Update(outcome=self.case(event.json)),)


TWO = Canaries(bound=BOUND, unbound=UNBOUND, accounts=2)
ANIMALS = (
    FaultyConnector(FirstPage(), "bound", {"canaries": TWO}),
    FaultyConnector(EnoughPages(), "bound", {"canaries": TWO}),
    FaultyConnector(Endless(), "pages-end"),
    FaultyConnector(LostPage(), "pages-whole"),
    FaultyConnector(DoneUnlessOpen(), "status-honest"),
    FaultyConnector(LostCase(), "status-honest"),
    FaultyConnector(NeverDone(), "pending-ends"),
    FaultyConnector(DoneByCallback(), "callback-parse"),
    FaultyConnector(AsksInCallback(), "callback-parse"),
    FaultyConnector(CallbackCrash(), "callback-parse"),
    FaultyConnector(CountsCallbacks(), "callback-parse"),
    FaultyConnector(AnyOrder(), "callback-ref"),
)
