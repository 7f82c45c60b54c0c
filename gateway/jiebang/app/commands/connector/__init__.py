"""`jiebang connector ...`: writing, checking, explaining and trying connectors."""

from __future__ import annotations

import typer

from jiebang.app.commands.connector import check, explain, migrate, schema

connector = typer.Typer(
    name="connector", help="Write, check and try connectors.", no_args_is_help=True
)
connector.command()(check.check)
connector.command()(explain.explain)
connector.command()(schema.schema)
connector.command()(migrate.migrate)
