"""`jiebang connector ...`: writing, checking, explaining and trying connectors."""

from __future__ import annotations

import typer

from jiebang.app.commands.connector import (
    attempt,
    check,
    docs,
    explain,
    listing,
    lock,
    migrate,
    new,
    schema,
    trial,
)

connector = typer.Typer(
    name="connector", help="Write, check and try connectors.", no_args_is_help=True
)
connector.command()(new.new)
connector.command()(check.check)
connector.command("test")(trial.trial)
connector.command()(explain.explain)
connector.command("try")(attempt.attempt)
connector.command("list")(listing.listing)
connector.command()(docs.docs)
connector.command()(schema.schema)
connector.command()(lock.lock)
connector.command()(migrate.migrate)
