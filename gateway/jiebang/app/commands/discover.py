"""`jiebang discover`: the platforms that connectors discovered, and the age of the lists."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jiebang.app.bootstrap import Components
from jiebang.app.commands.run import open_process_components, prepare_settings
from jiebang.gateway.catalogue.listing import ListingChange
from jiebang.gateway.journal.database import pending_migrations
from jiebang.sdk import ConnectorError


def discover(
    connector: Annotated[
        str | None, typer.Argument(help="Fetch this connector's list now.")
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Accept the list as it is, whatever it lacks."),
    ] = False,
) -> None:
    """Show the discovered platforms, or fetch one connector's list again."""
    if accept and connector is None:
        raise typer.BadParameter("name the connector whose list is to be accepted")
    asyncio.run(_discover(connector, accept=accept))


async def _discover(connector: str | None, *, accept: bool) -> None:
    async with open_process_components(prepare_settings()) as components:
        if await pending_migrations(components.database.dsn):
            typer.echo("The database is missing migrations: run jiebang migrate.", err=True)
            raise typer.Exit(2)
        if connector is not None:
            try:
                change = await components.discovery.ask(connector, accept=accept)
            except ConnectorError as error:
                typer.echo(f"The list could not be fetched ({error.code.name}): {error}", err=True)
                raise typer.Exit(1) from None
            _print_change(change)
        await components.discovery.publish()
        _print_listings(components)


def _print_change(change: ListingChange) -> None:
    for word in ("added", "changed", "absent", "dropped"):
        if names := getattr(change, word):
            typer.echo(f"{word}: {', '.join(names)}")
    if change.incident:
        typer.echo("The list lacks too much and was not accepted. If it is right: --accept")


def _print_listings(components: Components) -> None:
    console, table = Console(), Table("connector", "from", "as of", "platforms", "absent since")
    for name, entry in sorted(components.catalogue.connectors.items()):
        if entry.spec.discovery is None:
            continue
        listing = entry.listing
        listed_at = listing.listed_at if listing else None
        absent = [
            f"{one.platform.id} {one.absent_since:%Y-%m-%d %H:%M}"
            for one in (listing.entries if listing else ())
            if one.absent_since is not None and not one.dropped
        ]
        table.add_row(
            name,
            str(entry.settings.get("base_url", "")),
            f"{listed_at:%Y-%m-%d %H:%M %Z}" if listed_at else "never",
            ", ".join(sorted(entry.spec.platform_ids)),
            ", ".join(absent),
        )
    console.print(table)
    for problem in components.catalogue.problems:
        if problem.source.startswith("the list of "):
            console.print(f"{problem.source}: {problem.message}", style="yellow", markup=False)
