"""The lock on a platform's schema: what has changed since, and whether it breaks us.

The schema is a file beside the manifest. It is compared where a person can act on it (in CI), with
a schema that was fetched for that purpose; nothing is introspected while serving.
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
    """One change. `breaking`: a working document may now fail; otherwise its meaning may differ, as
    with a new enum value. `kind` is graphql-core's name, such as ``FIELD_REMOVED``."""

    breaking: bool
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{'breaking' if self.breaking else 'dangerous'}: {self.message} ({self.kind})"


def differences(locked: str, current: str) -> tuple[Difference, ...]:
    """List the changes from `locked` to `current` that matter, breaking ones first. `str()` of each
    is a line to read.

    Both are SDL or introspection JSON. Raises `ContractError` for anything else.
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
    """Parse a schema from SDL or introspection JSON. Raises `ContractError`.

    Undefined directives are accepted: the SDL of a subgraph uses those of the federation.
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
        raise ContractError("not a schema: it does not have a type Query")
    return schema


def describe_error(error: GraphQLError) -> str:
    """Describe the error, with line and column if they are known."""
    message = error.message.removeprefix("Syntax Error: ")
    if error.locations:
        return f"line {error.locations[0].line}, column {error.locations[0].column}: {message}"
    return message
