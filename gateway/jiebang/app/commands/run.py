"""`jiebang gateway` and `jiebang worker`: the two long-running processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

import structlog
import typer

from jiebang.app import lifecycle
from jiebang.app.bootstrap import Components, key_ring, open_components
from jiebang.app.connectors import load_catalogue
from jiebang.app.databases import database_dsn
from jiebang.app.http.asgi import create_app
from jiebang.app.http.server import listen, serve
from jiebang.app.logging.setup import configure_logs, register_secret
from jiebang.app.settings.loading import load_settings
from jiebang.app.settings.model import Settings
from jiebang.app.worker import run_worker
from jiebang.gateway.journal.worker import WorkerIntervals

log = structlog.get_logger(__name__)


def gateway(
    host: Annotated[str | None, typer.Option(help="Overrides JIEBANG_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Overrides JIEBANG_PORT; 0 picks a free one.")
    ] = None,
) -> None:
    """Serve the GraphQL endpoint, callbacks and health checks."""
    settings = prepare_settings()

    async def main(stop: asyncio.Event) -> None:
        with listen(
            settings.host if host is None else host, settings.port if port is None else port
        ) as listener:
            async with open_process_components(settings) as components:
                address, number = listener.getsockname()[:2]
                log.info("gateway_listening", url=f"http://{address}:{number}/graphql")
                await serve(create_app(components), listener, stop)

    lifecycle.run(main)


def worker(
    heartbeat: Annotated[
        float, typer.Option(help="Seconds until a silent worker's steps are taken over.")
    ] = WorkerIntervals().heartbeat,
) -> None:
    """Run the durable steps of renewals; start as many workers as you like."""
    settings = prepare_settings()

    async def main(stop: asyncio.Event) -> None:
        async with open_process_components(settings) as components:
            intervals = WorkerIntervals(heartbeat=heartbeat, stranded=max(2 * heartbeat, 5.0))
            await run_worker(components, stop, intervals=intervals)

    lifecycle.run(main)


def prepare_settings() -> Settings:
    """Load the settings and configure logging. Raises `SettingsError`."""
    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    for secret in settings.secrets():
        register_secret(secret)
    return settings


@asynccontextmanager
async def open_process_components(settings: Settings) -> AsyncGenerator[Components]:
    """Open all parts, with the database the settings name."""
    catalogue = await load_catalogue(settings)
    for problem in catalogue.problems:
        log.warning("connector_problem", source=problem.source, problem=problem.message)
    async with (
        database_dsn(settings) as dsn,
        open_components(settings, catalogue, key_ring(settings), dsn) as components,
    ):
        yield components
