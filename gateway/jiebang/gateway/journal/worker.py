"""The worker's side of the queue: PgQueuer delivers ticks, three loops keep items moving.

Any number of worker processes may run. The ticks of a killed one are delivered again once its
heartbeat is older than `heartbeat`.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import structlog
from pgqueuer import AsyncpgPoolDriver, Job, PgQueuer

from jiebang.gateway.journal.database import DOWN, is_down
from jiebang.gateway.journal.retention import delete_expired
from jiebang.gateway.journal.scheduler import (
    ENTRYPOINT,
    RawConnection,
    decode_job,
    release,
    restore_stranded,
)

Handler = Callable[[uuid.UUID, int], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerIntervals:
    """Seconds. `release`: interval between checks for due items. `heartbeat`: after which a silent
    worker counts as dead. `stranded`: after which a released item missing from the queue is freed.
    `retention`: interval between deletions of old rows."""

    release: float = 0.1
    heartbeat: float = 15.0
    stranded: float = 30.0
    janitor: float = 5.0
    retention: float = 60.0


class JournalWorker:
    def __init__(
        self, dsn: str, handler: Handler, *, intervals: WorkerIntervals | None = None
    ) -> None:
        """`dsn` for asyncpg (``postgresql://…``)."""
        self._dsn = dsn
        self._handler = handler
        self._intervals = intervals or WorkerIntervals()
        self._stop = asyncio.Event()
        self._queue: PgQueuer | None = None

    def stop(self) -> None:
        """Finish what is running, take nothing new, return from `run`."""
        self._stop.set()
        if self._queue is not None:
            self._queue.shutdown.set()

    async def run(self) -> None:
        """Work until `stop`. Waits for a database that is down."""
        while not self._stop.is_set():
            try:
                await self._run_session()
            except Exception as error:
                if not is_down(error) and not isinstance(error, DOWN):
                    raise
                log.warning("journal_unreachable", error=type(error).__name__)
                await self._pause(1.0)

    async def _run_session(self) -> None:
        async with asyncpg.create_pool(self._dsn, min_size=2, max_size=4) as pool:
            queue = self._queue = PgQueuer(AsyncpgPoolDriver(pool))
            if self._stop.is_set():
                return

            @queue.entrypoint(ENTRYPOINT, on_failure="hold")
            async def tick(job: Job) -> None:
                item, number = decode_job(job.payload)
                await self._handler(item, number)

            intervals = self._intervals
            loops = [
                asyncio.create_task(
                    self._repeat("release", intervals.release, pool, queue, release)
                ),
                asyncio.create_task(
                    self._repeat("janitor", intervals.janitor, pool, queue, self._restore_stranded)
                ),
                asyncio.create_task(
                    self._repeat("retention", intervals.retention, pool, queue, delete_expired)
                ),
            ]
            try:
                await queue.run(
                    batch_size=25,
                    max_concurrent_tasks=100,
                    heartbeat_timeout=timedelta(seconds=intervals.heartbeat),
                    dequeue_timeout=timedelta(seconds=min(5.0, intervals.heartbeat)),
                )
            finally:
                queue.shutdown.set()
                for loop in loops:
                    loop.cancel()
                await asyncio.gather(*loops, return_exceptions=True)

    async def _repeat(
        self,
        name: str,
        seconds: float,
        pool: asyncpg.Pool,
        queue: PgQueuer,
        work: Callable[[RawConnection], Awaitable[object]],
    ) -> None:
        while not queue.shutdown.is_set():
            try:
                async with pool.acquire() as connection, connection.transaction():
                    await work(connection)
            except Exception as error:
                log.warning("loop_failed", loop=name, error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(queue.shutdown.wait(), seconds)

    async def _restore_stranded(self, connection: RawConnection) -> None:
        await restore_stranded(connection, seconds=self._intervals.stranded)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
