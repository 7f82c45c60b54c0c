"""Actions: requests to a platform for one account."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from jiebang.gateway.domain.status import Progress, Status, Verification
from jiebang.gateway.domain.tenure import TenureRelation
from jiebang.gateway.views.renewal_view import ActionView
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.types.guide import Guide
from jiebang.schema.types.platform import PersonStep, Platform
from jiebang.sdk import ActionKind, Category, DenyReason, Effect, ErrorCode


@strawberry.type(description="A request to a platform for one account.")
class Action:
    id: strawberry.ID = strawberry.field(description="Opaque; for `retryAction`.")
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry it belongs to.")
    platform: Platform | None = strawberry.field(
        description="Null where the caller may only see the category."
    )
    category: Category = strawberry.field(description="The platform's category.")
    kind: ActionKind = strawberry.field(description="The requested action.")
    status: Status = strawberry.field(description="Its status.")
    progress: Progress | None = strawberry.field(description="What it waits for.")
    reason: DenyReason | None = strawberry.field(description="Only with DENIED.")
    error: ErrorCode | None = strawberry.field(description="How the last call failed.")
    relation: TenureRelation = strawberry.field(description="Whose account it is.")
    label: str | None = strawberry.field(description="Masked; only for the caller's own accounts.")
    bound_on: date | None = strawberry.field(
        description="The exact date; only for the caller's own accounts."
    )
    effects: list[Effect] = strawberry.field(description="What actually happened.")
    verification: Verification | None = strawberry.field(description="What a later lookup found.")
    guide: Guide | None = strawberry.field(description="The manual steps, if known.")
    needs: PersonStep | None = strawberry.field(description="What the user has to do first.")
    expected_by: datetime | None = strawberry.field(description="When it is expected to be done.")
    retry_at: datetime | None = strawberry.field(description="When it continues automatically.")
    retryable: bool = strawberry.field(description="Whether `retryAction` can retry it.")
    created_at: datetime = strawberry.field(description="When it was requested.")
    done_at: datetime | None = strawberry.field(description="When the platform said done.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")

    @classmethod
    def of(cls, view: ActionView, language: str) -> Action:
        return cls(
            id=encode_id(IdKind.ACTION, view.id),
            inquiry_id=encode_id(IdKind.INQUIRY, view.inquiry_id),
            platform=Platform.of(view.platform, language) if view.platform else None,
            category=view.category,
            kind=view.kind,
            status=view.status,
            progress=view.progress,
            reason=view.reason,
            error=view.error,
            relation=view.relation,
            label=view.label,
            bound_on=view.bound_on,
            effects=list(view.effects),
            verification=view.verification,
            guide=Guide.of(view.guide, language) if view.guide else None,
            needs=PersonStep.of(view.needs) if view.needs else None,
            expected_by=view.expected_by,
            retry_at=view.retry_at,
            retryable=view.retryable,
            created_at=view.created_at,
            done_at=view.done_at,
            finished_at=view.finished_at,
        )
