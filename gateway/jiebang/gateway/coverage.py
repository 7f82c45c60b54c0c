"""What is connected and how well it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiebang.gateway.caller import Caller
from jiebang.gateway.catalogue import Catalogue, Registered, State
from jiebang.gateway.metrics import LOOKUP_ANSWERS
from jiebang.sdk import Capability, Delivery, ErrorCode, Platform, Precedence, Problem

_FAILURES = frozenset(code.value for code in ErrorCode)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorView:
    id: str
    version: str
    state: State
    precedence: Precedence
    source: str
    capabilities: tuple[Capability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """How one platform is covered. `answered` and `unknown` count this process's lookups; None
    for those who do not run the service, to whom they would tell what others were answered."""

    platform: Platform
    connector: str
    precedence: Precedence
    capabilities: tuple[Capability, ...]
    unbinding: Delivery | None
    answered: int | None
    unknown: int | None


class CoverageBoard:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def platforms(self, caller: Caller) -> list[CoverageView]:
        counts = _counts() if caller.operates else None
        return [
            self._view(platform, counts.get(platform.id, (0, 0)) if counts is not None else None)
            for platform in self._catalogue.platforms.values()
        ]

    def connectors(self, caller: Caller) -> list[ConnectorView]:
        """For operators. Raises `PermissionDenied`."""
        caller.require_operator()
        return [_connector(entry) for _, entry in sorted(self._catalogue.connectors.items())]

    def problems(self, caller: Caller) -> Sequence[Problem]:
        """What could not be loaded, for operators. Raises `PermissionDenied`."""
        caller.require_operator()
        return self._catalogue.problems

    def _view(self, platform: Platform, count: tuple[int, int] | None) -> CoverageView:
        entry = self._catalogue.speaker(platform.id)
        unbinds = entry.can(Capability.UNBIND)
        return CoverageView(
            platform=platform,
            connector=entry.spec.id,
            precedence=entry.spec.precedence,
            capabilities=tuple(sorted(entry.spec.capabilities)),
            unbinding=entry.spec.delivery_of(Capability.UNBIND) if unbinds else None,
            answered=count and count[0],
            unknown=count and count[1],
        )


def _connector(entry: Registered) -> ConnectorView:
    return ConnectorView(
        id=entry.spec.id,
        version=entry.spec.version,
        state=entry.state,
        precedence=entry.spec.precedence,
        source=entry.source,
        capabilities=tuple(sorted(entry.spec.capabilities)),
    )


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
