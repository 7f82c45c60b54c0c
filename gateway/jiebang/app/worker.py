"""The worker: runs durable steps until told to stop. Any number of workers may run."""

from __future__ import annotations

import asyncio

import structlog

from jiebang.app.bootstrap import Components
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.journal.worker import JournalWorker, WorkerIntervals

log = structlog.get_logger(__name__)


async def run_worker(
    components: Components, stop: asyncio.Event, *, intervals: WorkerIntervals | None = None
) -> None:
    """Wait for the journal, then run ticks. Ticks in progress when `stop` is set are finished."""
    preparing = asyncio.create_task(components.prepare())
    discovering = asyncio.create_task(components.discover())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({preparing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return
        log.info("worker_ready", connectors=len(components.catalogue.connectors))
        worker = JournalWorker(
            components.database.raw_dsn(), components.steps.run, intervals=intervals
        )
        running = asyncio.create_task(worker.run())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        await running
    except ServiceUnavailable as error:
        log.error("worker_stopped", reason=error.message)
    finally:
        preparing.cancel()
        discovering.cancel()
        stopping.cancel()
