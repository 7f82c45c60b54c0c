"""Accounts registered with the number, as the caller may see them."""

from __future__ import annotations

from datetime import date

import strawberry

from jiebang.gateway.domain.tenure import TenureRelation
from jiebang.gateway.views.projection import AccountView
from jiebang.sdk import ActionKind, DenyReason


@strawberry.type(description="One account registered with the number.")
class Account:
    id: strawberry.ID = strawberry.field(
        description="Sealed: valid only for this number, tenant and basis, and for a limited time."
    )
    relation: TenureRelation = strawberry.field(description="Whose it is, as far as known.")
    label: str | None = strawberry.field(description="Masked; only for the caller's own accounts.")
    bound_on: date | None = strawberry.field(
        description="The exact date; only for the caller's own accounts."
    )
    eligible: bool = strawberry.field(description="Whether it can be unbound now.")
    reason: DenyReason | None = strawberry.field(description="Why it cannot be unbound.")
    offers: list[ActionKind] = strawberry.field(description="The actions available for it now.")

    @classmethod
    def of(cls, view: AccountView) -> Account:
        return cls(
            id=strawberry.ID(view.id),
            relation=view.relation,
            label=view.label,
            bound_on=view.bound_on,
            eligible=view.refused is None,
            reason=view.refused,
            offers=list(view.offers),
        )
