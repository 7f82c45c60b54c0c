"""`jiebang migrate`, `connectors` and `schema`: one look or one step, then the end."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jiebang.app.commands.run import prepared_settings
from jiebang.app.connectors import load_catalogue
from jiebang.app.databases import database_dsn
from jiebang.gateway.journal.database import migrate as migrate_database
from jiebang.schema.sdl import print_schema


def migrate() -> None:
    """Bring the database's schema up to date. Safe to repeat."""
    settings = prepared_settings()

    async def main() -> None:
        async with database_dsn(settings) as dsn:
            await migrate_database(dsn)

    asyncio.run(main())
    typer.echo("The database is up to date.")


def connectors(
    problems: Annotated[bool, typer.Option("--problems", help="Only what did not load.")] = False,
) -> None:
    """List the connectors of this installation, and what could not be loaded."""
    catalogue = asyncio.run(load_catalogue(prepared_settings()))
    console = Console()
    if not problems:
        table = Table("connector", "version", "state", "speaks for", "can", "from")
        for name, entry in sorted(catalogue.connectors.items()):
            table.add_row(
                name,
                entry.spec.version,
                entry.state,
                ", ".join(sorted(entry.spec.platform_ids)),
                ", ".join(sorted(entry.spec.capabilities)),
                entry.source,
            )
        console.print(table)
    for problem in catalogue.problems:
        console.print(f"{problem.source}: {problem.message}", style="yellow", markup=False)
    if problems and catalogue.problems:
        raise typer.Exit(1)


def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    typer.echo(print_schema(), nl=False)
