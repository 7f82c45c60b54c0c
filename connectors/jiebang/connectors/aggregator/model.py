"""The manifest of kind `aggregator`: a `rest` manifest whose platforms come from a list, and whose
lookup has one entry per platform."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from jiebang.connectors.manifest.expression import JmesPath
from jiebang.connectors.manifest.field import Duration, Model, Str
from jiebang.connectors.manifest.head import Identifier
from jiebang.connectors.rest.model import LookupSection, Rest
from jiebang.connectors.rest.page import Pages
from jiebang.connectors.rest.request import Request
from jiebang.connectors.rest.rule import ErrorRule, as_constant
from jiebang.sdk import Category

_SHARE = re.compile(r"(100|[0-9]{1,2}(?:\.[0-9]{1,2})?)%")


def _share(value: object) -> float:
    """Parse ``10%`` into a number from 0 to 1."""
    match = _SHARE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("expected a share from 0% to 100%, such as 10%")
    return float(match[1]) / 100


class Names(Model):
    """Where an entry has the platform's names. A missing one is replaced by the other."""

    chinese: JmesPath = Field(alias="zh-CN", description="a JMESPath expression")
    english: JmesPath | None = Field(default=None, alias="en")


class MappedCategory(Model):
    """A platform's category: fixed, or mapped from a field of its entry. An unmapped value counts
    as `tools`, and as sensitive."""

    always: Category | None = None
    read: JmesPath | None = Field(default=None, alias="from")
    map: dict[Str, Category] = Field(default_factory=dict[str, Category])

    @model_validator(mode="after")
    def _require_category(self) -> Self:
        if (self.always is None) == (self.read is None):
            raise ValueError("expected a category, or a mapping with from and map")
        return self


class CatalogueSection(Model):
    """Where the list of platforms is, and how to read an entry of it."""

    request: Request = Field(description="a mapping with method and path")
    each: JmesPath = Field(description="a JMESPath expression that finds the list of platforms")
    id: JmesPath = Field(description="a JMESPath expression for the platform's code")
    name: Names = Field(description="a mapping with zh-CN and en, each a JMESPath expression")
    category: Annotated[
        MappedCategory,
        BeforeValidator(as_constant, json_schema_input_type=Category | MappedCategory),
    ] = Field(description="a category, or a mapping with from and map")
    sensitive: JmesPath | None = None
    pages: Pages | None = None
    refresh: Duration = timedelta(hours=6)
    max_shrink: Annotated[float, PlainValidator(_share, json_schema_input_type=str)] = 0.1

    @model_validator(mode="after")
    def _check_refresh(self) -> Self:
        if self.refresh < timedelta(minutes=1):
            raise ValueError("refresh: expected 1m or more")
        return self


class EntriesSection(LookupSection):
    """A lookup whose answer has one entry per platform; `outcomes` read one entry."""

    each: JmesPath = Field(description="a JMESPath expression that finds the list of answers")
    platform: JmesPath = Field(description="a JMESPath expression for the platform's code")
    #: Entries that report a failure of their platform alone.
    errors: tuple[ErrorRule, ...] = ()


class Aggregator(Rest):
    """A manifest of kind `aggregator`."""

    catalogue: CatalogueSection = Field(description="a mapping with request, each, id and name")
    #: The service's codes and the platform ids they stand for; an unlisted code is its own id.
    ids: dict[Str, Identifier] = Field(default_factory=dict[str, str])
    lookup: EntriesSection | None = Field(  # pyright: ignore[reportIncompatibleVariableOverride] - models are frozen
        default=None, description="a mapping with request, each, platform and outcomes"
    )

    @model_validator(mode="after")
    def _check_platforms(self) -> Self:
        if self.platform is not None or self.platforms is not None:
            raise ValueError("omit platform and platforms: the catalogue lists them")
        return self

    @model_validator(mode="after")
    def _refuse_shared_ids(self) -> Self:
        if len(set(self.ids.values())) < len(self.ids):
            raise ValueError("ids: two codes for one platform")
        return self
