"""`jiebang schema`: the GraphQL schema, its trusted documents and its changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from graphql import GraphQLSchema, OperationDefinitionNode, parse

from jiebang.schema.documents import documents as trusted_documents
from jiebang.schema.evolution import ChangeEffect, SchemaUnreadable, compare_schemas, read_schema
from jiebang.schema.http.persisted_documents import documents_by_hash
from jiebang.schema.schema import RELEASED_FILE, print_schema

schema = typer.Typer(
    name="schema",
    help="Print the GraphQL schema (SDL), trusted documents or changes.",
    invoke_without_command=True,
)


@schema.callback()
def print_sdl(context: typer.Context) -> None:
    """Print the GraphQL schema (SDL), trusted documents or changes."""
    if context.invoked_subcommand is None:
        typer.echo(print_schema(), nl=False)


@schema.command()
def documents() -> None:
    """Print the trusted documents with their hashes, as an Apollo persisted query manifest."""
    operations = [
        {"id": digest, "name": one.name.value, "type": one.operation.value, "body": text}
        for digest, text in documents_by_hash().items()
        for one in parse(text).definitions
        if isinstance(one, OperationDefinitionNode) and one.name
    ]
    manifest = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": operations,
    }
    typer.echo(json.dumps(manifest, indent=2, ensure_ascii=False))


@schema.command()
def diff(
    old: Annotated[Path | None, typer.Argument(help="Old SDL; default: the released one.")] = None,
    new: Annotated[Path | None, typer.Argument(help="New SDL; default: this version's.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The date to judge by; default: today."),
    ] = None,
) -> None:
    """Report what a schema change breaks, and which trusted documents.

    Exits with 1 when a breaking change was not deprecated, or its deprecation has not ended yet.
    """
    try:
        before = _read_schema(old or RELEASED_FILE)
        after = read_schema(print_schema()) if new is None else _read_schema(new)
    except SchemaUnreadable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    day = (on or datetime.now(UTC)).date()
    found = compare_schemas(before, after, trusted_documents(), on=day)
    for effect in ChangeEffect:
        for one in found.changes:
            if one.effect is effect:
                promise = f" It was promised until {one.until}." if one.until else ""
                verdict = " Allowed." if effect is ChangeEffect.BREAKING and one.allowed else ""
                typer.echo(f"{effect.lower()}: {one.kind}: {one.text}{promise}{verdict}")
    for name, why in found.broken_documents.items():
        typer.echo(f"breaks the document {name}: {why}")
    if not found.changes:
        typer.echo("Nothing changes.")
    if found.refused_changes:
        typer.echo(
            f"{len(found.refused_changes)} not allowed: "
            "deprecate first, until a day twelve months away.",
            err=True,
        )
        raise typer.Exit(1)


def _read_schema(path: Path) -> GraphQLSchema:
    try:
        return read_schema(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SchemaUnreadable(f"{path}: cannot be read as text.") from None
    except SchemaUnreadable as error:
        raise SchemaUnreadable(f"{path}: {error}") from None
