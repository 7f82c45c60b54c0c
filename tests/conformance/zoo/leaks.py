"""Faulty connectors that leak or keep personal data and secrets."""

from __future__ import annotations

import hashlib
import logging
import warnings
from dataclasses import replace
from typing import Any, ClassVar

from tests.conformance.zoo.acme import BASE_URL, SPEC, Acme, bearer, rows_of, text_of
from tests.conformance.zoo.faulty_connector import FaultyConnector

from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Call,
    ConfigFault,
    ConnectorError,
    LookupAnswer,
    LookupOutcome,
    NotBound,
    ProtocolFault,
    Rejected,
    Reply,
    Secret,
    Setting,
    Subject,
)

LOG = logging.getLogger("acme")


class NumberInError(Acme):
    """Names the number in its exception."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        try:
            return await super().lookup(subject, call)
        except ConnectorError:
            raise ProtocolFault(f"could not look up {subject.number}") from None


class NumberInNote(Acme):
    """Adds the number to the exception as a note."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        try:
            return await super().lookup(subject, call)
        except ConnectorError as error:
            error.add_note(f"subject: {subject.national}")
            raise


class NumberInLog(Acme):
    """Logs the number, in groups as people write it."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        digits = subject.national
        LOG.debug("asking for %s %s %s", digits[:3], digits[3:7], digits[7:])
        return await super().ask(subject, call)


class NumberPrinted(Acme):
    """Contains a print left over from debugging."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        print("asking for", subject.number)  # noqa: T201
        return await super().ask(subject, call)


class NumberInWarning(Acme):
    """Emits a warning with the number."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        warnings.warn(f"{subject.national} asked twice", stacklevel=1)
        return await super().ask(subject, call)


class NumberAsEvidence(Acme):
    """Puts the number into the evidence, which is stored unencrypted."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        answer = await super().lookup(subject, call)
        return NotBound(f"none for {subject.number}") if isinstance(answer, NotBound) else answer


class HandleInLog(Acme):
    """Logs which accounts were found."""

    def account(self, row: object) -> Account:
        found = super().account(row)
        LOG.info("found", extra={"extra": {"account": found.handle}})
        return found


class ReplyInError(Acme):
    """Puts the platform's answer into its exception."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        reply = await call.http.send(
            "GET",
            "/v1/bindings",
            params={"phone": subject.number},
            headers=bearer(call),
            accept=range(100, 600),
        )
        if reply.status != 200:
            raise Rejected(reply.body.decode(errors="replace"))
        return reply


class SecretInError(Acme):
    """Shows the token that was refused."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        try:
            return await super().lookup(subject, call)
        except ConnectorError:
            token = call.settings["token"]
            raise ConfigFault(f"failed with {token.reveal()}") from None  # type: ignore[union-attr] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


class HashInLog(Acme):
    """Logs a hash of the number, which can be reversed by hashing all numbers."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        LOG.info("asking for %s", hashlib.sha256(subject.number.encode()).hexdigest())
        return await super().ask(subject, call)


class StarBehind(Acme):
    """Appends a star to the full name."""

    def outcome(self, document: object) -> LookupOutcome:
        found = super().outcome(document)
        if not isinstance(found, Bound):
            return found
        names = [text_of(row, "nick") for row in rows_of(document, "bindings")]
        return Bound(
            accounts=tuple(
                replace(account, label=f"{name}*")
                for account, name in zip(found.accounts, names, strict=True)
            )
        )


class Cached(Acme):
    """Caches answers by number in an attribute."""

    def __init__(self) -> None:
        self._answers: dict[str, LookupAnswer] = {}

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        if subject.number not in self._answers:
            self._answers[subject.number] = await super().lookup(subject, call)
        return self._answers[subject.number]


TABLE: dict[str, LookupAnswer] = {}


class CachedInModule(Acme):
    """Caches answers by number in its module."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        if subject.number not in TABLE:
            TABLE[subject.number] = await super().lookup(subject, call)
        return TABLE[subject.number]


class LabelInClear(Acme):
    """Returns the name as the platform gave it."""

    def label(self, nick: str) -> str:
        return nick


class Remembers(Acme):
    """Stores the number of the call in itself, and mixes up two calls."""

    def __init__(self) -> None:
        self.number = ""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        self.number = subject.number
        return await super().lookup(subject, call)


class Caches(Acme):
    """Caches answers by number, so that an account unbound since is still there."""

    answers: ClassVar[dict[str, LookupAnswer]] = {}

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        if subject.number not in self.answers:
            self.answers[subject.number] = await super().lookup(subject, call)
        return self.answers[subject.number]


class SecretAsText(Acme):
    """Declares its token as plain text, which is shown wherever settings are."""

    spec = replace(SPEC, settings=(BASE_URL, Setting(name="token")))

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await call.http.send(
            "GET",
            "/v1/bindings",
            params={"phone": subject.number},
            headers=self.plain_headers(call),
        )

    def plain_headers(self, call: Call) -> dict[str, str]:
        return {"Authorization": f"Bearer {call.settings['token']}"}


class ShowsItself(Acme):
    """Shows its token in its repr."""

    def __init__(self) -> None:
        self.token = ""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        token = call.settings["token"]
        self.token = token.reveal() if isinstance(token, Secret) else token
        return await super().ask(subject, call)

    def __repr__(self) -> str:
        return f"ShowsItself(token={self.token!r})"


class SharedList(Acme):
    """Collects values of all calls in a list of the class."""

    seen: ClassVar[list[Any]] = []

    def outcome(self, document: object) -> LookupOutcome:
        self.seen.append(document)
        return super().outcome(document)


class HandleOfOrder(Acme):
    """Logs which account an order is about."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        LOG.warning("unbinding %s", account.handle)
        return await super().unbind(subject, account, call)


ANIMALS = (
    FaultyConnector(NumberInError(), "leaks"),
    FaultyConnector(NumberInNote(), "leaks"),
    FaultyConnector(NumberInLog(), "leaks"),
    FaultyConnector(NumberPrinted(), "leaks"),
    FaultyConnector(NumberInWarning(), "leaks"),
    FaultyConnector(NumberAsEvidence(), "leaks"),
    FaultyConnector(HandleInLog(), "leaks"),
    FaultyConnector(ReplyInError(), "leaks"),
    FaultyConnector(SecretInError(), "leaks"),
    FaultyConnector(HashInLog(), "leaks"),
    FaultyConnector(LabelInClear(), "masking"),
    FaultyConnector(StarBehind(), "masking"),
    FaultyConnector(Cached(), "state"),
    FaultyConnector(CachedInModule(), "state"),
    FaultyConnector(Remembers(), "state"),
    FaultyConnector(SharedList(), "state"),
    FaultyConnector(SecretAsText(), "settings"),
    FaultyConnector(ShowsItself(), "diagnostics", beside=("bound",)),
)
