"""What a person does by hand at one platform: the steps, which are ticked off, and a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from jiebang.gateway.catalogue.guide import GuideStep, steps_of
from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.journal.records import InquiryRecord
from jiebang.sdk import SHANGHAI, Guide

#: The reminder that is offered, counted from the day the renewal began. Guides do not say how
#: long a platform takes, so it is the same for all.
REMIND_AFTER = timedelta(days=7)


class ChecklistState(StrEnum):
    """How far a person is. ATTESTED is that person's word, never a verification."""

    TO_DO = "to_do"
    BEGUN = "begun"
    ATTESTED = "attested"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStep:
    """`done_at` is when a person said so; None: nobody has."""

    step: GuideStep
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistView:
    """`steps` is empty where nobody wrote them down. `remind_on` is the day that the person chose,
    else the one that is offered, and may lie in the past; None once all is attested."""

    state: ChecklistState
    steps: tuple[CheckedStep, ...]
    remind_on: date | None


def is_by_hand(record: InquiryRecord) -> bool:
    """Whether a person can do something there: the platform has no interface, or its connector
    gave up; also when they have said before that it is done."""
    waits = record.outcome is Outcome.GUIDANCE and record.status is Status.IN_PROGRESS
    return waits or record.status is Status.FAILED or record.confirmed_at is not None


def checklist(record: InquiryRecord, guide: Guide | None) -> ChecklistView | None:
    """None where nothing is to be done by hand."""
    if not is_by_hand(record):
        return None
    steps = tuple(
        CheckedStep(step=step, done_at=record.steps_done.get(step.id))
        for step in (steps_of(guide) if guide is not None else ())
    )
    if record.confirmed_at is not None:
        return ChecklistView(state=ChecklistState.ATTESTED, steps=steps, remind_on=None)
    begun = any(one.done_at is not None for one in steps)
    return ChecklistView(
        state=ChecklistState.BEGUN if begun else ChecklistState.TO_DO,
        steps=steps,
        remind_on=record.remind_on or default_reminder(record),
    )


def default_reminder(record: InquiryRecord) -> date:
    """A day in Asia/Shanghai."""
    return record.created_at.astimezone(SHANGHAI).date() + REMIND_AFTER
