"""Coverage: what is connected, and how well it answers."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from jiebang.gateway.catalogue.catalogue import ConnectorState
from jiebang.gateway.catalogue.demand import DemandView
from jiebang.gateway.flows.coverage import ConnectorLevel, ConnectorView, CoverageView
from jiebang.gateway.flows.recycling import RecyclingVerdict as Verdict
from jiebang.gateway.flows.recycling import RecyclingView
from jiebang.schema.context import ResolverInfo
from jiebang.schema.resolvers import resolver
from jiebang.schema.types.guide import Guide
from jiebang.schema.types.platform import Platform
from jiebang.sdk import Capability, Delivery, Precedence
from jiebang.sdk import Problem as SdkProblem


@strawberry.type(description="How one platform is covered.")
class PlatformCoverage:
    platform: Platform = strawberry.field(description="The platform.")
    connector: str = strawberry.field(description="The connector that speaks for it.")
    level: ConnectorLevel | None = strawberry.field(
        description="What the conformance kit found; null: it has not examined this version."
    )
    precedence: Precedence = strawberry.field(description="What kind of speaker that is.")
    absent_since: datetime | None = strawberry.field(
        description="Since when it is missing from its connector's list; null: it is not."
    )
    capabilities: list[Capability] = strawberry.field(description="What the connector can do.")
    unbinding: Delivery | None = strawberry.field(
        description="How unbinding is answered; null: it cannot unbind."
    )
    answered: int | None = strawberry.field(
        description="Clear answers to lookups since this process began; for operators only."
    )
    unknown: int | None = strawberry.field(
        description="Lookups without a clear answer since this process began; for operators only."
    )
    p50_ms: int | None = strawberry.field(
        description="Milliseconds within which half of its lookups were answered since this "
        "process began, estimated; for operators only, null also while nobody asked."
    )
    p95_ms: int | None = strawberry.field(
        description="The same for 95 of 100 lookups; those that the deadline ended count."
    )
    guide: Guide | None = strawberry.field(
        description="What a person can do there by hand; null: nobody wrote it down."
    )

    @classmethod
    def of(cls, view: CoverageView, language: str) -> PlatformCoverage:
        return cls(
            platform=Platform.of(view.platform, language),
            connector=view.connector,
            absent_since=view.absent_since,
            level=view.level,
            precedence=view.precedence,
            capabilities=list(view.capabilities),
            unbinding=view.unbinding,
            answered=view.answered,
            unknown=view.unknown,
            p50_ms=view.latency.p50 if view.latency else None,
            p95_ms=view.latency.p95 if view.latency else None,
            guide=Guide.of(view.guide, language) if view.guide else None,
        )


@strawberry.type(description="One connector of this installation.")
class ConnectorCoverage:
    id: strawberry.ID = strawberry.field(description="Never changes.")
    version: str = strawberry.field(description="The connector's own version.")
    level: ConnectorLevel | None = strawberry.field(
        description="What the conformance kit found; null: it has not examined this version."
    )
    state: ConnectorState = strawberry.field(description="How it stands.")
    precedence: Precedence = strawberry.field(description="When it speaks for its platforms.")
    source: str = strawberry.field(description="Where it was loaded from.")
    listed_at: datetime | None = strawberry.field(
        description="When the list of its platforms was last read; null: it has none, or never."
    )
    capabilities: list[Capability] = strawberry.field(description="What it can do.")

    @classmethod
    def of(cls, view: ConnectorView) -> ConnectorCoverage:
        return cls(
            id=strawberry.ID(view.id),
            version=view.version,
            level=view.level,
            state=view.state,
            precedence=view.precedence,
            source=view.source,
            listed_at=view.listed_at,
            capabilities=list(view.capabilities),
        )


@strawberry.type(description="How often a platform was asked for that nobody can ask yet.")
class PlatformDemand:
    platform: Platform = strawberry.field(description="The platform, which has steps by hand only.")
    asked: int = strawberry.field(
        description="How often, in the last 30 days, somebody named it in a lookup or a new "
        "renewal, or began with its steps."
    )

    @classmethod
    def of(cls, view: DemandView, language: str) -> PlatformDemand:
        return cls(platform=Platform.of(view.platform, language), asked=view.asked)


@strawberry.type(description="Something that could not be loaded. It harms nobody else.")
class Problem:
    source: str = strawberry.field(description="Where it comes from.")
    message: str = strawberry.field(description="What is wrong, and what was expected.")

    @classmethod
    def of(cls, problem: SdkProblem) -> Problem:
        return cls(source=problem.source, message=problem.message)


@strawberry.type(description="What is connected, and how well it answers.")
class Coverage:
    @resolver("Every platform that can be asked about.")
    def platforms(self, info: ResolverInfo) -> list[PlatformCoverage]:
        context = info.context
        return [
            PlatformCoverage.of(one, context.language)
            for one in context.services.coverage.platforms(context.require_caller())
        ]

    @resolver("Every connector, for operators (scope coverage:read).")
    def connectors(self, info: ResolverInfo) -> list[ConnectorCoverage] | None:
        context = info.context
        views = context.services.coverage.connectors(context.require_caller())
        return [ConnectorCoverage.of(one) for one in views]

    @resolver(
        "Which platform should get a connector next: the most wanted first, for operators "
        "(scope coverage:read)."
    )
    async def demand(self, info: ResolverInfo) -> list[PlatformDemand] | None:
        context = info.context
        views = await context.services.coverage.demand(context.require_caller())
        return [PlatformDemand.of(one, context.language) for one in views]

    @resolver("What could not be loaded, for operators (scope coverage:read).")
    def problems(self, info: ResolverInfo) -> list[Problem] | None:
        context = info.context
        found = context.services.coverage.problems(context.require_caller())
        return [Problem.of(one) for one in found]


@strawberry.type(description="Whether a number changed hands since a day; never a bare boolean.")
class RecyclingVerdict:
    verdict: Verdict = strawberry.field(description="The verdict.")
    since: date = strawberry.field(description="The day that was asked about.")
    reference_date: date | None = strawberry.field(description="The day the verdict rests on.")
    as_of: date = strawberry.field(description="The day it was given, in Asia/Shanghai.")

    @classmethod
    def of(cls, view: RecyclingView) -> RecyclingVerdict:
        return cls(
            verdict=view.verdict,
            since=view.since,
            reference_date=view.reference_date,
            as_of=view.as_of,
        )
