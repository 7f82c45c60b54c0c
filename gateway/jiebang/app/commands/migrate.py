"""`jiebang migrate`: migrate the database and exit."""

from __future__ import annotations

import asyncio

import typer

from jiebang.app.commands.run import prepare_settings
from jiebang.app.databases import database_dsn
from jiebang.gateway.journal.database import migrate as migrate_database


def migrate() -> None:
    """Migrate the database's schema. Safe to repeat."""
    settings = prepare_settings()

    async def main() -> None:
        async with database_dsn(settings) as dsn:
            await migrate_database(dsn)

    asyncio.run(main())
    typer.echo("The database is up to date.")
