"""`jiebang connector check`: report errors in connectors, without sending anything."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from jiebang.app.commands.connector.source import open_targets
from jiebang.app.commands.connector.terminal import escape_controls
from jiebang.app.settings.loading import load_settings

TargetArguments = Annotated[
    list[str], typer.Argument(metavar="PATH|ID...", help="Files, folders, modules or ids.")
]


def check(
    targets: TargetArguments,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Load connectors and report errors; exits with 1 if there are any."""
    opened = open_targets(targets, load_settings(serves=False))
    if as_json:
        faults = [
            {
                "file": str(fault.path),
                "line": fault.line,
                "column": fault.column,
                "field": fault.field,
                "message": fault.message,
            }
            for fault in opened.faults
        ]
        typer.echo(json.dumps(faults, indent=2))  # ASCII only, so that terminals interpret nothing
    else:
        for fault in opened.faults:
            # The path as given, so that an editor can open it.
            place = f"{fault.path}:{fault.line}:{fault.column}" if fault.line else str(fault.path)
            typer.echo(escape_controls(f"{place} {fault.field}".rstrip() + f" {fault.message}"))
        for each in opened.connectors:
            spec = each.entry.spec
            platforms = ", ".join(sorted(spec.platform_ids)) or "the platforms it discovers"
            typer.echo(escape_controls(f"ok {spec.id} {spec.version}, for {platforms}"))
    if opened.faults:
        raise typer.Exit(1)
