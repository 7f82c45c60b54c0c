"""Possession of a number: a code that was sent, and what it proved."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from jiebang.gateway.domain.tenure import Basis
from jiebang.gateway.flows.possession import CodeSent, ProvenPossession
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.types.refusal import Refused


@strawberry.type(description="A code was sent. No lookup of the number was made.")
class PossessionCodeSent:
    id: strawberry.ID = strawberry.field(description="Send it with `confirmPossession`.")
    number: str = strawberry.field(description="The number it was sent to, masked.")
    expires_at: datetime = strawberry.field(description="When the code expires.")
    resend_at: datetime = strawberry.field(
        description="When a new code may be requested, which replaces this one."
    )

    @classmethod
    def of(cls, sent: CodeSent) -> PossessionCodeSent:
        return cls(
            id=encode_id(IdKind.CODE, sent.id),
            number=sent.number,
            expires_at=sent.expires_at,
            resend_at=sent.resend_at,
        )


@strawberry.type(description="The number is held by whoever sent the code.")
class PossessionProven:
    token: str = strawberry.field(description="A bearer token for this number and basis only.")
    expires_at: datetime = strawberry.field(description="When the token expires.")
    number: str = strawberry.field(description="The proven number, masked.")
    basis: Basis = strawberry.field(
        description="The proven basis: CURRENT, with the activation date if a carrier asserted it."
    )

    @classmethod
    def of(cls, proven: ProvenPossession) -> PossessionProven:
        return cls(
            token=proven.token,
            expires_at=proven.expires_at,
            number=proven.number,
            basis=proven.basis,
        )


PossessionCodeResult = Annotated[
    PossessionCodeSent | Refused,
    strawberry.union("PossessionCodeResult", description="A sent code, or why there is none."),
]
PossessionResult = Annotated[
    PossessionProven | Refused,
    strawberry.union("PossessionResult", description="The proof, or why there is none."),
]
