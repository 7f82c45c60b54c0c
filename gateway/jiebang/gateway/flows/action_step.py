"""One tick of an action: at most one call to the platform, then what follows from it.

SEND ──done──> VERIFY ──absent──> fulfilled, verified
  │ pending > POLL ──done──> VERIFY
  └ may have arrived, must not be repeated > RECONCILE ──absent──> fulfilled, verified
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from jiebang.gateway.calls.validation import checked_action
from jiebang.gateway.catalogue.catalogue import Registered
from jiebang.gateway.domain.backoff import MOST_CHECKS
from jiebang.gateway.domain.status import RETRYABLE, Progress, Status, Verification
from jiebang.gateway.flows.platform_calls import Asking
from jiebang.gateway.journal.records import ActionRecord, Step, Tick, Transition
from jiebang.sdk import (
    ActionKind,
    ActionOutcome,
    Bound,
    Capability,
    ConnectorError,
    Denied,
    Done,
    Effect,
    Guidance,
    Idempotency,
    Limits,
    NeedsAction,
    NotBound,
    Pending,
    TooLate,
    VerifiedCallback,
    Withdrawn,
)

_PERSON = 60.0  # seconds between looks at whether a person has done what the platform wants

End = Transition[ActionRecord]


class ActionTicks:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def prepare(self, record: ActionRecord, tick: Tick) -> ActionRecord:
        """The step this tick takes. An order that was marked as sent and has no answer is not
        sent again where the platform would act twice, or once it was withdrawn."""
        doubtful = record.step is Step.SEND and record.sent_at is not None
        if doubtful and (tick.cancel or not self._repeatable(record)):
            return replace(record, step=Step.RECONCILE)
        return record

    async def run(
        self,
        record: ActionRecord,
        tick: Tick,
        callbacks: Sequence[tuple[int, VerifiedCallback]],
        *,
        first: bool,
    ) -> End:
        """`first`: the order was never sent before this tick."""
        try:
            end = await self._step(record, tick, callbacks)
        except ConnectorError as error:
            end = self._failed(record, tick, error, first=first)
        return replace(end, callbacks=tuple(number for number, _ in callbacks))

    async def _step(
        self, record: ActionRecord, tick: Tick, callbacks: Sequence[tuple[int, VerifiedCallback]]
    ) -> End:
        reported = self._asking.reported(record, callbacks)
        if reported is not None and record.step is not Step.VERIFY:
            return self._told(record, tick, checked_action(reported))
        if tick.cancel and (end := await self._cancelled(record, tick)) is not None:
            return end
        match record.step:
            case Step.SEND:
                return self._told(record, tick, await self._asking.send(record))
            case Step.POLL:
                ref = record.remote_ref or ""
                return self._told(record, tick, await self._asking.action_status(record, ref))
            case Step.RECONCILE | Step.VERIFY:
                return await self._look(record, tick)
            case _ as never:
                assert_never(never)

    async def _cancelled(self, record: ActionRecord, tick: Tick) -> End | None:
        """The end of an action that was withdrawn; None when it is too late and goes on."""
        unsent = record.step is Step.SEND and record.sent_at is None
        if unsent or record.progress is Progress.MANUAL_TASK:
            return _final(record, Status.REVOKED)
        if record.step is not Step.POLL or not self._asking.entry(record).can(Capability.WITHDRAW):
            return None
        try:
            answer = await self._asking.withdraw(record, record.remote_ref or "")
        except ConnectorError as error:
            if error.code in RETRYABLE:
                raise
            answer = TooLate()
        if isinstance(answer, Withdrawn):
            return _final(record, Status.REVOKED)
        waiting = replace(record, progress=Progress.AWAITING_PLATFORM)
        return End(record=waiting, again=self._asking.paces.poll.after(0))

    def _told(self, record: ActionRecord, tick: Tick, outcome: ActionOutcome) -> End:
        """What the platform said about the order."""
        record = replace(record, status=Status.IN_PROGRESS, error=None, needs=None, progress=None)
        paces = self._asking.paces
        match outcome:
            case Done():
                return self._done(record, outcome)
            case Denied():
                return _final(replace(record, reason=outcome.reason), Status.DENIED)
            case Pending():
                waiting = replace(
                    record,
                    step=Step.POLL,
                    remote_ref=outcome.remote_ref,
                    progress=Progress.AWAITING_PLATFORM,
                    expected_by=outcome.expected_by,
                )
                if self._over(waiting):
                    return _final(waiting, Status.EXPIRED)
                fresh = record.step is not Step.POLL
                attempt = 0 if fresh else tick.attempt
                called = self._asking.calls_back(record, Capability.of(record.kind))
                pace = paces.fallback if called else paces.poll
                return End(record=waiting, again=pace.after(attempt), attempt=attempt + 1)
            case NeedsAction():
                waiting = replace(record, progress=Progress.NEED_USER_VERIFICATION, needs=outcome)
                if self._over(waiting):
                    return _final(waiting, Status.EXPIRED)
                if record.step is Step.SEND and not self._repeatable(record):
                    return End(record=waiting)  # asked again only when the person says so
                again = paces.retry.after(tick.attempt, at_least=_PERSON)
                return End(record=waiting, again=again, attempt=tick.attempt + 1)
            case Guidance():
                return _parked(record)

    def _done(self, record: ActionRecord, outcome: Done) -> End:
        done = replace(
            record,
            effects=outcome.effects,
            done_at=outcome.at or datetime.now(UTC),
            progress=Progress.AWAITING_VERIFICATION,
            verification=Verification.PENDING,
            step=Step.VERIFY,
            remote_ref=None,  # from here on that of a lookup that answers later
            checks=0,
        )
        entry = self._asking.catalogue.enabled(record.connector)
        if record.kind is not ActionKind.UNBIND or entry is None:
            return _fulfilled(done, Verification.ATTESTED)
        if not entry.can(Capability.LOOKUP):
            return _fulfilled(done, Verification.ATTESTED)
        if not entry.spec.stable_handles:
            return _fulfilled(done, Verification.CANNOT_TELL)
        return End(record=done, again=self._asking.paces.verify.after(0))

    async def _look(self, record: ActionRecord, tick: Tick) -> End:
        """RECONCILE and VERIFY: is the account gone from a complete answer?"""
        entry = self._asking.entry(record)
        if record.step is Step.RECONCILE and not _can_tell(entry, record):
            return _parked(record)
        if record.remote_ref is None:
            answer = await self._asking.lookup(record)
        else:
            answer = await self._asking.lookup_status(record, record.remote_ref)
        if isinstance(answer, ConnectorError):
            raise answer
        record = replace(record, error=None, remote_ref=None)
        if isinstance(answer, Pending):
            asked = replace(record, remote_ref=answer.remote_ref)
            if self._over(asked):
                return self._unseen(asked)
            again = self._asking.paces.poll.after(tick.attempt)
            return End(record=asked, again=again, attempt=tick.attempt + 1, cancel=tick.cancel)
        checks = record.checks + 1
        if _absent(answer, record.account.handle):
            if record.step is Step.RECONCILE:
                effects = frozenset({Effect.NUMBER_DETACHED})
                record = replace(record, effects=effects, done_at=datetime.now(UTC))
            return _fulfilled(record, Verification.VERIFIED)
        if checks < MOST_CHECKS:
            waiting = replace(record, status=Status.IN_PROGRESS, checks=checks)
            again = self._asking.paces.verify.after(checks)
            return End(record=waiting, again=again, cancel=tick.cancel)
        if record.step is Step.RECONCILE:
            seen = replace(record, checks=checks)
            return _final(seen, Status.REVOKED) if tick.cancel else _parked(seen)
        if isinstance(answer, Bound) and _shows(answer, record.account.handle):
            still = replace(record, verification=Verification.STILL_BOUND, checks=checks)
            if tick.cancel:
                return _final(still, Status.REVOKED)
            return End(record=replace(still, status=Status.FAILED, progress=None))
        return _fulfilled(record, Verification.CANNOT_TELL)

    def _failed(
        self, record: ActionRecord, tick: Tick, error: ConnectorError, *, first: bool
    ) -> End:
        failed = replace(
            record,
            status=Status.IN_PROGRESS,
            error=error.code,
            progress=Progress.SCHEDULED_RETRY,
        )
        sending = record.step is Step.SEND
        if sending and first and not error.maybe_done:
            failed = replace(failed, sent_at=None)  # it never left: nothing to be careful about
        doubtful = sending and error.maybe_done and not self._repeatable(record)
        if doubtful:
            failed = replace(failed, step=Step.RECONCILE)
        looking = record.step in (Step.RECONCILE, Step.VERIFY)
        lost = looking and record.remote_ref is not None and error.code not in RETRYABLE
        if lost:
            failed = replace(failed, remote_ref=None)  # that lookup is gone: begin a new one
        hopeless = error.code not in RETRYABLE and not doubtful and not lost
        if record.step is Step.VERIFY and (hopeless or self._over(failed)):
            return self._unseen(failed)
        if self._over(failed):
            return _final(failed, Status.EXPIRED)
        if hopeless and record.step is Step.RECONCILE:
            return _parked(failed)
        if hopeless:
            return End(record=replace(failed, status=Status.FAILED, progress=None))
        wait = self._asking.paces.retry.after(tick.attempt, at_least=error.retry_after)
        return End(record=failed, again=wait, attempt=tick.attempt + 1, cancel=tick.cancel)

    def _unseen(self, record: ActionRecord) -> End:
        """No lookup answered in time: what was done stays done, but nobody has seen it."""
        if record.step is Step.VERIFY:
            return _fulfilled(record, Verification.CANNOT_TELL)
        return _final(record, Status.EXPIRED)

    def _repeatable(self, record: ActionRecord) -> bool:
        entry = self._asking.catalogue.enabled(record.connector)
        return entry is not None and entry.spec.idempotency is not Idempotency.NONE

    def _over(self, record: ActionRecord) -> bool:
        entry = self._asking.catalogue.enabled(record.connector)
        limit = (entry.spec.limits if entry else Limits()).give_up_after
        return datetime.now(UTC) - (record.sent_at or record.created_at) > limit


def _can_tell(entry: Registered, record: ActionRecord) -> bool:
    """Whether a lookup can say what became of the order."""
    return (
        record.kind is ActionKind.UNBIND
        and entry.can(Capability.LOOKUP)
        and entry.spec.stable_handles
    )


def _absent(answer: object, handle: str) -> bool:
    match answer:
        case NotBound():
            return True
        case Bound(complete=True):
            return not _shows(answer, handle)
        case _:
            return False


def _shows(answer: Bound, handle: str) -> bool:
    return any(account.handle == handle for account in answer.accounts)


def _fulfilled(record: ActionRecord, verification: Verification) -> End:
    done = replace(record, verification=verification, error=None)
    return _final(done, Status.FULFILLED)


def _final(record: ActionRecord, status: Status) -> End:
    ended = replace(record, status=status, progress=None, finished_at=datetime.now(UTC))
    return End(record=ended, closed=True)


def _parked(record: ActionRecord) -> End:
    """Left to a person: nothing happens until somebody takes it up again or withdraws it."""
    waiting = replace(record, status=Status.IN_PROGRESS, progress=Progress.MANUAL_TASK)
    return End(record=waiting)
