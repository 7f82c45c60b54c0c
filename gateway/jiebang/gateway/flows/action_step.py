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

from jiebang.gateway.calls.validation import validate_action
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.domain.backoff import MAX_CHECKS
from jiebang.gateway.domain.status import RETRYABLE, Progress, Status, Verification
from jiebang.gateway.flows.platform_calls import PlatformCalls
from jiebang.gateway.journal.records import ActionRecord, Stage, Tick, Transition
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

_USER_POLL = 60.0  # seconds between polls while the platform waits for the user

End = Transition[ActionRecord]


class ActionStep:
    def __init__(self, platform_calls: PlatformCalls) -> None:
        self._platform_calls = platform_calls

    def prepare(self, record: ActionRecord, tick: Tick) -> ActionRecord:
        """Return the record with the stage this tick runs. An order marked as sent but not answered
        is not sent again if the platform would act twice, or once it was withdrawn."""
        doubtful = record.stage is Stage.SEND and record.sent_at is not None
        if doubtful and (tick.cancel or not self._is_repeatable(record)):
            return replace(record, stage=Stage.RECONCILE)
        return record

    async def run(
        self,
        record: ActionRecord,
        tick: Tick,
        callbacks: Sequence[tuple[int, VerifiedCallback]],
        *,
        first: bool,
    ) -> End:
        """`first`: the order had not been sent before this tick."""
        try:
            end = await self._take_step(record, tick, callbacks)
        except ConnectorError as error:
            end = self._apply_error(record, tick, error, first=first)
        return replace(end, callbacks=tuple(number for number, _ in callbacks))

    async def _take_step(
        self, record: ActionRecord, tick: Tick, callbacks: Sequence[tuple[int, VerifiedCallback]]
    ) -> End:
        reported = self._platform_calls.callback_outcome(record, callbacks)
        if reported is not None and record.stage is not Stage.VERIFY:
            return self._apply_outcome(record, tick, validate_action(reported))
        if tick.cancel and (end := await self._cancel(record, tick)) is not None:
            return end
        match record.stage:
            case Stage.SEND:
                return self._apply_outcome(record, tick, await self._platform_calls.send(record))
            case Stage.POLL:
                ref = record.remote_ref or ""
                return self._apply_outcome(
                    record, tick, await self._platform_calls.action_status(record, ref)
                )
            case Stage.RECONCILE | Stage.VERIFY:
                return await self._check_account(record, tick)
            case _ as never:
                assert_never(never)

    async def _cancel(self, record: ActionRecord, tick: Tick) -> End | None:
        """Return the end of a withdrawn action; None when it is too late and the action goes on."""
        unsent = record.stage is Stage.SEND and record.sent_at is None
        if unsent or record.progress is Progress.MANUAL_TASK:
            return _finish(record, Status.REVOKED)
        if record.stage is not Stage.POLL or not self._platform_calls.connector(record).can(
            Capability.WITHDRAW
        ):
            return None
        try:
            answer = await self._platform_calls.withdraw(record, record.remote_ref or "")
        except ConnectorError as error:
            if error.code in RETRYABLE:
                raise
            answer = TooLate()
        if isinstance(answer, Withdrawn):
            return _finish(record, Status.REVOKED)
        waiting = replace(record, progress=Progress.AWAITING_PLATFORM)
        return End(record=waiting, again=self._platform_calls.backoff.poll.delay(0))

    def _apply_outcome(self, record: ActionRecord, tick: Tick, outcome: ActionOutcome) -> End:
        """Apply the platform's outcome for the order."""
        record = replace(record, status=Status.IN_PROGRESS, error=None, needs=None, progress=None)
        backoff = self._platform_calls.backoff
        match outcome:
            case Done():
                return self._apply_done(record, outcome)
            case Denied():
                return _finish(replace(record, reason=outcome.reason), Status.DENIED)
            case Pending():
                waiting = replace(
                    record,
                    stage=Stage.POLL,
                    remote_ref=outcome.remote_ref,
                    progress=Progress.AWAITING_PLATFORM,
                    expected_by=outcome.expected_by,
                )
                if self._has_expired(waiting):
                    return _finish(waiting, Status.EXPIRED)
                fresh = record.stage is not Stage.POLL
                attempt = 0 if fresh else tick.attempt
                called = self._platform_calls.expects_callback(record, Capability.of(record.kind))
                pace = backoff.fallback if called else backoff.poll
                return End(record=waiting, again=pace.delay(attempt), attempt=attempt + 1)
            case NeedsAction():
                waiting = replace(record, progress=Progress.NEED_USER_VERIFICATION, needs=outcome)
                if self._has_expired(waiting):
                    return _finish(waiting, Status.EXPIRED)
                if record.stage is Stage.SEND and not self._is_repeatable(record):
                    return End(record=waiting)  # retried only when the user asks for it
                again = backoff.retry.delay(tick.attempt, at_least=_USER_POLL)
                return End(record=waiting, again=again, attempt=tick.attempt + 1)
            case Guidance():
                return _park(record)

    def _apply_done(self, record: ActionRecord, outcome: Done) -> End:
        done = replace(
            record,
            effects=outcome.effects,
            done_at=outcome.at or datetime.now(UTC),
            progress=Progress.AWAITING_VERIFICATION,
            verification=Verification.PENDING,
            stage=Stage.VERIFY,
            remote_ref=None,  # from here on, the reference of a pending lookup
            checks=0,
        )
        entry = self._platform_calls.catalogue.enabled_connector(record.connector)
        if record.kind is not ActionKind.UNBIND or entry is None:
            return _fulfil(done, Verification.ATTESTED)
        if not entry.can(Capability.LOOKUP):
            return _fulfil(done, Verification.ATTESTED)
        if not entry.spec.stable_handles:
            return _fulfil(done, Verification.CANNOT_TELL)
        return End(record=done, again=self._platform_calls.backoff.verify.delay(0))

    async def _check_account(self, record: ActionRecord, tick: Tick) -> End:
        """RECONCILE and VERIFY: check whether the account is absent from a complete answer."""
        entry = self._platform_calls.connector(record)
        if record.stage is Stage.RECONCILE and not _can_verify(entry, record):
            return _park(record)
        if record.remote_ref is None:
            answer = await self._platform_calls.lookup(record)
        else:
            answer = await self._platform_calls.lookup_status(record, record.remote_ref)
        if isinstance(answer, ConnectorError):
            raise answer
        record = replace(record, error=None, remote_ref=None)
        if isinstance(answer, Pending):
            asked = replace(record, remote_ref=answer.remote_ref)
            if self._has_expired(asked):
                return self._end_unverified(asked)
            again = self._platform_calls.backoff.poll.delay(tick.attempt)
            return End(record=asked, again=again, attempt=tick.attempt + 1, cancel=tick.cancel)
        checks = record.checks + 1
        if _is_absent(answer, record.account.handle):
            if record.stage is Stage.RECONCILE:
                effects = frozenset({Effect.NUMBER_DETACHED})
                record = replace(record, effects=effects, done_at=datetime.now(UTC))
            return _fulfil(record, Verification.VERIFIED)
        if checks < MAX_CHECKS:
            waiting = replace(record, status=Status.IN_PROGRESS, checks=checks)
            again = self._platform_calls.backoff.verify.delay(checks)
            return End(record=waiting, again=again, cancel=tick.cancel)
        if record.stage is Stage.RECONCILE:
            seen = replace(record, checks=checks)
            return _finish(seen, Status.REVOKED) if tick.cancel else _park(seen)
        if isinstance(answer, Bound) and _has_account(answer, record.account.handle):
            still = replace(record, verification=Verification.STILL_BOUND, checks=checks)
            if tick.cancel:
                return _finish(still, Status.REVOKED)
            return End(record=replace(still, status=Status.FAILED, progress=None))
        return _fulfil(record, Verification.CANNOT_TELL)

    def _apply_error(
        self, record: ActionRecord, tick: Tick, error: ConnectorError, *, first: bool
    ) -> End:
        failed = replace(
            record,
            status=Status.IN_PROGRESS,
            error=error.code,
            progress=Progress.SCHEDULED_RETRY,
        )
        sending = record.stage is Stage.SEND
        if sending and first and not error.maybe_done:
            failed = replace(failed, sent_at=None)  # it was never sent, so sending it again is safe
        doubtful = sending and error.maybe_done and not self._is_repeatable(record)
        if doubtful:
            failed = replace(failed, stage=Stage.RECONCILE)
        looking = record.stage in (Stage.RECONCILE, Stage.VERIFY)
        lost = looking and record.remote_ref is not None and error.code not in RETRYABLE
        if lost:
            failed = replace(failed, remote_ref=None)  # that lookup is gone: start a new one
        hopeless = error.code not in RETRYABLE and not doubtful and not lost
        if record.stage is Stage.VERIFY and (hopeless or self._has_expired(failed)):
            return self._end_unverified(failed)
        if self._has_expired(failed):
            return _finish(failed, Status.EXPIRED)
        if hopeless and record.stage is Stage.RECONCILE:
            return _park(failed)
        if hopeless:
            return End(record=replace(failed, status=Status.FAILED, progress=None))
        wait = self._platform_calls.backoff.retry.delay(tick.attempt, at_least=error.retry_after)
        return End(record=failed, again=wait, attempt=tick.attempt + 1, cancel=tick.cancel)

    def _end_unverified(self, record: ActionRecord) -> End:
        """End the action when no lookup answered in time: what was done stays done, unverified."""
        if record.stage is Stage.VERIFY:
            return _fulfil(record, Verification.CANNOT_TELL)
        return _finish(record, Status.EXPIRED)

    def _is_repeatable(self, record: ActionRecord) -> bool:
        entry = self._platform_calls.catalogue.enabled_connector(record.connector)
        return entry is not None and entry.spec.idempotency is not Idempotency.NONE

    def _has_expired(self, record: ActionRecord) -> bool:
        entry = self._platform_calls.catalogue.enabled_connector(record.connector)
        limit = (entry.spec.limits if entry else Limits()).give_up_after
        return datetime.now(UTC) - (record.sent_at or record.created_at) > limit


def _can_verify(entry: RegisteredConnector, record: ActionRecord) -> bool:
    """Return whether a lookup can show what became of the order."""
    return (
        record.kind is ActionKind.UNBIND
        and entry.can(Capability.LOOKUP)
        and entry.spec.stable_handles
    )


def _is_absent(answer: object, handle: str) -> bool:
    match answer:
        case NotBound():
            return True
        case Bound(complete=True):
            return not _has_account(answer, handle)
        case _:
            return False


def _has_account(answer: Bound, handle: str) -> bool:
    return any(account.handle == handle for account in answer.accounts)


def _fulfil(record: ActionRecord, verification: Verification) -> End:
    done = replace(record, verification=verification, error=None)
    return _finish(done, Status.FULFILLED)


def _finish(record: ActionRecord, status: Status) -> End:
    ended = replace(record, status=status, progress=None, finished_at=datetime.now(UTC))
    return End(record=ended, closed=True)


def _park(record: ActionRecord) -> End:
    """Leave the action to a person until somebody retries or withdraws it."""
    waiting = replace(record, status=Status.IN_PROGRESS, progress=Progress.MANUAL_TASK)
    return End(record=waiting)
