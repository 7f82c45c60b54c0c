"""The lock on a platform's schema: what has changed since, and does it break us?

The schema is a file beside the manifest. It is compared where a person can act on it (in CI),
with a schema that was fetched for that purpose; nothing is introspected while serving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import orjson
from graphql import GraphQLError, GraphQLSchema, build_client_schema, build_schema
from graphql.utilities import (
    BreakingChange,
    DangerousChange,
    find_breaking_changes,
    find_dangerous_changes,
)

from jiebang.sdk import ContractError


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `breaking`: a document that worked may fail now; else its meaning may differ,
    such as by a new value of an enum. `kind` is a word such as ``FIELD_REMOVED``."""

    breaking: bool
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{'breaking' if self.breaking else 'dangerous'}: {self.message} ({self.kind})"


def differences(locked: str, current: str) -> tuple[Difference, ...]:
    """What changed from `locked` to `current`, breaking changes first; empty when nothing did
    that matters. `str()` of each is a line to read.

    Both are SDL, or the JSON of an introspection. Raises `ContractError` for anything else.
    """
    old, new = parse_schema(locked), parse_schema(current)
    found: list[tuple[bool, BreakingChange | DangerousChange]] = [
        *((True, change) for change in find_breaking_changes(old, new)),
        *((False, change) for change in find_dangerous_changes(old, new)),
    ]
    return tuple(
        Difference(breaking, change.type.name, change.description) for breaking, change in found
    )


def parse_schema(text: str) -> GraphQLSchema:
    """The schema in `text`: SDL, or the JSON of an introspection. Raises `ContractError`.

    Directives that the text does not define are let pass: the SDL of a subgraph uses those of
    the federation.
    """
    try:
        if text.lstrip().startswith("{"):
            document = cast(dict[str, Any], orjson.loads(text))
            if document.get("errors") and not document.get("data"):
                raise ContractError("not a schema: the platform answered with errors")
            schema = build_client_schema(document.get("data", document))
        else:
            schema = build_schema(text, assume_valid_sdl=True)
    except GraphQLError as error:
        raise ContractError(f"not a schema: {describe_error(error)}") from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ContractError(f"not a schema: {str(error).splitlines()[0]}") from None
    if schema.query_type is None:
        raise ContractError("not a schema: it has no type Query")
    return schema


def describe_error(error: GraphQLError) -> str:
    """What is wrong, with line and column if they are known."""
    message = error.message.removeprefix("Syntax Error: ")
    if error.locations:
        return f"line {error.locations[0].line}, column {error.locations[0].column}: {message}"
    return message
