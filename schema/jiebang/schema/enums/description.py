"""The gateway's closed lists as GraphQL enums, every value explained."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

E = TypeVar("E", bound=Enum)


def describe(
    cls: type[E], description: str, values: Mapping[E, str], *, name: str | None = None
) -> None:
    """Make `cls` an enum of the schema. Raises `KeyError` for a value without an explanation,
    so that a list that grows in the gateway cannot grow silently here."""
    strawberry.enum(cls, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", vars(cls)["__strawberry_definition__"])
    for value in definition.values:
        value.description = values[cls[value.name]]
