"""What the checks of one examination share: the target, and calls made once and remembered."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from jiebang.conformance.call_record import USUAL, Trial, Trials
from jiebang.conformance.exchange import Exchange
from jiebang.conformance.leak_detector import Taint
from jiebang.conformance.platform import Backend
from jiebang.conformance.recording_server import Play, Stage
from jiebang.conformance.replay import Change, Replay, unchanged
from jiebang.conformance.target import Canaries, Target
from jiebang.conformance.text import texts
from jiebang.gateway.calls.validation import PlatformAnswers
from jiebang.gateway.domain.phone_number import region_of
from jiebang.sdk import (
    METHODS,
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

#: What the gateway would ask again after.
PASSING = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT})
_TRIES = 6
_POLLS = 40


class NotApplicable(Exception):
    """The connector does not do what the check is about; the text says what."""


class NotRun(Exception):
    """The target lacks what the check needs; the text says what to add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A lookup up to its end: the call, and the polls after it."""

    subject: Subject
    trials: tuple[Trial, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    answers: PlatformAnswers = field(repr=False)

    @property
    def bound(self) -> dict[str, Bound]:
        return {name: one for name, one in self.answers.items() if isinstance(one, Bound)}

    @property
    def absent(self) -> frozenset[str]:
        return frozenset(name for name, one in self.answers.items() if isinstance(one, NotBound))

    @property
    def asked(self) -> int:
        """How many requests about the person it took."""
        return sum(not one.sent.is_token_request for one in self.exchanges)

    def __str__(self) -> str:
        return " then ".join(map(str, self.trials))


class Scene:
    """Made anew for each examination."""

    def __init__(self, target: Target, trials: Trials, backend: Backend) -> None:
        self.target = target
        self.trials = trials
        self.backend = backend
        self.entry = trials.entry("http://127.0.0.1:9")
        self.taint = Taint()
        #: Every trial made so far.
        self.made: list[Trial] = []
        self._kept: dict[str, Round] = {}
        self._ports: set[int] = set()
        #: What checks remember for each other.
        self.kept: dict[str, object] = {}
        for value in self.entry.settings.values():
            if isinstance(value, Secret):
                self.taint.secret(value.reveal())

    @property
    def spec(self) -> ConnectorSpec:
        return self.target.spec

    @property
    def canaries(self) -> Canaries:
        """Raises `NotRun`, and `NotApplicable` for a guide, which needs none."""
        if self.spec.capabilities <= {Capability.GUIDANCE}:
            raise NotApplicable("a guide asks nobody")
        if self.target.canaries is None:
            raise NotRun("no canaries: name a number that is bound and one that is not")
        return self.target.canaries

    def require(self, *capabilities: Capability) -> None:
        """Raises `NotApplicable` unless the connector has one of these."""
        if not self.spec.capabilities & set(capabilities):
            raise NotApplicable(f"it does not declare {' or '.join(capabilities)}")

    def subject(self, number: str) -> Subject:
        """The person, with as much about them as the connector declares to need."""
        needs, canaries = self.spec.subject_needs, self.target.canaries
        self.taint.number(number)
        since = canaries.held_since if canaries else None
        until = canaries.held_until if canaries else None
        return Subject(
            number=number,
            region=region_of(number),
            held_since=since if SubjectNeed.HELD_SINCE in needs else None,
            held_until=until if SubjectNeed.HELD_UNTIL in needs else None,
        )

    async def renew(self) -> bool:
        """Put the platform back to its start; False when nobody can."""
        if self.target.reset is not None:
            done = self.target.reset()
            if inspect.isawaitable(done):
                await done
            return True
        return await self.backend.renew()

    def stage(self, play: Play | None = None) -> Stage:
        return Stage(play or self.backend.answer, self.backend.base, self._ports)

    async def discover(self) -> None:
        """Learn the platforms of a connector that lists them itself."""
        if Capability.CATALOGUE not in self.spec.capabilities:
            return
        async with self.stage() as stage:
            trial = await self.trials.make(stage, METHODS[Capability.CATALOGUE])
        self.made.append(trial)
        if trial.error is None and trial.outcome is not None:
            listed = cast(Sequence[object], trial.outcome)
            found = {one.id for one in listed if isinstance(one, Platform)}
            self.trials.platforms |= frozenset(found)

    # What the platform really answers, asked once.

    async def bound(self) -> Round:
        """The bound canary, found bound. Raises `NotRun` when it was not."""
        found = await self.known(self.canaries.bound)
        if not found.bound:
            raise NotRun("the bound canary was not found bound; see the check `bound`")
        return found

    async def unbound(self) -> Round:
        """The unbound canary, found not bound. Raises `NotRun` when it was not."""
        found = await self.known(self.canaries.unbound)
        if not found.absent:
            raise NotRun("the unbound canary was not found unbound; see the check `not-bound`")
        return found

    async def known(self, number: str) -> Round:
        """What the platform itself says about a number."""
        self.require(Capability.LOOKUP)
        if number not in self._kept:
            found = await self.patiently(number)
            self._kept[number] = found
            seen = texts(found.exchanges)
            for answer in found.bound.values():
                for account in answer.accounts:
                    self.taint.account(account, seen)
        return self._kept[number]

    async def patiently(self, number: str) -> Round:
        """Ask the platform, again after what passes, as the gateway would."""
        found = await self.question(number)
        for turn in range(_TRIES):
            codes = {getattr(one, "code", None) for one in found.answers.values()}
            slow = ErrorCode.TIMEOUT in codes and turn
            if found.bound or found.absent or slow or not codes & PASSING:
                break
            waits = [getattr(one, "retry_after", None) or 0.0 for one in found.answers.values()]
            await asyncio.sleep(min(1.0, max(waits)) if turn else 0)
            found = await self.question(number)
        return found

    # Calls that are made for one check.

    async def question(
        self, number: str, play: Play | None = None, *, seconds: float = USUAL
    ) -> Round:
        """Look the number up, and ask on while the answer is pending."""
        subject = self.subject(number)
        trials: list[Trial] = []
        async with self.stage(play) as stage:
            trial = await self.trials.make(stage, "lookup", subject, seconds=seconds)
            trials.append(trial)
            for turn in range(_POLLS):
                pending = trial.outcome
                if not isinstance(pending, Pending) or Capability.STATUS not in (
                    self.spec.capabilities
                ):
                    break
                if turn and play is None:
                    await asyncio.sleep(min(0.05 * turn, 0.5))
                arguments = (subject, pending, Capability.LOOKUP)
                trial = await self.trials.make(stage, "status", *arguments, seconds=seconds)
                trials.append(trial)
            exchanges = tuple(stage.exchanges)
        self.made += trials
        return Round(
            subject=subject,
            trials=tuple(trials),
            exchanges=exchanges,
            answers=trials[-1].answers(self.entry, self.trials.platforms),
        )

    async def again(self, known: Round, change: Change = unchanged) -> Round:
        """The same lookup against the recording, with replies changed."""
        return await self.question(known.subject.number, Replay(known.exchanges, change))


def places(exchanges: Sequence[Exchange]) -> list[int]:
    """The places of the requests about the person in a recording."""
    return [place for place, exchange in enumerate(exchanges) if not exchange.sent.is_token_request]
