"""Where a renewal stands: derived from its inquiries and actions whenever it is asked for."""

from __future__ import annotations

from jiebang.gateway.journal.records import InquiryRecord, RenewalRecord
from jiebang.gateway.verdict import Outcome, Status

_MOVING = (Status.OPEN, Status.IN_PROGRESS)
_ANSWERED = (Outcome.BOUND, Outcome.NOT_BOUND)


def renewal_status(record: RenewalRecord) -> Status:
    """FULFILLED needs evidence for all of it: every platform answered (or a person confirmed the
    steps by hand), every action fulfilled, and nothing left bound that should not be."""
    inquiries = [one.status for one in record.inquiries if not _waits_for_person(one)]
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
        and all(map(_answered, record.inquiries))
        and all(one is Status.FULFILLED for one in actions)
        and not any(one.left for one in record.inquiries)
    )
    return Status.FULFILLED if complete else Status.PARTIALLY_FULFILLED


def is_settled(record: RenewalRecord) -> bool:
    """Nothing more happens by itself: all of it is final or waits for a person."""
    return all(one.due is None for one in record.inquiries) and all(
        engaged.action.due is None for engaged in record.actions
    )


def _waits_for_person(inquiry: InquiryRecord) -> bool:
    return inquiry.outcome is Outcome.GUIDANCE and inquiry.status is Status.IN_PROGRESS


def _answered(inquiry: InquiryRecord) -> bool:
    if inquiry.confirmed_at is not None:
        return True
    return inquiry.status is Status.FULFILLED and inquiry.outcome in _ANSWERED
