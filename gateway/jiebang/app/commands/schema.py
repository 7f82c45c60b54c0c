"""`jiebang schema`: the contract with clients, and what clients may send."""

from __future__ import annotations

import json

import typer
from graphql import OperationDefinitionNode, parse

from jiebang.schema.safelist import trusted
from jiebang.schema.sdl import print_schema

schema = typer.Typer(
    name="schema",
    help="Print the GraphQL schema (SDL), or say more about it.",
    invoke_without_command=True,
)


@schema.callback()
def sdl(context: typer.Context) -> None:
    """Print the GraphQL schema (SDL), or say more about it."""
    if context.invoked_subcommand is None:
        typer.echo(print_schema(), nl=False)


@schema.command()
def documents() -> None:
    """Print the trusted documents with their hashes, as an Apollo persisted query manifest."""
    operations = [
        {"id": digest, "name": one.name.value, "type": one.operation.value, "body": text}
        for digest, text in trusted().items()
        for one in parse(text).definitions
        if isinstance(one, OperationDefinitionNode) and one.name
    ]
    manifest = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": operations,
    }
    typer.echo(json.dumps(manifest, indent=2, ensure_ascii=False))
