"""The PostgreSQL of a process: the operator's, or the embedded one while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.app.settings.model import Settings
from jiebang.gateway.journal.database import is_down, migrate

#: Seconds between attempts to migrate a server that goes down meanwhile.
RETRY_DELAYS = (0.1, 0.5, 1.0, 2.0, 4.0)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def database_dsn(settings: Settings) -> AsyncGenerator[str]:
    """Yield the DSN. Only the embedded database is migrated here; use `jiebang migrate` for the
    operator's. Raises `EmbeddedPostgresError`."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    embedded = EmbeddedPostgres(settings.data_dir)
    await asyncio.to_thread(embedded.start)
    try:
        yield await _migrate_embedded(embedded)
    finally:
        await asyncio.to_thread(embedded.close)


async def _migrate_embedded(embedded: EmbeddedPostgres) -> str:
    """Migrate and return the DSN; restarts a server that goes down meanwhile."""
    for pause in RETRY_DELAYS:
        dsn = await asyncio.to_thread(embedded.ensure_running)
        try:
            await migrate(dsn)
        except Exception as error:
            if not is_down(error):
                raise
            log.warning("journal_unreachable", error=type(error).__name__)
            await asyncio.sleep(pause)
        else:
            return dsn
    dsn = await asyncio.to_thread(embedded.ensure_running)
    await migrate(dsn)
    return dsn
