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
    connector: str = strawberry.field(description="The connector that serves it.")
    level: ConnectorLevel | None = strawberry.field(
        description="The level found by the conformance kit; null if this version is untested."
    )
    precedence: Precedence = strawberry.field(description="The kind of connector.")
    absent_since: datetime | None = strawberry.field(
        description="When it was first missing from its connector's list; null if it is listed."
    )
    capabilities: list[Capability] = strawberry.field(description="What the connector can do.")
    unbinding: Delivery | None = strawberry.field(
        description="How unbinding is answered; null if it is not supported."
    )
    answered: int | None = strawberry.field(
        description="Definite answers to lookups since this process started; for operators only."
    )
    unknown: int | None = strawberry.field(
        description="Indefinite answers to lookups since this process started; for operators only."
    )
    p50_ms: int | None = strawberry.field(
        description="Estimated median lookup time in milliseconds since this process started; for "
        "operators only, null also before the first lookup."
    )
    p95_ms: int | None = strawberry.field(
        description="The 95th percentile; lookups that hit the deadline count."
    )
    guide: Guide | None = strawberry.field(
        description="The manual steps; null if there is no guide."
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
        description="The level found by the conformance kit; null if this version is untested."
    )
    state: ConnectorState = strawberry.field(description="Its state.")
    precedence: Precedence = strawberry.field(description="Its precedence for its platforms.")
    source: str = strawberry.field(description="Where it was loaded from.")
    listed_at: datetime | None = strawberry.field(
        description="When its platform list was last accepted; null if never, or if it has none."
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


@strawberry.type(description="Requests for a platform without an interface.")
class PlatformDemand:
    platform: Platform = strawberry.field(description="The platform, which has only manual steps.")
    asked: int = strawberry.field(
        description="How often, in the last 30 days, somebody named it in a lookup or a new "
        "renewal, or began its manual steps."
    )

    @classmethod
    def of(cls, view: DemandView, language: str) -> PlatformDemand:
        return cls(platform=Platform.of(view.platform, language), asked=view.asked)


@strawberry.type(description="Something that could not be loaded; nothing else is affected.")
class Problem:
    source: str = strawberry.field(description="Where it comes from.")
    message: str = strawberry.field(description="What is wrong, and what was expected.")

    @classmethod
    def of(cls, problem: SdkProblem) -> Problem:
        return cls(source=problem.source, message=problem.message)


@strawberry.type(description="What is connected, and how well it answers.")
class Coverage:
    @resolver("Every platform that can be looked up.")
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
        "The platforms most in need of a connector, most requested first, for operators (scope "
        "coverage:read)."
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


@strawberry.type(description="Whether a number changed hands since a date; never a bare boolean.")
class RecyclingVerdict:
    verdict: Verdict = strawberry.field(description="The verdict.")
    since: date = strawberry.field(description="The date asked about.")
    reference_date: date | None = strawberry.field(description="The date the verdict is based on.")
    as_of: date = strawberry.field(description="The date of the verdict, in Asia/Shanghai.")

    @classmethod
    def of(cls, view: RecyclingView) -> RecyclingVerdict:
        return cls(
            verdict=view.verdict,
            since=view.since,
            reference_date=view.reference_date,
            as_of=view.as_of,
        )
