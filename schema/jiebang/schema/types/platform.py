"""Platforms, and what a person can do at one by hand."""

from __future__ import annotations

from datetime import datetime

import strawberry

from jiebang import sdk
from jiebang.schema.context import pick
from jiebang.sdk import Category, StepKind


@strawberry.federation.type(keys=["id"], description="A place where people hold accounts.")
class Platform:
    id: strawberry.ID = strawberry.field(description="Never changes once published.")
    name: str = strawberry.field(description="In the request's language.")
    category: Category = strawberry.field(description="The part of daily life it belongs to.")
    sensitive: bool = strawberry.field(
        description="Whether having an account there already says something intimate."
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


@strawberry.type(description="What a person can do by hand at a platform without an interface.")
class Guide:
    steps: list[str] = strawberry.field(
        description="One sentence each, in order, in the request's language."
    )
    url: str | None = strawberry.field(description="Where to begin.")
    proof: str | None = strawberry.field(description="What the platform wants to see.")
    difficulty: str = strawberry.field(description="easy, medium, hard, limited or impossible.")
    source_url: str | None = strawberry.field(description="Where the steps were read.")
    source_dated: str | None = strawberry.field(description="The day the source is dated.")
    read_on: str | None = strawberry.field(description="The day the source was read.")
    live_checked: str | None = strawberry.field(
        description="The day a person last walked the steps; null: nobody has."
    )

    @classmethod
    def of(cls, guide: sdk.Guide, language: str) -> Guide:
        steps = guide.steps.get(language) or next(iter(guide.steps.values()), ())
        return cls(
            steps=list(steps),
            url=guide.url,
            proof=pick(guide.proof, language) if guide.proof else None,
            difficulty=guide.difficulty,
            source_url=guide.source_url,
            source_dated=guide.source_dated,
            read_on=guide.read_on,
            live_checked=guide.live_checked,
        )


@strawberry.type(description="Something a person has to do before the platform goes on.")
class PersonStep:
    kind: StepKind = strawberry.field(description="What it is.")
    url: str | None = strawberry.field(description="Where to do it, https.")
    expires: datetime | None = strawberry.field(description="Until when it can be done.")

    @classmethod
    def of(cls, needs: sdk.NeedsAction) -> PersonStep:
        return cls(kind=needs.kind, url=needs.url, expires=needs.expires)
