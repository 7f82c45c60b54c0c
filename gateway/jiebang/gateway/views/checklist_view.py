"""The checklist of manual steps at one platform, with a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from jiebang.gateway.catalogue.guide import GuideStep, steps_of
from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.journal.records import InquiryRecord
from jiebang.sdk import SHANGHAI, Guide

#: The suggested reminder, counted from the start of the renewal. Guides do not say how long a
#: platform takes, so it is the same for all.
REMIND_AFTER = timedelta(days=7)


class ChecklistState(StrEnum):
    """Progress of the manual steps. ATTESTED is the person's statement, never a verification."""

    TO_DO = "to_do"
    BEGUN = "begun"
    ATTESTED = "attested"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStep:
    """`done_at` is when a person checked the step off; None if nobody has."""

    step: GuideStep
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistView:
    """`steps` is empty where there is no guide. `remind_on` is the date chosen by the person,
    otherwise the suggested one, and may be in the past; None once all is attested."""

    state: ChecklistState
    steps: tuple[CheckedStep, ...]
    remind_on: date | None


def is_by_hand(record: InquiryRecord) -> bool:
    """Return whether a person can act there: the platform has no interface, its connector gave up,
    or they have already confirmed the steps."""
    waits = record.outcome is Outcome.GUIDANCE and record.status is Status.IN_PROGRESS
    return waits or record.status is Status.FAILED or record.confirmed_at is not None


def checklist(record: InquiryRecord, guide: Guide | None) -> ChecklistView | None:
    """Return the checklist; None where there are no manual steps."""
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
    """Return the suggested date, in Asia/Shanghai."""
    return record.created_at.astimezone(SHANGHAI).date() + REMIND_AFTER
