"""`jiebang connector list`: the loaded connectors, and those that failed to load."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jiebang.app.commands.connector.terminal import escape_controls
from jiebang.app.connectors import load_catalogue
from jiebang.app.levels import level_of, load_levels
from jiebang.app.settings.loading import load_settings


def list_connectors(
    problems: Annotated[bool, typer.Option("--problems", help="Only what failed.")] = False,
) -> None:
    """List the connectors of this installation, and what failed to load."""
    catalogue = asyncio.run(load_catalogue(load_settings(serves=False)))
    console, levels = Console(), load_levels()
    if not problems:
        table = Table()
        table.add_column("connector", overflow="fold", min_width=12)
        for title in ("version", "level", "state", "serves", "can", "from"):
            table.add_column(title, overflow="fold")
        for name, entry in sorted(catalogue.connectors.items()):
            cells = (
                name,
                entry.spec.version,
                level_of(entry.spec, levels),
                entry.state,
                ", ".join(sorted(entry.spec.platform_ids)) or "discovered: see jiebang discover",
                ", ".join(sorted(entry.spec.capabilities)),
                Path(entry.source).name,  # a module contains no slashes and stays whole
            )
            table.add_row(*(Text(escape_controls(cell)) for cell in cells))
        console.print(table)
    for problem in catalogue.problems:
        console.print(
            escape_controls(f"{problem.source}: {problem.message}"), style="yellow", markup=False
        )
    if problems and catalogue.problems:
        raise typer.Exit(1)
