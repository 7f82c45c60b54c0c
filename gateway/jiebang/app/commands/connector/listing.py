"""`jiebang connector list`: what is loaded, and what could not be."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jiebang.app.commands.connector.level import known_levels, level_of
from jiebang.app.connectors import load_catalogue
from jiebang.app.settings import load_settings


def listing(
    problems: Annotated[bool, typer.Option("--problems", help="Only what did not load.")] = False,
) -> None:
    """List the connectors of this installation, and what could not be loaded."""
    catalogue = asyncio.run(load_catalogue(load_settings(serves=False)))
    console, levels = Console(), known_levels()
    if not problems:
        table = Table("connector", "version", "level", "state", "speaks for", "can", "from")
        for name, entry in sorted(catalogue.connectors.items()):
            table.add_row(
                name,
                entry.spec.version,
                level_of(entry.spec, levels),
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
