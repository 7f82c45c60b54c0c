"""Renewals: one request for one number, with an inquiry per platform and its actions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import strawberry

from jiebang.gateway.domain.status import Outcome, Status, UnknownReason
from jiebang.gateway.domain.tenure import Basis
from jiebang.gateway.flows.renewals import RenewalProgress as ProgressView
from jiebang.gateway.flows.renewals import order_operation
from jiebang.gateway.views.renewal_view import InquiryView, RenewalView
from jiebang.schema.cursor import encode_seq
from jiebang.schema.enums.description import describe
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.types.account import Account
from jiebang.schema.types.action import Action
from jiebang.schema.types.guide import Checklist, Guide
from jiebang.schema.types.platform import PersonStep, Platform
from jiebang.sdk import ActionKind, Category, ErrorCode


class RenewalOperation(StrEnum):
    """Named as the journal names them; one for each kind of action."""

    START_RENEWAL = "start_renewal"
    locals().update({order_operation(kind).upper(): order_operation(kind) for kind in ActionKind})


class EventKind(StrEnum):
    RENEWAL = "renewal"
    INQUIRY = "inquiry"
    ACTION = "action"


describe(
    RenewalOperation,
    "The operation a renewal started with.",
    {
        RenewalOperation.START_RENEWAL: "startRenewal: look up, then unbind all that is eligible.",
        **{RenewalOperation(order_operation(kind)): kind.order for kind in ActionKind},
    },
)
describe(
    EventKind,
    "What an event is about.",
    {
        EventKind.RENEWAL: "The renewal itself.",
        EventKind.INQUIRY: "One of its inquiries.",
        EventKind.ACTION: "One of its actions.",
    },
)


@strawberry.type(description="One platform's part of a renewal.")
class Inquiry:
    id: strawberry.ID = strawberry.field(
        description="Opaque; for `confirmManualStep`, `tickGuideStep`, `setReminder` and "
        "`retryAction`."
    )
    platform: Platform | None = strawberry.field(
        description="Null where the caller may only see the category."
    )
    category: Category = strawberry.field(description="The platform's category.")
    status: Status = strawberry.field(description="Its status.")
    outcome: Outcome | None = strawberry.field(description="What the platform answered.")
    reason: UnknownReason | None = strawberry.field(description="Only with UNKNOWN.")
    error: ErrorCode | None = strawberry.field(description="How the last call failed.")
    accounts: list[Account] = strawberry.field(description="Only with BOUND.")
    guide: Guide | None = strawberry.field(description="The manual steps, if known.")
    checklist: Checklist | None = strawberry.field(description="The checklist of manual steps.")
    needs: PersonStep | None = strawberry.field(description="What the user has to do first.")
    expected_by: datetime | None = strawberry.field(description="When an answer is expected.")
    retry_at: datetime | None = strawberry.field(description="When the platform is queried again.")
    answered_at: datetime | None = strawberry.field(description="When it answered.")
    confirmed_at: datetime | None = strawberry.field(
        description="When a person confirmed that all manual steps are done."
    )

    @classmethod
    def of(cls, view: InquiryView, language: str) -> Inquiry:
        return cls(
            id=encode_id(IdKind.INQUIRY, view.id),
            platform=Platform.of(view.platform, language) if view.platform else None,
            category=view.category,
            status=view.status,
            outcome=view.outcome,
            reason=view.reason,
            error=view.error,
            accounts=[Account.of(one) for one in view.accounts],
            guide=Guide.of(view.guide, language) if view.guide else None,
            checklist=Checklist.of(view.checklist, language) if view.checklist else None,
            needs=PersonStep.of(view.needs) if view.needs else None,
            expected_by=view.expected_by,
            retry_at=view.retry_at,
            answered_at=view.answered_at,
            confirmed_at=view.confirmed_at,
        )


@strawberry.federation.type(keys=["id"], description="One request for one number.")
class Renewal:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    number: str = strawberry.field(description="Masked: 138****1234.")
    basis: Basis = strawberry.field(description="The basis of the request.")
    status: Status = strawberry.field(
        description="FULFILLED only when every platform has answered and every action is done."
    )
    settled: bool = strawberry.field(description="Nothing more happens automatically.")
    operation: RenewalOperation = strawberry.field(description="The operation it started with.")
    cursor: str = strawberry.field(
        description="The cursor of its last event; `renewalProgress(after:)` continues from there."
    )
    created_at: datetime = strawberry.field(description="When it was accepted.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn.")
    inquiries: list[Inquiry] = strawberry.field(description="One per queried platform.")
    actions: list[Action] = strawberry.field(description="The actions, account by account.")

    @classmethod
    def of(cls, view: RenewalView, language: str) -> Renewal:
        return cls(
            id=encode_id(IdKind.RENEWAL, view.id),
            number=view.number,
            basis=view.basis,
            status=view.status,
            settled=view.settled,
            operation=RenewalOperation(view.operation),
            cursor=encode_seq(view.id, view.last_event),
            created_at=view.created_at,
            withdrawn_at=view.withdrawn_at,
            inquiries=[Inquiry.of(one, language) for one in view.inquiries],
            actions=[Action.of(one, language) for one in view.actions],
        )


@strawberry.type(description="An event of a renewal.")
class RenewalProgress:
    cursor: str = strawberry.field(description="Send it as `after` to continue from here.")
    at: datetime = strawberry.field(description="When it happened.")
    kind: EventKind = strawberry.field(description="What it is about.")
    status: Status = strawberry.field(description="The status reached by the event.")
    inquiry: Inquiry | None = strawberry.field(description="The inquiry as it is now.")
    action: Action | None = strawberry.field(description="The action as it is now.")
    renewal: Renewal = strawberry.field(description="The complete renewal as it is now.")

    @classmethod
    def of(cls, view: ProgressView, language: str) -> RenewalProgress:
        event, renewal = view.event, Renewal.of(view.renewal, language)
        pairs = zip(view.renewal.inquiries, renewal.inquiries, strict=True)
        inquiry = next((shown for one, shown in pairs if one.id == event.item_id), None)
        actions = zip(view.renewal.actions, renewal.actions, strict=True)
        action = next((shown for one, shown in actions if one.id == event.item_id), None)
        return cls(
            cursor=encode_seq(event.renewal_id, event.seq),
            at=event.at,
            kind=EventKind(event.kind),
            status=event.status,
            inquiry=inquiry,
            action=action,
            renewal=renewal,
        )
