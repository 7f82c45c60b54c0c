"""The kind `guide`: a platform without an interface, and what a person can do by hand there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from jiebang.connectors.manifest import Head, Model, validated
from jiebang.connectors.manifest.field import HttpsUrl, Steps, Str, Text, day
from jiebang.sdk import (
    Capability,
    Connector,
    ConnectorSpec,
    Delivery,
    Guide,
    Idempotency,
    ManifestDocument,
    Precedence,
    Unsupported,
)

__all__ = ["GuideConnector", "GuideKind"]

Day = Annotated[Str, AfterValidator(day)]


class Source(Model):
    """Where the steps were read: the page, the day it is dated, the day it was read."""

    url: HttpsUrl = Field(description="the page the steps were taken from, https")
    dated: Day | None = None
    read_on: Day = Field(description="the day it was read, such as 2026-11-01")


class GuideSection(Model):
    steps: Steps = Field(description="a list of steps in zh-CN and one in en")
    difficulty: Literal["easy", "medium", "hard", "limited", "impossible"] = "medium"
    url: HttpsUrl | None = None
    proof: Text | None = None
    source: Source | None = None
    live_checked: Day | None = None


class GuideManifest(Head):
    guide: GuideSection = Field(description="a mapping with steps")


@dataclass(frozen=True, slots=True)
class GuideConnector:
    """Answers every question with the steps a person can take. It talks to nobody."""

    spec: ConnectorSpec
    content: Guide = field(repr=False)

    def guide(self, platform: str) -> Guide:
        if platform not in self.spec.platform_ids:
            raise Unsupported("this guide is for other platforms")
        return self.content


class GuideKind:
    """Builds connectors from manifests with ``kind: guide``."""

    name = "guide"

    def build(self, document: ManifestDocument) -> Connector:
        manifest = validated(GuideManifest, document)
        section, source = manifest.guide, manifest.guide.source
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
            source_url=source.url if source else None,
            source_dated=source.dated if source else None,
            read_on=source.read_on if source else None,
            live_checked=section.live_checked,
        )
        return GuideConnector(spec, content)
