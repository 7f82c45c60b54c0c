"""The scheduler: releases respect the limits, and no wake-up is lost."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.models import Item, Lane
from jiebang.gateway.journal.scheduler import (
    decode_job,
    encode_job,
    finish_tick,
    new_item,
    release,
    release_within,
    restore_stranded,
    wake_items,
)


class Engine:
    def __init__(self, dsn: str) -> None:
        self.database = Database(dsn, pool=12)

    async def lane(self, name: str = "shop", **values: Any) -> None:
        limits: dict[str, Any] = {"rate": 0.001, "burst": 1000.0, "max_running": 1000, **values}
        async with self.database.transaction() as session:
            session.add(Lane(name=name, tokens=limits["burst"], **limits))

    async def add(self, count: int = 1, lane: str = "shop", *, prio: int = 9) -> list[uuid.UUID]:
        made = [uuid.uuid4() for _ in range(count)]
        async with self.database.transaction() as session:
            for one in made:
                item = new_item(one, lane, "action", due=True)
                item.prio = prio
                session.add(item)
        return made

    async def release(self, lanes: list[str] | None = None) -> int:
        connection = await asyncpg.connect(self.database.raw_dsn())
        try:
            async with connection.transaction():
                return await release(connection, lanes)
        finally:
            await connection.close()

    async def running(self, count: int = 1) -> list[uuid.UUID]:
        """Items of a lane without limits, all released."""
        await self.lane()
        items = await self.add(count)
        await self.release()
        return items

    async def end(self, item: uuid.UUID, tick: int, **how: Any) -> bool:
        values: dict[str, Any] = {"again": None, "attempt": 0, "closed": False, "cancel": False}
        async with self.database.transaction() as session:
            return await finish_tick(session, item, tick, **{**values, **how})

    async def wake(self, *items: uuid.UUID, cancel: bool = False) -> None:
        async with self.database.transaction() as session:
            lanes = await wake_items(session, items, cancel=cancel)
            await release_within(session, lanes)

    async def get(self, item: uuid.UUID) -> Item:
        async with self.database.transaction() as session:
            return await session.get_one(Item, item)

    async def count(self, where: str) -> int:
        async with self.database.transaction() as session:
            found = await session.execute(sa.text(f"select count(*) from {where}"))
            return int(found.scalar_one())


@pytest.fixture
async def engine(dsn: str) -> AsyncGenerator[Engine]:
    made = Engine(dsn)
    yield made
    await made.database.close()


RUNNING = "item where released is not null"
QUEUED = "jbq.pgqueuer"


async def test_racing_releasers_never_exceed_what_may_run(engine: Engine) -> None:
    await engine.lane(max_running=7)
    await engine.add(50)
    released = await asyncio.gather(*(engine.release() for _ in range(10)))
    assert sum(released) == 7
    assert await engine.count(RUNNING) == await engine.count(QUEUED) == 7


async def test_racing_releasers_never_exceed_the_rate(engine: Engine) -> None:
    await engine.lane(burst=5.0)
    await engine.add(50)
    released = await asyncio.gather(*(engine.release() for _ in range(10)))
    assert sum(released) == 5


async def test_a_throttled_lane_does_not_hold_up_another(engine: Engine) -> None:
    await engine.lane("slow", burst=1.0)
    await engine.lane("free")
    await engine.add(30, "slow")
    await engine.add(5, "free")
    assert await engine.release() == 6


async def test_urgent_work_goes_before_bulk(engine: Engine) -> None:
    await engine.lane(burst=2.0)
    await engine.add(5, prio=0)
    urgent = await engine.add(2)
    await engine.release()
    assert all([(await engine.get(one)).released for one in urgent])


async def test_a_paused_lane_releases_nothing(engine: Engine) -> None:
    await engine.lane(paused=True)
    await engine.add(3)
    assert await engine.release() == 0


async def test_what_is_not_due_stays_where_it_is(engine: Engine) -> None:
    (item,) = await engine.running()
    assert await engine.end(item, 0, again=timedelta(hours=1), attempt=3)
    assert await engine.release() == 0
    parked = await engine.get(item)
    assert (parked.tick, parked.attempt, parked.released) == (1, 3, None)


async def test_a_tick_that_is_out_of_date_changes_nothing(engine: Engine) -> None:
    await engine.lane()
    (item,) = await engine.add()
    assert not await engine.end(item, 0)  # never released
    await engine.release()
    assert not await engine.end(item, 1)
    assert await engine.end(item, 0, again=timedelta(hours=1))
    assert not await engine.end(item, 0, closed=True)
    assert not (await engine.get(item)).closed


async def test_a_wake_during_a_tick_is_not_lost(engine: Engine) -> None:
    (item,) = await engine.running()
    await engine.wake(item)
    assert await engine.end(item, 0, again=timedelta(days=3))
    assert await engine.release() == 1


async def test_a_cancel_during_a_tick_is_not_lost(engine: Engine) -> None:
    (item,) = await engine.running()
    await engine.wake(item, cancel=True)
    await engine.end(item, 0, again=timedelta(days=3), cancel=False)
    assert (await engine.get(item)).cancel
    await engine.release()
    await engine.end(item, 1, again=timedelta(days=3), cancel=False)
    assert not (await engine.get(item)).cancel


async def test_a_parked_item_is_woken_and_a_closed_one_is_not(engine: Engine) -> None:
    parked, closed = await engine.running(2)
    await engine.end(parked, 0)
    await engine.end(closed, 0, closed=True)
    await engine.wake(parked, closed)
    assert (await engine.get(parked)).released is not None
    assert (await engine.get(closed)).released is None


async def test_wakes_and_ends_that_race_lose_no_wake_up(engine: Engine) -> None:
    items = await engine.running(12)

    async def work(item: uuid.UUID) -> None:
        await asyncio.gather(
            engine.end(item, 0, again=timedelta(days=3)), engine.wake(item), engine.release()
        )

    await asyncio.gather(*map(work, items))
    await engine.release()
    # Woken before the end or after it: either way the next tick is in the queue.
    for item in items:
        row = await engine.get(item)
        assert (row.tick, row.released is not None, row.woken) == (1, True, False)


async def test_waking_many_in_any_order_does_not_deadlock(engine: Engine) -> None:
    await engine.lane()
    items = await engine.add(20)
    forwards, backwards = tuple(items), tuple(reversed(items))
    async with asyncio.timeout(20):
        await asyncio.gather(
            *(engine.wake(*order) for order in (forwards, backwards) * 5),
            *(engine.release() for _ in range(5)),
        )


async def test_a_rolled_back_transaction_releases_nothing(engine: Engine) -> None:
    await engine.lane()
    (item,) = await engine.add()
    async with engine.database.transaction() as session:
        await release_within(session, ["shop"])
        await session.rollback()
    assert await engine.count(QUEUED) == 0
    assert (await engine.get(item)).released is None


async def test_what_is_released_and_in_no_queue_is_freed(engine: Engine) -> None:
    lost, queued = await engine.running(2)
    async with engine.database.transaction() as session:
        await session.execute(
            sa.text("delete from jbq.pgqueuer where dedupe_key = :key"), {"key": f"{lost}:0"}
        )
        await session.execute(sa.update(Item).values(released=sa.func.now() - timedelta(hours=1)))
    connection = await asyncpg.connect(engine.database.raw_dsn())
    await restore_stranded(connection, seconds=30)
    await connection.close()
    assert (await engine.get(lost)).released is None
    assert (await engine.get(queued)).released is not None


def test_a_job_is_read_back() -> None:
    item = uuid.uuid4()
    assert decode_job(encode_job(item, 7)) == (item, 7)
