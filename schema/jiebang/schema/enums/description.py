"""Register the gateway's enums as GraphQL enums, with every value described."""

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
    """Register `cls` as an enum of the schema. Raises `KeyError` for a value without a description,
    so that values added in the gateway must be described here."""
    strawberry.enum(cls, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", vars(cls)["__strawberry_definition__"])
    for value in definition.values:
        value.description = values[cls[value.name]]
