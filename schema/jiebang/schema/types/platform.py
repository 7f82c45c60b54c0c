"""Platforms, and the steps they require from users."""

from __future__ import annotations

from datetime import datetime

import strawberry

from jiebang import sdk
from jiebang.schema.context import pick
from jiebang.sdk import Category, StepKind


@strawberry.federation.type(keys=["id"], description="A service where people hold accounts.")
class Platform:
    id: strawberry.ID = strawberry.field(description="Never changes once published.")
    name: str = strawberry.field(description="In the request's language.")
    category: Category = strawberry.field(description="The area of daily life it belongs to.")
    sensitive: bool = strawberry.field(
        description="Whether merely having an account there is sensitive information."
    )
    site: str | None = strawberry.field(description="The official site, https.")

    @classmethod
    def of(cls, platform: sdk.Platform, language: str) -> Platform:
        return cls(
            id=strawberry.ID(platform.id),
            name=pick(platform.name, language),
            category=platform.category,
            sensitive=platform.is_sensitive,
            site=platform.site,
        )


@strawberry.type(description="Something the user has to do before the platform continues.")
class PersonStep:
    kind: StepKind = strawberry.field(description="The kind of step.")
    url: str | None = strawberry.field(description="Where to do it, https.")
    expires: datetime | None = strawberry.field(description="When it expires.")

    @classmethod
    def of(cls, needs: sdk.NeedsAction) -> PersonStep:
        return cls(kind=needs.kind, url=needs.url, expires=needs.expires)
