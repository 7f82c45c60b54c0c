"""The platforms that can be asked about, and who speaks for each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.gateway.configuration import Values
from jiebang.gateway.errors import NotFound, Reason
from jiebang.sdk import (
    METHODS,
    Capability,
    Category,
    Connector,
    ConnectorSpec,
    Guide,
    Platform,
    Precedence,
    Problem,
)

_ORDER = {Precedence.OWN: 0, Precedence.AGGREGATOR: 1, Precedence.GUIDE: 2}


class State(StrEnum):
    """ENABLED: asked. DISABLED: the operator said no. NOT_CONFIGURED: needs settings nobody
    gave. MISCONFIGURED: was given wrong ones; listed as a problem."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    NOT_CONFIGURED = "not_configured"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    connector: Connector
    spec: ConnectorSpec
    settings: Values = field(repr=False)
    state: State
    source: str

    def can(self, capability: Capability) -> bool:
        return capability in self.spec.capabilities


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Fixed after start. `speakers` lists the enabled connectors of each platform, the one that
    speaks for it first."""

    connectors: Mapping[str, Registered]
    platforms: Mapping[str, Platform]
    speakers: Mapping[str, Sequence[Registered]]
    problems: Sequence[Problem]

    @classmethod
    def of(cls, registered: Iterable[Registered], problems: Iterable[Problem]) -> Catalogue:
        connectors = {entry.spec.id: entry for entry in registered}
        enabled = sorted(
            (entry for entry in connectors.values() if entry.state is State.ENABLED),
            key=lambda entry: (_ORDER[entry.spec.precedence], entry.spec.id),
        )
        platforms: dict[str, Platform] = {}
        speakers: dict[str, list[Registered]] = {}
        for entry in enabled:
            for platform in entry.spec.platforms:
                platforms.setdefault(platform.id, platform)
                speakers.setdefault(platform.id, []).append(entry)
        return cls(connectors, dict(sorted(platforms.items())), speakers, tuple(problems))

    @property
    def regions(self) -> frozenset[str]:
        """Where a connector that asks something covers numbers."""
        return frozenset[str]().union(
            *(entry.spec.regions for entries in self.speakers.values() for entry in entries)
        )

    def platform(self, platform: str) -> Platform:
        """Raises `NotFound`."""
        if (found := self.platforms.get(platform)) is None:
            raise NotFound(
                Reason.PLATFORM_UNKNOWN,
                "There is no such platform here.",
                field="platforms",
                hint="The query `platforms` lists their ids.",
            )
        return found

    def describe(self, platform: str) -> Platform:
        """The platform, also one that is no longer connected: then it counts as sensitive."""
        if (found := self.platforms.get(platform)) is not None:
            return found
        name = {"zh-CN": platform, "en": platform}
        return Platform(id=platform, name=name, category=Category.TOOLS, sensitive=True)

    def speaker(self, platform: str) -> Registered:
        """Who speaks for the platform. Raises `NotFound`."""
        return self.speakers[self.platform(platform).id][0]

    def enabled(self, connector: str) -> Registered | None:
        """The connector by id, unless it is gone or switched off since."""
        entry = self.connectors.get(connector)
        return entry if entry is not None and entry.state is State.ENABLED else None

    def guide(self, platform: str) -> Guide | None:
        """What a person can do by hand there, if anyone wrote it down."""
        for entry in self.speakers.get(platform, ()):
            if entry.can(Capability.GUIDANCE):
                guide = getattr(entry.connector, METHODS[Capability.GUIDANCE])
                # A guide that fails must not fail the answer it goes with.
                with contextlib.suppress(Exception):
                    if isinstance(found := guide(platform), Guide):
                        return found
        return None
