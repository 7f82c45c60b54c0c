"""What the checks of one run share: the target, and calls that are made once and cached."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from jiebang.conformance.call_record import DEFAULT_TIMEOUT, CallRecord, CallRunner
from jiebang.conformance.exchange import Exchange, InvalidJson, Reaction, StubResponse
from jiebang.conformance.leak_detector import LeakDetector
from jiebang.conformance.platform import Backend
from jiebang.conformance.recording_server import RecordingServer, Responder
from jiebang.conformance.replay import Change, Replay, keep_reply, respond_always
from jiebang.conformance.target import Canaries, Target
from jiebang.conformance.text import texts
from jiebang.gateway.calls.validation import PlatformAnswers
from jiebang.gateway.domain.phone_number import region_of
from jiebang.sdk import (
    METHODS,
    Account,
    Bound,
    Capability,
    ConnectorSpec,
    ErrorCode,
    NotBound,
    Pending,
    Platform,
    Secret,
    Subject,
    SubjectNeed,
)

#: The errors after which the gateway would retry.
RETRYABLE = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT})
_TRIES = 6
_POLLS = 40


class CheckNotApplicable(Exception):
    """The connector does not do what the check is about; the text says what."""


class CheckNotRun(Exception):
    """The target lacks what the check needs; the text says what to add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRecord:
    """A completed lookup: the call, and the polls after it."""

    subject: Subject
    calls: tuple[CallRecord, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    answers: PlatformAnswers = field(repr=False)

    @property
    def bound(self) -> dict[str, Bound]:
        return {name: one for name, one in self.answers.items() if isinstance(one, Bound)}

    @property
    def accounts(self) -> list[Account]:
        return [account for one in self.bound.values() for account in one.accounts]

    @property
    def handles(self) -> set[str]:
        return {account.handle for account in self.accounts}

    @property
    def absent(self) -> frozenset[str]:
        return frozenset(name for name, one in self.answers.items() if isinstance(one, NotBound))

    @property
    def request_count(self) -> int:
        """The number of requests about the person."""
        return sum(not one.request.is_token_request for one in self.exchanges)

    def __str__(self) -> str:
        return " then ".join(map(str, self.calls))


class CheckContext:
    """Shared by the checks of one run."""

    def __init__(
        self, target: Target, runner: CallRunner, backend: Backend, *, lookups: int
    ) -> None:
        self.target = target
        self.lookups = lookups
        self.runner = runner
        self.backend = backend
        self.entry = runner.entry("http://127.0.0.1:9")
        self.leak_detector = LeakDetector()
        #: Every call made so far.
        self.all_calls: list[CallRecord] = []
        self._lookups: dict[str, LookupRecord] = {}
        self._used_ports: set[int] = set()
        #: Values that checks cache for each other.
        self.memo: dict[str, object] = {}
        for value in self.entry.settings.values():
            if isinstance(value, Secret):
                self.leak_detector.add_secret(value.reveal())

    @property
    def spec(self) -> ConnectorSpec:
        return self.target.spec

    @property
    def canaries(self) -> Canaries:
        """The target's canaries. Raises `CheckNotRun`, or `CheckNotApplicable` for a guide."""
        if self.spec.capabilities <= {Capability.GUIDANCE}:
            raise CheckNotApplicable("a guide does not call a platform")
        if self.target.canaries is None:
            raise CheckNotRun("canaries are missing: name a bound and an unbound number")
        return self.target.canaries

    def require(self, *capabilities: Capability) -> None:
        """Raise `CheckNotApplicable` unless the connector declares one of these."""
        if not self.spec.capabilities & set(capabilities):
            raise CheckNotApplicable(f"it does not declare {' or '.join(capabilities)}")

    def subject(self, number: str) -> Subject:
        """Return the person, with as much about them as the connector declares to need."""
        needs, canaries = self.spec.subject_needs, self.target.canaries
        self.leak_detector.add_number(number)
        since = canaries.held_since if canaries else None
        until = canaries.held_until if canaries else None
        return Subject(
            number=number,
            region=region_of(number),
            held_since=since if SubjectNeed.HELD_SINCE in needs else None,
            held_until=until if SubjectNeed.HELD_UNTIL in needs else None,
        )

    async def reset_platform(self) -> bool:
        """Reset the platform to its initial state; False if that is not possible."""
        if self.target.reset is not None:
            done = self.target.reset()
            if inspect.isawaitable(done):
                await done
            return True
        return await self.backend.reset()

    def start_server(self, responder: Responder | None = None) -> RecordingServer:
        return RecordingServer(
            responder or self.backend.answer, self.backend.base, self._used_ports
        )

    async def discover(self) -> None:
        """Fetch the platforms of a connector that lists them itself."""
        if Capability.CATALOGUE not in self.spec.capabilities:
            return
        async with self.start_server() as server:
            call = await self.runner.run(server, METHODS[Capability.CATALOGUE])
        self.all_calls.append(call)
        if call.error is None and call.outcome is not None:
            listed = cast(Sequence[object], call.outcome)
            found = {one.id for one in listed if isinstance(one, Platform)}
            self.runner.platforms |= frozenset(found)

    # The platform's real answers, fetched once.

    async def bound_lookup(self) -> LookupRecord:
        """Return the bound canary's lookup. Raises `CheckNotRun` if it was not found bound."""
        found = await self.cached_lookup(self.canaries.bound)
        if not found.bound:
            raise CheckNotRun("the bound canary was not found bound; see the check `bound`")
        return found

    async def unbound_lookup(self) -> LookupRecord:
        """Return the unbound canary's lookup. Raises `CheckNotRun` if it was not found unbound."""
        found = await self.cached_lookup(self.canaries.unbound)
        if not found.absent:
            raise CheckNotRun("the unbound canary was not found unbound; see the check `not-bound`")
        return found

    async def cached_lookup(self, number: str) -> LookupRecord:
        """Return the platform's real answer for a number."""
        self.require(Capability.LOOKUP)
        if number not in self._lookups:
            found = await self.lookup_with_retries(number)
            self._lookups[number] = found
            seen = texts(found.exchanges)
            for account in found.accounts:
                self.leak_detector.add_account(account, seen)
        return self._lookups[number]

    async def lookup_with_retries(self, number: str) -> LookupRecord:
        """Look the number up, with retries after transient errors, as the gateway would."""
        found = await self.lookup(number)
        for turn in range(_TRIES):
            codes = {getattr(one, "code", None) for one in found.answers.values()}
            slow = ErrorCode.TIMEOUT in codes and turn
            if found.bound or found.absent or slow or not codes & RETRYABLE:
                break
            waits = [getattr(one, "retry_after", None) or 0.0 for one in found.answers.values()]
            await asyncio.sleep(min(1.0, max(waits)) if turn else 0)
            found = await self.lookup(number)
        return found

    # Calls for a single check.

    async def lookup(
        self, number: str, responder: Responder | None = None, *, seconds: float = DEFAULT_TIMEOUT
    ) -> LookupRecord:
        """Look the number up, and poll while the answer is pending."""
        subject = self.subject(number)
        calls: list[CallRecord] = []
        async with self.start_server(responder) as server:
            call = await self.runner.run(server, "lookup", subject, seconds=seconds)
            calls.append(call)
            for turn in range(_POLLS):
                pending = call.outcome
                if not isinstance(pending, Pending) or Capability.STATUS not in (
                    self.spec.capabilities
                ):
                    break
                if turn and responder is None:
                    await asyncio.sleep(min(0.05 * turn, 0.5))
                arguments = (subject, pending, Capability.LOOKUP)
                call = await self.runner.run(server, "status", *arguments, seconds=seconds)
                calls.append(call)
            exchanges = tuple(server.exchanges)
        self.all_calls += calls
        return LookupRecord(
            subject=subject,
            calls=tuple(calls),
            exchanges=exchanges,
            answers=calls[-1].answers(self.entry, self.runner.platforms),
        )

    async def replay_lookup(self, known: LookupRecord, change: Change = keep_reply) -> LookupRecord:
        """Repeat the lookup against the recording, with replies changed."""
        return await self.lookup(known.subject.number, Replay(known.exchanges, change))

    async def lookup_answered(self, known: LookupRecord, reaction: Reaction) -> LookupRecord:
        """Repeat the lookup, with the same reaction to every request."""
        return await self.lookup(known.subject.number, respond_always(reaction, known.exchanges))


def request_indexes(exchanges: Sequence[Exchange]) -> list[int]:
    """Return the indexes of the requests about the person in a recording."""
    return [
        place for place, exchange in enumerate(exchanges) if not exchange.request.is_token_request
    ]


def json_replies(exchanges: Sequence[Exchange]) -> Iterator[tuple[int, StubResponse, Any]]:
    """Yield the JSON replies to requests about the person: index, reply, document."""
    for place in request_indexes(exchanges):
        if (reply := exchanges[place].response) is not None:
            try:
                document = reply.json()
            except InvalidJson:
                continue
            yield place, reply, document
