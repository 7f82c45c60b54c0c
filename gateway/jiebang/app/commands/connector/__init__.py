"""`jiebang connector ...`: write, check, explain and try connectors."""

from __future__ import annotations

import typer

from jiebang.app.commands.connector import (
    check,
    docs,
    explain,
    list_command,
    lock,
    manifest_migration,
    manifest_schema,
    new,
    test_command,
    try_command,
)

connector = typer.Typer(
    name="connector", help="Write, check and try connectors.", no_args_is_help=True
)
connector.command()(new.new)
connector.command()(check.check)
connector.command("test")(test_command.run_conformance)
connector.command()(explain.explain)
connector.command("try")(try_command.try_connector)
connector.command("list")(list_command.list_connectors)
connector.command()(docs.docs)
connector.command()(manifest_schema.schema)
connector.command()(lock.lock)
connector.command()(manifest_migration.migrate)
