"""Possession of a number: a code that was sent, and what it proved."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from jiebang.gateway.domain.tenure import Basis
from jiebang.gateway.flows.possession import CodeSent, ProvenPossession
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.types.refusal import Refused


@strawberry.type(description="A code is on its way. Nobody looked up who knows the number.")
class PossessionCodeSent:
    id: strawberry.ID = strawberry.field(description="Goes with the code into `confirmPossession`.")
    number: str = strawberry.field(description="The number it was sent to, masked.")
    expires_at: datetime = strawberry.field(description="Until when the code is good.")
    resend_at: datetime = strawberry.field(
        description="From when a new one may be asked for. It takes the place of this one."
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
    token: str = strawberry.field(
        description="A bearer token for this number, this basis and nothing else."
    )
    expires_at: datetime = strawberry.field(description="Until when the token is accepted.")
    number: str = strawberry.field(description="The proven number, masked.")
    basis: Basis = strawberry.field(
        description="What the proof is good for: CURRENT, with the activation date that came "
        "along, or without dates."
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
