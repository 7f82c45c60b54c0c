"""Actions: what is being done at a platform about one account."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from jiebang.gateway.domain.eligibility import TenureRelation
from jiebang.gateway.domain.status import Progress, Status, Verification
from jiebang.gateway.views.renewal_view import ActionView
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.types.guide import Guide
from jiebang.schema.types.platform import PersonStep, Platform
from jiebang.sdk import ActionKind, Category, DenyReason, Effect, ErrorCode


@strawberry.type(description="Something asked of a platform about one account.")
class Action:
    id: strawberry.ID = strawberry.field(description="Opaque; for `retryAction`.")
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry it belongs to.")
    platform: Platform | None = strawberry.field(
        description="Null where the asker may only know the category."
    )
    category: Category = strawberry.field(description="The platform's category.")
    kind: ActionKind = strawberry.field(description="What was asked.")
    status: Status = strawberry.field(description="How far it is.")
    progress: Progress | None = strawberry.field(description="What it waits for.")
    reason: DenyReason | None = strawberry.field(description="Only with DENIED.")
    error: ErrorCode | None = strawberry.field(description="How the last call failed.")
    relation: TenureRelation = strawberry.field(description="Whose account it is.")
    label: str | None = strawberry.field(
        description="Masked, and only where the account is the asker's own."
    )
    bound_on: date | None = strawberry.field(
        description="The exact day, and only where the account is the asker's own."
    )
    effects: list[Effect] = strawberry.field(description="What really happened.")
    verification: Verification | None = strawberry.field(description="What a later lookup said.")
    guide: Guide | None = strawberry.field(description="What can be done by hand, if known.")
    needs: PersonStep | None = strawberry.field(description="What a person has to do first.")
    expected_by: datetime | None = strawberry.field(description="When it should be done.")
    retry_at: datetime | None = strawberry.field(description="When it goes on by itself.")
    retryable: bool = strawberry.field(description="Whether `retryAction` would take it up again.")
    created_at: datetime = strawberry.field(description="When it was asked.")
    done_at: datetime | None = strawberry.field(description="When the platform said done.")
    finished_at: datetime | None = strawberry.field(description="When it came to its end.")

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
