"""One tick of an inquiry: query the platform, or poll for its pending answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from jiebang.gateway.calls.validation import PlatformAnswer, validate_answer
from jiebang.gateway.domain.eligibility import refusal
from jiebang.gateway.domain.status import RETRYABLE, Outcome, Status
from jiebang.gateway.flows.platform_calls import PlatformCalls
from jiebang.gateway.journal.records import InquiryRecord, NewAction, Tick, Transition
from jiebang.gateway.views.projection import restrict_to_basis
from jiebang.sdk import (
    Account,
    ActionKind,
    Bound,
    Capability,
    ConnectorError,
    DenyReason,
    Guidance,
    NeedsAction,
    NotBound,
    Pending,
    VerifiedCallback,
)

#: Poll interval in seconds while the platform waits for the user.
_USER_POLL = 60.0

End = Transition[InquiryRecord]


class InquiryStep:
    def __init__(self, platform_calls: PlatformCalls) -> None:
        self._platform_calls = platform_calls

    async def run(
        self, record: InquiryRecord, tick: Tick, callbacks: Sequence[tuple[int, VerifiedCallback]]
    ) -> End:
        if tick.cancel:
            return End(record=replace(record, status=Status.REVOKED), closed=True)
        try:
            answer = await self._ask(record, callbacks)
        except ConnectorError as error:
            answer = error
        end = self._apply_answer(
            record, tick, restrict_to_basis(self._platform_calls.request(record), answer)
        )
        return replace(end, callbacks=tuple(number for number, _ in callbacks))

    async def _ask(
        self, record: InquiryRecord, callbacks: Sequence[tuple[int, VerifiedCallback]]
    ) -> PlatformAnswer:
        if (outcome := self._platform_calls.callback_outcome(record, callbacks)) is not None:
            return validate_answer(record.platform, outcome)
        if record.remote_ref is not None:
            return await self._platform_calls.lookup_status(record, record.remote_ref)
        return await self._platform_calls.lookup(record)

    def _apply_answer(self, record: InquiryRecord, tick: Tick, answer: PlatformAnswer) -> End:
        now = datetime.now(UTC)
        record = replace(record, error=None, needs=None)
        match answer:
            case Bound():
                return self._apply_bound(record, answer)
            case NotBound():
                return End(record=_fulfil(record, Outcome.NOT_BOUND), closed=True)
            case Guidance():
                # Parked until the person confirms the steps; nobody else can.
                waiting = replace(record, status=Status.IN_PROGRESS, outcome=Outcome.GUIDANCE)
                return End(record=waiting)
            case Pending():
                waiting = replace(
                    record,
                    status=Status.IN_PROGRESS,
                    outcome=Outcome.PENDING,
                    remote_ref=answer.remote_ref,
                    expected_by=answer.expected_by,
                )
                if self._has_expired(record, now):
                    return _expire(waiting)
                called = self._platform_calls.expects_callback(record, Capability.LOOKUP)
                backoff = self._platform_calls.backoff
                pace = (backoff.fallback if called else backoff.poll).delay(tick.attempt)
                return End(record=waiting, again=pace, attempt=tick.attempt + 1)
            case NeedsAction():
                waiting = replace(
                    record, status=Status.IN_PROGRESS, outcome=Outcome.NEEDS_ACTION, needs=answer
                )
                if self._has_expired(record, now):
                    return _expire(waiting)
                pace = self._platform_calls.backoff.retry.delay(tick.attempt, at_least=_USER_POLL)
                return End(record=waiting, again=pace, attempt=tick.attempt + 1)
            case ConnectorError():
                return self._apply_error(record, tick, answer, now)

    def _apply_bound(self, record: InquiryRecord, answer: Bound) -> End:
        request = self._platform_calls.request(record)
        entry = self._platform_calls.connector(record)
        actions: list[NewAction] = []
        left = 0
        for account in answer.accounts:
            why = refusal(
                ActionKind.UNBIND,
                account,
                request.tenure,
                capabilities=entry.spec.capabilities,
                policy=request.policy,
            )
            if why is None:
                actions.append(_unbind_action(entry.spec.id, account))
            elif why is not DenyReason.BINDING_AFTER_ACTIVATION:
                left += 1
        found = replace(_fulfil(record, Outcome.BOUND), answer=answer, left=left)
        return End(record=found, closed=True, actions=tuple(actions))

    def _apply_error(
        self, record: InquiryRecord, tick: Tick, error: ConnectorError, now: datetime
    ) -> End:
        # A pending answer stays pending if only the poll fails.
        outcome = Outcome.PENDING if record.remote_ref else Outcome.UNKNOWN
        failed = replace(record, status=Status.IN_PROGRESS, outcome=outcome, error=error.code)
        if self._has_expired(record, now):
            return _expire(failed)
        if error.code not in RETRYABLE:
            # A retry starts anew: the pending answer may be gone.
            given_up = replace(failed, outcome=Outcome.UNKNOWN, remote_ref=None)
            return End(record=replace(given_up, status=Status.FAILED))
        wait = self._platform_calls.backoff.retry.delay(tick.attempt, at_least=error.retry_after)
        return End(record=failed, again=wait, attempt=tick.attempt + 1)

    def _has_expired(self, record: InquiryRecord, now: datetime) -> bool:
        entry = self._platform_calls.catalogue.enabled_connector(record.connector)
        return entry is not None and now - record.created_at > entry.spec.limits.give_up_after


def _unbind_action(connector: str, account: Account) -> NewAction:
    return NewAction(connector=connector, kind=ActionKind.UNBIND, account=account)


def _fulfil(record: InquiryRecord, outcome: Outcome) -> InquiryRecord:
    return replace(record, status=Status.FULFILLED, outcome=outcome, answered_at=datetime.now(UTC))


def _expire(record: InquiryRecord) -> End:
    return End(record=replace(record, status=Status.EXPIRED, outcome=Outcome.UNKNOWN), closed=True)
