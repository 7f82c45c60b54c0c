"""The kind `guide`: a platform without an interface, and what a person can do by hand there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from jiebang.connectors.manifest import Head, Model, validate_manifest
from jiebang.connectors.manifest.field import HttpsUrl, Steps, Str, Text, day, require_entries
from jiebang.sdk import (
    Capability,
    Connector,
    ConnectorSpec,
    Delivery,
    Guide,
    GuideSource,
    Idempotency,
    ManifestDocument,
    Precedence,
    Unsupported,
)

__all__ = ["GuideConnector", "GuideKind"]

Day = Annotated[Str, AfterValidator(day)]


#: The facts a source can support. The difficulty is our own judgement of the steps.
Fact = Literal["steps", "proof"]


class Source(Model):
    """Where facts were read: the page, who states them, the dates of the page and of reading."""

    url: HttpsUrl = Field(description="the page the facts were taken from, https")
    by: Literal["platform", "press", "community"] = "platform"
    about: tuple[Fact, ...] = ()
    dated: Day | None = None
    read_on: Day = Field(description="the day it was read, such as 2026-11-01")


class Coverage(Model):
    """Whether an official one-click service covers the platform; `unknown` is a valid answer."""

    covered_by_official_service: Literal["yes", "no", "unknown"] = Field(
        description="yes, no or unknown"
    )
    source: Source = Field(description="a mapping with url and read_on")


class GuideSection(Model):
    steps: Steps = Field(description="a list of steps in zh-CN and one in en")
    difficulty: Literal["easy", "medium", "hard", "limited", "impossible"] = "medium"
    url: HttpsUrl | None = None
    official_help: HttpsUrl | None = None
    proof: Text | None = None
    source: Source | None = None
    sources: Annotated[tuple[Source, ...], AfterValidator(require_entries)] | None = None
    coverage: Coverage | None = None
    live_checked: Day | None = None

    @model_validator(mode="after")
    def _check_sources(self) -> GuideSection:
        if self.source is not None and self.sources is not None:
            raise ValueError("expected either source (one) or sources (a list)")
        return self

    def all_sources(self) -> tuple[GuideSource, ...]:
        """Return the sources as SDK values, that of the coverage last."""
        given = self.sources or (() if self.source is None else (self.source,))
        found = [_sdk_source(source, source.about) for source in given]
        if self.coverage is not None:
            found.append(_sdk_source(self.coverage.source, ("coverage",)))
        return tuple(found)


def _sdk_source(source: Source, about: tuple[str, ...]) -> GuideSource:
    return GuideSource(
        url=source.url, by=source.by, about=about, dated=source.dated, read_on=source.read_on
    )


class GuideManifest(Head):
    guide: GuideSection = Field(description="a mapping with steps")


@dataclass(frozen=True, slots=True)
class GuideConnector:
    """Answers everything with the steps a person can take, without any I/O."""

    spec: ConnectorSpec
    content: Guide = field(repr=False)

    def guide(self, platform: str) -> Guide:
        if platform not in self.spec.platform_ids:
            raise Unsupported("this guide is for other platforms")
        return self.content


class GuideKind:
    """Builds connectors from manifests with ``kind: guide``."""

    name = "guide"
    model = GuideManifest

    def build(self, document: ManifestDocument) -> Connector:
        manifest = validate_manifest(GuideManifest, document)
        section = manifest.guide
        sources = section.all_sources()
        first = next((source for source in sources if source.about != ("coverage",)), None)
        spec = ConnectorSpec(
            id=manifest.id,
            version=manifest.version,
            name=manifest.name,
            platforms=manifest.sdk_platforms(),
            capabilities=frozenset({Capability.GUIDANCE}),
            delivery={Capability.GUIDANCE: Delivery.MANUAL},
            precedence=Precedence.GUIDE,
            idempotency=Idempotency.NATURAL,
            owners=manifest.owners,
            docs=manifest.docs,
        )
        content = Guide(
            id=manifest.id,
            steps=section.steps,
            url=section.url,
            proof=section.proof,
            difficulty=section.difficulty,
            source_url=first.url if first else None,
            source_dated=first.dated if first else None,
            read_on=first.read_on if first else None,
            live_checked=section.live_checked,
            official_help=section.official_help,
            covered_by_official_service=(
                section.coverage.covered_by_official_service if section.coverage else None
            ),
            sources=sources,
        )
        return GuideConnector(spec, content)
