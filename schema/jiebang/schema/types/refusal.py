"""Refusals: the result of a mutation that did nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from jiebang.gateway.domain.errors import Code, GatewayError, Reason
from jiebang.schema.translation import translate
from jiebang.schema.types.renewal import Renewal


@strawberry.type(
    description="The request was refused. Nothing was done, and the idempotency key was not used "
    "up. A wrong code still counts."
)
class Refused:
    code: Code = strawberry.field(description="The kind of error.")
    reason: Reason = strawberry.field(description="The exact reason.")
    message: str = strawberry.field(description="The message for people.")
    field: str | None = strawberry.field(description="The argument concerned.")
    hint: str | None = strawberry.field(description="What to do.")
    retry_at: datetime | None = strawberry.field(description="When to try again, if waiting helps.")
    attempts_left: int | None = strawberry.field(
        description="The remaining guesses for this code, after a wrong one."
    )

    @classmethod
    def of(cls, error: GatewayError, language: str) -> Refused:
        return cls(
            code=error.code,
            reason=error.reason,
            message=translate(error.message, language),
            field=error.field,
            hint=translate(error.hint, language) if error.hint else None,
            retry_at=error.retry_at,
            attempts_left=error.attempts_left,
        )


@strawberry.type(description="The request was accepted: it is stored, and its work continues.")
class RenewalAccepted:
    renewal: Renewal = strawberry.field(description="The renewal as it is now.")
    replayed: bool = strawberry.field(
        description="The same request with the same key was accepted before; this is its renewal."
    )


@strawberry.type(description="The renewal was changed.")
class RenewalChanged:
    renewal: Renewal = strawberry.field(description="The renewal as it is now.")


RenewalAcceptance = Annotated[
    RenewalAccepted | Refused,
    strawberry.union("RenewalAcceptance", description="A new renewal, or why there is none."),
]
RenewalChange = Annotated[
    RenewalChanged | Refused,
    strawberry.union("RenewalChange", description="The changed renewal, or why it is unchanged."),
]
