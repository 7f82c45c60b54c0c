"""Coverage: what is connected, and how well it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiebang.gateway.catalogue.catalogue import Catalogue, ConnectorState, RegisteredConnector
from jiebang.gateway.catalogue.demand import Demand, DemandView
from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.metrics import LOOKUP_ANSWERS, Latency, latencies
from jiebang.sdk import Capability, Delivery, ErrorCode, Guide, Platform, Precedence, Problem

_FAILURES = frozenset(code.value for code in ErrorCode)


class ConnectorLevel(StrEnum):
    """The level computed by the conformance kit; it cannot be declared."""

    LISTED = "listed"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


#: By connector: the version that the kit tested, and the resulting level.
Levels = Mapping[str, tuple[str, ConnectorLevel]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorView:
    """`level` is None if the kit has not tested exactly this version."""

    id: str
    version: str
    level: ConnectorLevel | None
    state: ConnectorState
    precedence: Precedence
    source: str
    #: When its platform list was last accepted; None if it has none.
    listed_at: datetime | None
    capabilities: tuple[Capability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """How one platform is covered. `answered`, `unknown` and `latency` count this process's
    lookups; None for anyone but operators, since they would reveal what others were answered.
    `latency` is also None before the first lookup. `guide` holds the manual steps."""

    platform: Platform
    #: When it was first missing from its connector's list.
    absent_since: datetime | None
    connector: str
    level: ConnectorLevel | None
    precedence: Precedence
    capabilities: tuple[Capability, ...]
    unbinding: Delivery | None
    answered: int | None
    unknown: int | None
    latency: Latency | None
    guide: Guide | None


class CoverageBoard:
    def __init__(self, catalogue: Catalogue, demand: Demand, levels: Levels) -> None:
        self._catalogue = catalogue
        self._demand = demand
        self._levels = levels

    def platforms(self, caller: Caller) -> list[CoverageView]:
        counts = _counts() if caller.operates else None
        times = latencies() if caller.operates else dict[str, Latency]()
        return [
            self._view(
                platform,
                counts.get(platform.id, (0, 0)) if counts is not None else None,
                times.get(platform.id),
            )
            for platform in self._catalogue.platforms.values()
        ]

    def connectors(self, caller: Caller) -> list[ConnectorView]:
        """Return the connectors, for operators. Raises `PermissionDenied`."""
        caller.require_operator()
        entries = sorted(self._catalogue.connectors.items())
        return [self._connector(entry) for _, entry in entries]

    def problems(self, caller: Caller) -> Sequence[Problem]:
        """Return what could not be loaded, for operators. Raises `PermissionDenied`."""
        caller.require_operator()
        return self._catalogue.problems

    async def demand(self, caller: Caller) -> list[DemandView]:
        """Return the requested platforms without an interface, for operators. Raises
        `PermissionDenied`, `ServiceUnavailable`."""
        caller.require_operator()
        return await self._demand.missing_platforms()

    def _view(
        self, platform: Platform, count: tuple[int, int] | None, latency: Latency | None
    ) -> CoverageView:
        entry = self._catalogue.speaker(platform.id)
        unbinds = entry.can(Capability.UNBIND)
        return CoverageView(
            platform=platform,
            connector=entry.spec.id,
            absent_since=entry.listing.absent_since(platform.id) if entry.listing else None,
            level=self._level(entry),
            precedence=entry.spec.precedence,
            capabilities=tuple(sorted(entry.spec.capabilities)),
            unbinding=entry.spec.delivery_of(Capability.UNBIND) if unbinds else None,
            answered=count and count[0],
            unknown=count and count[1],
            latency=latency,
            guide=self._catalogue.guide(platform.id),
        )

    def _connector(self, entry: RegisteredConnector) -> ConnectorView:
        return ConnectorView(
            id=entry.spec.id,
            version=entry.spec.version,
            level=self._level(entry),
            state=entry.state,
            precedence=entry.spec.precedence,
            source=entry.source,
            listed_at=entry.listing.listed_at if entry.listing else None,
            capabilities=tuple(sorted(entry.spec.capabilities)),
        )

    def _level(self, entry: RegisteredConnector) -> ConnectorLevel | None:
        examined = self._levels.get(entry.spec.id)
        return examined[1] if examined and examined[0] == entry.spec.version else None


def _counts() -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for family in LOOKUP_ANSWERS.collect():
        for sample in family.samples:
            if not sample.name.endswith("_total"):
                continue
            answered, unknown = counts.get(sample.labels["platform"], (0, 0))
            failed = sample.labels["answer"] in _FAILURES
            value = int(sample.value)
            counts[sample.labels["platform"]] = (
                answered + (0 if failed else value),
                unknown + (value if failed else 0),
            )
    return counts
