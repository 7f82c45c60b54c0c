"""Durable work: items become due, are released under the rate limits, run one tick at a time, and
set the next due time at the end of each tick.

All times come from the database's clock. A tick delivered twice, or by a worker presumed dead,
finds that `tick` has moved on and changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from importlib.resources import files
from typing import TypeAlias, cast

import asyncpg
import orjson
import sqlalchemy as sa
from asyncpg.pool import PoolConnectionProxy
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.journal.database import QUEUE_SCHEMA
from jiebang.gateway.journal.models import Item

#: An asyncpg connection inside a transaction, or the pool's proxy for it.
RawConnection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
)

ENTRYPOINT = "tick"
URGENT, BULK = 9, 0
_LOCK = 0x4A42
_RELEASE = files("jiebang.gateway.journal").joinpath("release.sql").read_text()
_STRANDED = f"""
    update item set released = null
    where released < now() - make_interval(secs => $1) and not exists (
        select 1 from {QUEUE_SCHEMA}.pgqueuer as job
        where job.dedupe_key = item.id || ':' || item.tick and job.status in ('queued', 'picked'))
"""  # noqa: S608 - the schema's name is a constant


async def release(raw: RawConnection, lanes: Sequence[str] | None = None) -> int:
    """Put due items into the queue; returns how many. Must be last in its transaction: it holds a
    lock until the commit."""
    # A separate statement, so that the release sees what others committed before.
    await raw.execute("select pg_advisory_xact_lock($1)", _LOCK)
    rows = await raw.fetch(_RELEASE, lanes)
    if rows:
        connection = cast("asyncpg.Connection[asyncpg.Record]", raw)
        await Queries(AsyncpgDriver(connection)).enqueue(
            [ENTRYPOINT] * len(rows),
            [encode_job(row["id"], row["tick"]) for row in rows],
            [row["prio"] for row in rows],
            dedupe_key=[f"{row['id']}:{row['tick']}" for row in rows],
            on_conflict="skip",
        )
    return len(rows)


async def release_within(session: AsyncSession, lanes: Iterable[str]) -> None:
    """Release inside the session's transaction: the queue row commits with the item."""
    if wanted := sorted(set(lanes)):
        await session.flush()
        await release(await _raw_connection(session), wanted)


def encode_job(item: uuid.UUID, tick: int) -> bytes:
    return orjson.dumps([str(item), tick])


def decode_job(payload: bytes | None) -> tuple[uuid.UUID, int]:
    item, tick = orjson.loads(payload or b"")
    return uuid.UUID(item), tick


def new_item(
    item: uuid.UUID, lane: str, kind: str, *, due: bool | timedelta, closed: bool = False
) -> Item:
    """Return a row to add, due now or after a delay. Neither due nor closed: parked until woken."""
    after = due if isinstance(due, timedelta) else timedelta(0) if due else None
    return Item(
        id=item,
        lane=lane,
        kind=kind,
        prio=URGENT,
        due=None if after is None else sa.func.now() + after,
        closed=closed,
    )


async def wake_items(
    session: AsyncSession, items: Sequence[uuid.UUID], *, cancel: bool = False
) -> list[str]:
    """Make items due now, parked ones included; closed ones stay closed. A running item continues
    as soon as its tick ends. Returns the `lane` names to release last in the transaction."""
    running = Item.released.is_not(None)
    # In id order, like everybody who locks several rows, to avoid deadlocks.
    await session.execute(
        sa.select(Item.id).where(Item.id.in_(items)).order_by(Item.id).with_for_update()
    )
    values: dict[str, object] = {
        "woken": running,
        "prio": URGENT,
        "due": sa.case((running, Item.due), else_=sa.func.now()),
    }
    if cancel:
        values["cancel"] = True
    rows = await session.execute(
        sa.update(Item)
        .where(Item.id.in_(items), Item.closed.is_(False))
        .values(values)
        .returning(Item.lane)
        .execution_options(synchronize_session=False)
    )
    return list(rows.scalars())


async def finish_tick(
    session: AsyncSession,
    item: uuid.UUID,
    tick: int,
    *,
    again: timedelta | None,
    attempt: int,
    closed: bool,
    cancel: bool,
) -> bool:
    """End a tick: due `again` after now, parked when None, or `closed` for good. An item woken
    meanwhile is due at once. Returns False if the tick no longer belonged to this worker."""
    later = sa.null() if again is None else sa.func.now() + again
    rows = await session.execute(
        sa.update(Item)
        .where(Item.id == item, Item.tick == tick, Item.released.is_not(None))
        .values(
            tick=tick + 1,
            attempt=attempt,
            released=None,
            woken=False,
            closed=closed,
            # A cancel that arrived during the tick is not for this tick to clear.
            cancel=sa.case((Item.woken, Item.cancel), else_=cancel),
            due=sa.null() if closed else sa.case((Item.woken, sa.func.now()), else_=later),
        )
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    )
    return rows.scalar_one_or_none() is not None


async def restore_stranded(raw: RawConnection, *, seconds: float) -> None:
    """Free items that were released more than `seconds` ago but are not in the queue."""
    await raw.execute(_STRANDED, seconds)


async def _raw_connection(session: AsyncSession) -> RawConnection:
    connection = await session.connection()
    await connection.execute(sa.text("select 1"))  # forces BEGIN: the dialect begins lazily
    driver = (await connection.get_raw_connection()).driver_connection
    return cast("asyncpg.Connection[asyncpg.Record]", driver)
