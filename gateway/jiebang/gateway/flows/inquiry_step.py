"""One tick of an inquiry: put the question to the platform, or ask how far its answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from jiebang.gateway.calls.validation import Answer, checked_one
from jiebang.gateway.domain.eligibility import refusal
from jiebang.gateway.domain.status import RETRYABLE, Outcome, Status
from jiebang.gateway.flows.platform_calls import Asking
from jiebang.gateway.journal.records import InquiryRecord, NewAction, Tick, Transition
from jiebang.gateway.views.projection import settled
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

#: How often a platform is asked whether a person has done what it wants first, in seconds.
_PERSON = 60.0

End = Transition[InquiryRecord]


class InquiryTicks:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def run(
        self, record: InquiryRecord, tick: Tick, callbacks: Sequence[tuple[int, VerifiedCallback]]
    ) -> End:
        if tick.cancel:
            return End(record=replace(record, status=Status.REVOKED), closed=True)
        try:
            answer = await self._answer(record, callbacks)
        except ConnectorError as error:
            answer = error
        end = self._end(record, tick, settled(self._asking.question(record), answer))
        return replace(end, callbacks=tuple(number for number, _ in callbacks))

    async def _answer(
        self, record: InquiryRecord, callbacks: Sequence[tuple[int, VerifiedCallback]]
    ) -> Answer:
        if (outcome := self._asking.reported(record, callbacks)) is not None:
            return checked_one(record.platform, outcome)
        if record.remote_ref is not None:
            return await self._asking.lookup_status(record, record.remote_ref)
        return await self._asking.lookup(record)

    def _end(self, record: InquiryRecord, tick: Tick, answer: Answer) -> End:
        now = datetime.now(UTC)
        record = replace(record, error=None, needs=None)
        match answer:
            case Bound():
                return self._bound(record, answer)
            case NotBound():
                return End(record=_answered(record, Outcome.NOT_BOUND), closed=True)
            case Guidance():
                # Parked until the person confirms the steps: nobody else can say it is done.
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
                if self._over(record, now):
                    return _expired(waiting)
                called = self._asking.calls_back(record, Capability.LOOKUP)
                paces = self._asking.paces
                pace = (paces.fallback if called else paces.poll).after(tick.attempt)
                return End(record=waiting, again=pace, attempt=tick.attempt + 1)
            case NeedsAction():
                waiting = replace(
                    record, status=Status.IN_PROGRESS, outcome=Outcome.NEEDS_ACTION, needs=answer
                )
                if self._over(record, now):
                    return _expired(waiting)
                pace = self._asking.paces.retry.after(tick.attempt, at_least=_PERSON)
                return End(record=waiting, again=pace, attempt=tick.attempt + 1)
            case ConnectorError():
                return self._failed(record, tick, answer, now)

    def _bound(self, record: InquiryRecord, answer: Bound) -> End:
        question = self._asking.question(record)
        entry = self._asking.entry(record)
        orders: list[NewAction] = []
        left = 0
        for account in answer.accounts:
            why = refusal(
                ActionKind.UNBIND,
                account,
                question.tenure,
                capabilities=entry.spec.capabilities,
                policy=question.policy,
            )
            if why is None:
                orders.append(_unbind(entry.spec.id, account))
            elif why is not DenyReason.BINDING_AFTER_ACTIVATION:
                left += 1
        found = replace(_answered(record, Outcome.BOUND), answer=answer, left=left)
        return End(record=found, closed=True, actions=tuple(orders))

    def _failed(
        self, record: InquiryRecord, tick: Tick, error: ConnectorError, now: datetime
    ) -> End:
        # A pending answer stays pending while only the asking fails.
        outcome = Outcome.PENDING if record.remote_ref else Outcome.UNKNOWN
        failed = replace(record, status=Status.IN_PROGRESS, outcome=outcome, error=error.code)
        if self._over(record, now):
            return _expired(failed)
        if error.code not in RETRYABLE:
            # Whoever takes it up again begins anew: a pending answer may be gone.
            given_up = replace(failed, outcome=Outcome.UNKNOWN, remote_ref=None)
            return End(record=replace(given_up, status=Status.FAILED))
        wait = self._asking.paces.retry.after(tick.attempt, at_least=error.retry_after)
        return End(record=failed, again=wait, attempt=tick.attempt + 1)

    def _over(self, record: InquiryRecord, now: datetime) -> bool:
        entry = self._asking.catalogue.enabled(record.connector)
        return entry is not None and now - record.created_at > entry.spec.limits.give_up_after


def _unbind(connector: str, account: Account) -> NewAction:
    return NewAction(connector=connector, kind=ActionKind.UNBIND, account=account)


def _answered(record: InquiryRecord, outcome: Outcome) -> InquiryRecord:
    return replace(record, status=Status.FULFILLED, outcome=outcome, answered_at=datetime.now(UTC))


def _expired(record: InquiryRecord) -> End:
    return End(record=replace(record, status=Status.EXPIRED, outcome=Outcome.UNKNOWN), closed=True)
