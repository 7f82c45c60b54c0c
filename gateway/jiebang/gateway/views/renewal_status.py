"""The derived status of a renewal, computed from its inquiries and actions at every read."""

from __future__ import annotations

from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.journal.records import ActionRecord, InquiryRecord, RenewalRecord

_MOVING = (Status.OPEN, Status.IN_PROGRESS)
_ANSWERED = (Outcome.BOUND, Outcome.NOT_BOUND)


def is_retryable(record: ActionRecord | InquiryRecord) -> bool:
    """Return whether the item may be retried: it gave up for now, or is left to a person."""
    if record.status is Status.FAILED:
        return True
    return isinstance(record, ActionRecord) and record.due is None and record.progress is not None


def renewal_status(record: RenewalRecord) -> Status:
    """FULFILLED requires evidence for everything: every platform answered (or a person confirmed
    the manual steps), every action was fulfilled, and nothing that should be unbound is left."""
    inquiries = [one.status for one in record.inquiries if not _awaits_manual_steps(one)]
    actions = [engaged.action.status for engaged in record.actions]
    states = inquiries + actions
    if record.withdrawn_at is None and states and all(one is Status.OPEN for one in states):
        return Status.OPEN
    if any(one in _MOVING for one in states):
        return Status.IN_PROGRESS
    if record.withdrawn_at is not None and Status.FULFILLED not in actions:
        return Status.REVOKED
    complete = (
        bool(record.inquiries)
        and all(map(_is_answered, record.inquiries))
        and all(one is Status.FULFILLED for one in actions)
        and not any(one.left for one in record.inquiries)
    )
    return Status.FULFILLED if complete else Status.PARTIALLY_FULFILLED


def is_settled(record: RenewalRecord) -> bool:
    """Return whether nothing more happens automatically: all is final or waits for a person."""
    return all(one.due is None for one in record.inquiries) and all(
        engaged.action.due is None for engaged in record.actions
    )


def _awaits_manual_steps(inquiry: InquiryRecord) -> bool:
    return inquiry.outcome is Outcome.GUIDANCE and inquiry.status is Status.IN_PROGRESS


def _is_answered(inquiry: InquiryRecord) -> bool:
    if inquiry.confirmed_at is not None:
        return True
    return inquiry.status is Status.FULFILLED and inquiry.outcome in _ANSWERED
