"""The worker: takes durable steps until told to stop. Any number of them may run."""

from __future__ import annotations

import asyncio

import structlog

from jiebang.app.bootstrap import Parts
from jiebang.gateway.domain.errors import Unavailable
from jiebang.gateway.journal.worker import JournalWorker, WorkerIntervals

log = structlog.get_logger(__name__)


async def work(parts: Parts, stop: asyncio.Event, *, beat: WorkerIntervals | None = None) -> None:
    """Wait for the journal, then run ticks. What is under way when `stop` comes is finished."""
    preparing = asyncio.create_task(parts.prepare())
    discovering = asyncio.create_task(parts.discover())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({preparing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return
        log.info("worker_ready", connectors=len(parts.catalogue.connectors))
        worker = JournalWorker(parts.database.raw_dsn(), parts.steps.run, intervals=beat)
        running = asyncio.create_task(worker.run())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        await running
    except Unavailable as error:
        log.error("worker_stopped", reason=error.message)
    finally:
        preparing.cancel()
        discovering.cancel()
        stopping.cancel()
