"""Idempotency keys: map a request to its renewal, so that repeating it returns the same one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import Conflict, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.models import Idempotency

#: How long a key is remembered; after that the same key starts a new request.
KEY_LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyClaim:
    """A key and its request. `asked` is the normalized input; only its keyed digest is stored."""

    caller: Caller
    operation: str
    key: str = field(repr=False)
    asked: object = field(repr=False)


async def find_renewal(
    session: AsyncSession, encryption: FieldEncryption, claim: IdempotencyClaim
) -> uuid.UUID | None:
    """Return the renewal the same request led to. Raises `Conflict` when the key was used with
    different input."""
    found = await session.execute(
        sa.select(Idempotency).where(
            Idempotency.tenant == claim.caller.tenant,
            Idempotency.caller_index.in_(encryption.caller_indexes(claim.caller.subject)),
            Idempotency.operation == claim.operation,
            Idempotency.key_index.in_(encryption.key_indexes(claim.key)),
        )
    )
    if (row := found.scalars().first()) is None:
        return None
    if row.digest not in encryption.digests(claim.asked):
        raise Conflict(
            Reason.IDEMPOTENCY_KEY_REUSED,
            Wording("This key was used before with different input."),
            field="idempotencyKey",
            hint=Wording(
                "Use a new key for each new request, and reuse a key only to repeat its request."
            ),
        )
    return row.renewal_id


async def take_key(
    session: AsyncSession, encryption: FieldEncryption, claim: IdempotencyClaim, renewal: uuid.UUID
) -> uuid.UUID | None:
    """Take the key for `renewal`. Returns the earlier renewal if the key is taken, else None. The
    insert waits for a concurrent duplicate, so the same request opens one renewal."""
    while True:
        if (known := await find_renewal(session, encryption, claim)) is not None:
            return known
        taken = await session.execute(
            insert(Idempotency)
            .values(
                tenant=claim.caller.tenant,
                caller_index=encryption.caller_index(claim.caller.subject),
                operation=claim.operation,
                key_index=encryption.key_index(claim.key),
                digest=encryption.digest(claim.asked),
                renewal_id=renewal,
            )
            .on_conflict_do_nothing()
            .returning(Idempotency.renewal_id)
        )
        if taken.scalar_one_or_none() is not None:
            return None
