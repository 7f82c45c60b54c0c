"""The decrypted records of the journal, which the service works with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from jiebang.gateway.domain.status import Outcome, Progress, Status, Verification
from jiebang.gateway.domain.tenure import Tenure
from jiebang.sdk import (
    Account,
    ActionKind,
    Bound,
    DenyReason,
    Effect,
    ErrorCode,
    NeedsAction,
)


class ItemKind(StrEnum):
    INQUIRY = "inquiry"
    ACTION = "action"


class Stage(StrEnum):
    """The stage of an action. SEND: the order is to be sent. POLL: the platform is processing it.
    RECONCILE: the order may have arrived and must not be sent again, so a lookup decides. VERIFY:
    the platform said done, and a lookup has to confirm."""

    SEND = "send"
    POLL = "poll"
    RECONCILE = "reconcile"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The scheduling state of an item while one of its ticks runs."""

    number: int
    attempt: int
    cancel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRecord:
    id: uuid.UUID
    renewal_id: uuid.UUID | None
    operation: str | None
    tenant: str
    number: str = field(repr=False)
    tenure: Tenure
    connector: str
    platform: str
    status: Status
    outcome: Outcome | None = None
    error: ErrorCode | None = None
    answer: Bound | None = field(default=None, repr=False)
    remote_ref: str | None = field(default=None, repr=False)
    needs: NeedsAction | None = field(default=None, repr=False)
    expected_by: datetime | None = None
    left: int = 0
    created_at: datetime
    answered_at: datetime | None = None
    confirmed_at: datetime | None = None
    #: When a person checked off which step of the platform's guide, by step id.
    steps_done: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    remind_on: date | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRecord:
    id: uuid.UUID
    tenant: str
    number: str = field(repr=False)
    tenure: Tenure
    connector: str
    platform: str
    kind: ActionKind
    account: Account = field(repr=False)
    status: Status
    stage: Stage
    progress: Progress | None = None
    reason: DenyReason | None = None
    error: ErrorCode | None = None
    remote_ref: str | None = field(default=None, repr=False)
    needs: NeedsAction | None = field(default=None, repr=False)
    expected_by: datetime | None = None
    effects: frozenset[Effect] = frozenset()
    verification: Verification | None = None
    checks: int = 0
    created_at: datetime
    sent_at: datetime | None = None
    done_at: datetime | None = None
    finished_at: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    """An order to be made for an account."""

    connector: str
    kind: ActionKind
    account: Account = field(repr=False)


R = TypeVar("R", InquiryRecord, ActionRecord)


@dataclass(frozen=True, kw_only=True)  # slots and Generic do not go together before 3.12
class Transition(Generic[R]):
    """The end of a tick: the updated record, and when the next tick is due. With `again` None and
    not `closed`, the item is parked until woken."""

    record: R
    again: timedelta | None = None
    closed: bool = False
    attempt: int = 0
    cancel: bool = False
    actions: tuple[NewAction, ...] = ()
    callbacks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagedAction:
    inquiry_id: uuid.UUID
    action: ActionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRecord:
    id: uuid.UUID
    tenant: str
    number: str = field(repr=False)
    tenure: Tenure
    operation: str
    seq: int
    created_at: datetime
    withdrawn_at: datetime | None
    inquiries: tuple[InquiryRecord, ...]
    actions: tuple[EngagedAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """`seq` counts from 1 without gaps within a renewal."""

    renewal_id: uuid.UUID
    seq: int
    at: datetime
    item_id: uuid.UUID | None
    kind: str
    status: Status
