"""The events of a renewal, in order: appended with the change itself, read by cursor.

NOTIFY is only a hint; the table is authoritative.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.models import Event, Renewal
from jiebang.gateway.journal.records import EventRecord

CHANNEL = "jiebang_event"
_MOST = 200  # events per read


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to append. `kind` is renewal, inquiry or action."""

    kind: str
    item_id: uuid.UUID | None
    status: Status


async def append_events(
    session: AsyncSession, renewal: uuid.UUID, news: Sequence[NewEvent]
) -> None:
    """Number and store the events, and notify listeners at commit. The renewal's row stays locked
    until then, so event numbers follow the order of commits."""
    if not news:
        return
    last = await session.execute(
        sa.update(Renewal)
        .where(Renewal.id == renewal)
        .values(seq=Renewal.seq + len(news))
        .returning(Renewal.seq)
        .execution_options(synchronize_session=False)
    )
    first = last.scalar_one() - len(news) + 1
    await session.execute(
        sa.insert(Event),
        [
            {
                "renewal_id": renewal,
                "seq": first + index,
                "item_id": one.item_id,
                "kind": one.kind,
                "status": one.status.value,
            }
            for index, one in enumerate(news)
        ],
    )
    await session.execute(sa.select(sa.func.pg_notify(CHANNEL, str(renewal))))


async def read_events(
    session: AsyncSession, renewal: uuid.UUID, *, after: int
) -> list[EventRecord]:
    rows = await session.execute(
        sa.select(Event)
        .where(Event.renewal_id == renewal, Event.seq > after)
        .order_by(Event.seq)
        .limit(_MOST)
    )
    return [
        EventRecord(
            renewal_id=row.renewal_id,
            seq=row.seq,
            at=row.at,
            item_id=row.item_id,
            kind=row.kind,
            status=Status(row.status),
        )
        for row in rows.scalars()
    ]
