"""The fields at the beginning of every manifest, whatever its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from jiebang.connectors.manifest.field import Bool, HttpsUrl, Model, Str, Text, require_entries
from jiebang.sdk import CONNECTOR_ID, Category, Platform


def _identifier(value: str) -> str:
    if not CONNECTOR_ID.fullmatch(value):
        raise ValueError(f"expected lower-case letters, digits and _ ({CONNECTOR_ID.pattern})")
    return value


def _version(value: str) -> str:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+){0,2}([-+.][0-9A-Za-z.-]+)?", value):
        raise ValueError("expected a version such as 0.1.0")
    return value


Identifier = Annotated[Str, AfterValidator(_identifier)]
Version = Annotated[Str, AfterValidator(_version)]


class _Platform(Model):
    category: Category = Field(description="a category such as shopping or tools")
    sensitive: Bool | None = None
    site: HttpsUrl | None = None


class OnePlatform(_Platform):
    """The platform of a single-platform connector; id and name default to the connector's."""

    id: Identifier | None = None
    name: Text | None = None


class OneOfMany(_Platform):
    """One platform of a connector for several platforms."""

    id: Identifier = Field(description="the platform's id")
    name: Text = Field(description="its names, zh-CN and en")


class Head(Model):
    """The fields that all kinds share."""

    manifest: Literal[1] = Field(description="1, the version of the manifest's format")
    kind: Str = Field(description="the kind of manifest")
    id: Identifier = Field(description="the connector's id, lower-case letters, digits and _")
    version: Version = Field(description="a version such as 0.1.0")
    name: Text = Field(description="names in zh-CN and en")
    platform: OnePlatform | None = None
    platforms: Annotated[tuple[OneOfMany, ...], AfterValidator(require_entries)] | None = None
    owners: tuple[Str, ...] = ()
    docs: HttpsUrl | None = None

    @model_validator(mode="after")
    def _check_platforms(self) -> Self:
        if (self.platform is None) == (self.platforms is None):
            raise ValueError("expected either platform (one) or platforms (a list)")
        ids = [platform.id for platform in self.platforms or ()]
        if len(set(ids)) < len(ids):
            raise ValueError("platforms: an id occurs twice")
        return self

    def sdk_platforms(self) -> tuple[Platform, ...]:
        """Return the platforms as SDK values."""
        given: Sequence[OnePlatform | OneOfMany] = self.platforms or (
            () if self.platform is None else (self.platform,)
        )
        return tuple(
            Platform(
                id=platform.id or self.id,
                name=platform.name or self.name,
                category=platform.category,
                sensitive=platform.sensitive,
                site=platform.site,
            )
            for platform in given
        )
