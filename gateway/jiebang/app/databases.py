"""Which PostgreSQL a process uses: the operator's, or the embedded one for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from jiebang.app.embedded import Embedded
from jiebang.app.settings import Settings
from jiebang.gateway.journal.database import migrate


@asynccontextmanager
async def database_dsn(settings: Settings) -> AsyncGenerator[str]:
    """The DSN. The embedded database is migrated here; the operator's own only by
    `jiebang migrate`. Raises `EmbeddedError`."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    embedded = Embedded(settings.data_dir)
    dsn = await asyncio.to_thread(embedded.start)
    try:
        await migrate(dsn)
        yield dsn
    finally:
        await asyncio.to_thread(embedded.close)
