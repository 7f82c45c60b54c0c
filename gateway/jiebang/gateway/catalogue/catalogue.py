"""The known platforms, and the connectors that serve each.

Platforms discovered while the service runs are published as a new edition: readers take no lock,
and a lookup uses one edition from beginning to end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from jiebang.gateway.catalogue.configuration import SettingValues
from jiebang.gateway.catalogue.listing import Listing
from jiebang.gateway.domain.errors import NotFound, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import (
    METHODS,
    Capability,
    Category,
    CodeSender,
    Connector,
    ConnectorSpec,
    Guide,
    Platform,
    Precedence,
    Problem,
)

_ORDER = {Precedence.OWN: 0, Precedence.AGGREGATOR: 1, Precedence.GUIDE: 2}


class ConnectorState(StrEnum):
    """ENABLED: in use. DISABLED: switched off by the operator. NOT_CONFIGURED: required settings
    are missing. MISCONFIGURED: settings are invalid; listed as a problem."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    NOT_CONFIGURED = "not_configured"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredConnector:
    """A connector in its present state. `spec` includes the platforms it discovered; `listing` is
    the state of that discovery."""

    connector: Connector
    spec: ConnectorSpec
    settings: SettingValues = field(repr=False)
    state: ConnectorState
    source: str
    listing: Listing | None = None

    def can(self, capability: Capability) -> bool:
        return capability in self.spec.capabilities


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One state of the catalogue. `speakers` lists the enabled connectors of each platform, the
    preferred one first; `former` are platforms dropped from their connector's list."""

    connectors: Mapping[str, RegisteredConnector]
    platforms: Mapping[str, Platform]
    speakers: Mapping[str, Sequence[RegisteredConnector]]
    former: Mapping[str, Platform]
    problems: Sequence[Problem]

    @classmethod
    def of(cls, registered: Iterable[RegisteredConnector], problems: Iterable[Problem]) -> Edition:
        connectors = {entry.spec.id: entry for entry in registered}
        enabled = sorted(
            (entry for entry in connectors.values() if entry.state is ConnectorState.ENABLED),
            key=lambda entry: (_ORDER[entry.spec.precedence], entry.spec.id),
        )
        platforms: dict[str, Platform] = {}
        speakers: dict[str, list[RegisteredConnector]] = {}
        former: dict[str, Platform] = {}
        for entry in enabled:
            for platform in entry.spec.platforms:
                platforms.setdefault(platform.id, platform)
                speakers.setdefault(platform.id, []).append(entry)
            for platform in entry.listing.former if entry.listing else ():
                former.setdefault(platform.id, platform)
        return cls(connectors, dict(sorted(platforms.items())), speakers, former, tuple(problems))


class Catalogue:
    """Reads the latest edition; a `snapshot` stays with the edition it was taken from. `sender` is
    the plugin that sends one-time codes."""

    __slots__ = ("_registered", "_reported", "edition", "sender")

    def __init__(
        self,
        registered: Iterable[RegisteredConnector],
        problems: Iterable[Problem],
        sender: CodeSender | None = None,
    ) -> None:
        self.sender = sender
        self._registered = tuple(registered)
        self._reported = tuple(problems)
        self.edition = Edition.of(self._registered, self._reported)

    def publish(self, listings: Mapping[str, Listing]) -> None:
        """Publish the platforms that connectors discovered (by connector id). A platform id that
        another connector of the same precedence already serves is listed as a problem."""
        problems = list(self._reported)
        taken = {
            (entry.spec.precedence, platform): entry.spec.id
            for entry in self._registered
            if entry.state is ConnectorState.ENABLED
            for platform in entry.spec.platform_ids
        }
        entries: list[RegisteredConnector] = []
        for entry in sorted(self._registered, key=lambda entry: entry.spec.id):
            spec, listing = entry.spec, listings.get(entry.spec.id)
            if listing is None or spec.discovery is None:
                entries.append(entry)
                continue
            source = f"the list of {spec.id}"
            problems += [Problem(source=source, message=text) for text in listing.problems]
            found: list[Platform] = []
            for platform in listing.platforms:
                other = taken.setdefault((spec.precedence, platform.id), spec.id)
                if other != spec.id:
                    message = f"{other} already serves {platform.id}"
                    problems.append(Problem(source=source, message=message))
                elif platform.id not in spec.platform_ids:
                    found.append(platform)
            known = replace(spec, platforms=(*spec.platforms, *found))
            entries.append(replace(entry, spec=known, listing=listing))
        self.edition = Edition.of(entries, problems)

    def snapshot(self) -> Catalogue:
        """Return a copy that keeps this edition, whatever is published later."""
        copy = Catalogue.__new__(Catalogue)
        copy._registered, copy._reported = self._registered, self._reported
        copy.edition, copy.sender = self.edition, self.sender
        return copy

    @property
    def connectors(self) -> Mapping[str, RegisteredConnector]:
        return self.edition.connectors

    @property
    def platforms(self) -> Mapping[str, Platform]:
        return self.edition.platforms

    @property
    def speakers(self) -> Mapping[str, Sequence[RegisteredConnector]]:
        return self.edition.speakers

    @property
    def problems(self) -> Sequence[Problem]:
        return self.edition.problems

    @property
    def regions(self) -> frozenset[str]:
        """The regions (ISO 3166-1 alpha-2) whose numbers some connector covers."""
        return frozenset[str]().union(
            *(entry.spec.regions for entries in self.speakers.values() for entry in entries)
        )

    def platform(self, platform: str) -> Platform:
        """Raises `NotFound`."""
        if (found := self.platforms.get(platform)) is None:
            raise _platform_unknown()
        return found

    def describe(self, platform: str) -> Platform:
        """Return the platform, even if it is no longer connected. An unknown one counts as
        sensitive."""
        edition = self.edition
        if (found := edition.platforms.get(platform) or edition.former.get(platform)) is not None:
            return found
        name = {"zh-CN": platform, "en": platform}
        return Platform(id=platform, name=name, category=Category.TOOLS, sensitive=True)

    def speaker(self, platform: str) -> RegisteredConnector:
        """Return the connector that serves the platform. Raises `NotFound`."""
        if (found := self.speakers.get(platform)) is None:
            raise _platform_unknown()
        return found[0]

    def is_by_hand(self, platform: str) -> bool:
        """Return whether there is no interface, only manual steps. Raises `NotFound`."""
        return not self.speaker(platform).can(Capability.LOOKUP)

    def enabled_connector(self, connector: str) -> RegisteredConnector | None:
        """Return the connector by id; None if it has been removed or disabled."""
        entry = self.connectors.get(connector)
        return entry if entry is not None and entry.state is ConnectorState.ENABLED else None

    def guide(self, platform: str) -> Guide | None:
        """Return the platform's guide to manual steps, if there is one."""
        for entry in self.speakers.get(platform, ()):
            if entry.can(Capability.GUIDANCE):
                guide = getattr(entry.connector, METHODS[Capability.GUIDANCE])
                # A failing guide must not break the answer it accompanies.
                with contextlib.suppress(Exception):
                    if isinstance(found := guide(platform), Guide):
                        return found
        return None


def _platform_unknown() -> NotFound:
    return NotFound(
        Reason.PLATFORM_UNKNOWN,
        Wording("There is no such platform."),
        field="platforms",
        hint=Wording("Query `platforms` for the list of ids."),
    )
