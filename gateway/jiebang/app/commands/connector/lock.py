"""`jiebang connector lock`: compare a platform's GraphQL schema with the locked one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jiebang.app.commands.connector.exit import read_input, refuse
from jiebang.app.commands.connector.terminal import escape_controls
from jiebang.connectors.graphql import drift
from jiebang.connectors.manifest import read
from jiebang.sdk import ContractError


def lock(
    manifest: Annotated[Path, typer.Argument(help="A graphql manifest with a schema_lock.")],
    current: Annotated[
        str,
        typer.Argument(
            help="The platform's current schema: SDL or introspection JSON; - for standard input."
        ),
    ],
) -> None:
    """Compare a platform's schema with the one a manifest locks; exits with 1 if something breaks.

    Prints what changed, and which of the manifest's documents the platform would now reject.
    """
    schema = _read_text(current)
    try:
        found = drift(read(manifest), schema)
    except ContractError as error:
        refuse(f"{current}: {error}" if str(error).startswith("not a schema") else str(error))
    for difference in found.differences:
        typer.echo(escape_controls(str(difference)))
    for fault in found.broken:
        typer.echo(escape_controls(f"would now be rejected: {fault}"))
    if not found.differences and not found.broken:
        typer.echo(f"Nothing relevant has changed since {found.lock}.")
    elif not found.broken:
        typer.echo("All documents of the manifest are still valid.")
    if found.is_breaking:
        raise typer.Exit(1)


def _read_text(name: str) -> str:
    try:
        return read_input(name).decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(f"{name} is not valid UTF-8.")
