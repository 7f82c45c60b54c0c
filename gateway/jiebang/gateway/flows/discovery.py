"""Discovery: connectors that list their platforms are asked again and again, by one process at a
time, and what they say reaches every process without a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol, cast

import structlog

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.call import CallFactory, run_guarded
from jiebang.gateway.catalogue.catalogue import Catalogue, ConnectorState, RegisteredConnector
from jiebang.gateway.catalogue.listing import Listing, ListingChange, merge
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.domain.metrics import DISCOVERIES
from jiebang.sdk import (
    Bug,
    CanCatalogue,
    Capability,
    ConfigFault,
    ConnectorError,
    ContractError,
    Discovery,
)

log = structlog.get_logger(__name__)

#: After how many seconds a process looks for lists that are due or that others brought.
BEAT = 5.0
#: When a list that could not be read is asked for again, if not sooner by its own `refresh`.
RETRY = timedelta(minutes=1)
_SLACK = timedelta(seconds=30)  # for what comes after the call, before another process may ask


class Listings(Protocol):
    """Where listings are kept, for all processes."""

    async def read(self, connectors: Collection[str]) -> dict[str, Listing]: ...

    async def claim(self, connector: str, version: str, lease: timedelta) -> bool: ...

    async def change(
        self,
        connector: str,
        version: str,
        change: Callable[[Listing], ListingChange],
        again: timedelta,
    ) -> ListingChange: ...


class PlatformDiscovery:
    """Keeps `catalogue` up to date."""

    def __init__(
        self, catalogue: Catalogue, calls: CallFactory, admission: Admission, listings: Listings
    ) -> None:
        self._catalogue = catalogue
        self._calls = calls
        self._admission = admission
        self._listings = listings
        self._published: dict[str, Listing] = {}
        self._stepping = asyncio.Lock()
        self._entries = [
            entry
            for entry in catalogue.connectors.values()
            if entry.state is ConnectorState.ENABLED and entry.can(Capability.CATALOGUE)
        ]

    async def step(self) -> None:
        """Publish what is known, ask for the lists that are due, publish what they changed.
        Raises `Unavailable` when the journal cannot be reached."""
        if not self._entries:
            return
        async with self._stepping:  # who comes second finds what the first one learnt
            await self.publish()
            asked = (self._ask_when_due(entry) for entry in self._entries)
            if any(await asyncio.gather(*asked)):
                await self.publish()

    async def run(self) -> None:
        """Step until cancelled."""
        while self._entries:
            await asyncio.sleep(BEAT)
            try:
                await self.step()
            except ServiceUnavailable:
                log.warning("discovery_waits", reason="the journal cannot be reached")

    async def publish(self) -> None:
        """Let the catalogue show what is kept, if that is news here."""
        known = await self._listings.read([entry.spec.id for entry in self._entries])
        if known != self._published:
            self._catalogue.publish(known)
            self._published = known

    async def ask(self, connector: str, *, accept: bool = False) -> ListingChange:
        """Ask now, due or not. Raises `ConnectorError`, `ConfigFault` for a connector that lists
        nothing. `accept`: believe the list as it is."""
        for entry in self._entries:
            if entry.spec.id == connector:
                change = await self._fetch_listing(entry, accept=accept)
                await self.publish()
                return change
        raise ConfigFault("no enabled connector of this id lists its platforms")

    async def _ask_when_due(self, entry: RegisteredConnector) -> bool:
        spec = entry.spec
        lease = spec.limits.timeout + _SLACK
        if not await self._listings.claim(spec.id, spec.version, lease):
            return False
        rule = cast(Discovery, spec.discovery)
        try:
            await self._fetch_listing(entry, accept=False)
        except ConnectorError as error:
            DISCOVERIES.labels(connector=spec.id, result="failed").inc()
            log.warning("discovery_failed", connector=spec.id, code=error.code.value)
            note = f"the list could not be read: {error.code.name}; what was known before stays"
            failed = partial(_add_problem, note=note)
            again = min(rule.refresh, RETRY)
            await self._listings.change(spec.id, spec.version, failed, again)
        return True

    async def _fetch_listing(self, entry: RegisteredConnector, *, accept: bool) -> ListingChange:
        spec, rule = entry.spec, cast(Discovery, entry.spec.discovery)
        seconds = spec.limits.timeout.total_seconds()
        connector = cast(CanCatalogue, entry.connector)
        deadline = asyncio.get_running_loop().time() + seconds
        async with self._admission.enter(spec, deadline=deadline):
            call = self._calls.create(entry, frozenset(), seconds=seconds)
            offered = await run_guarded(lambda: connector.catalogue(call), seconds)
        now = datetime.now(UTC)
        try:
            change = await self._listings.change(
                spec.id,
                spec.version,
                lambda known: merge(known, offered, rule, now, accept=accept),
                rule.refresh,
            )
        except ContractError as error:
            raise Bug(str(error)) from None
        result = "incident" if change.incident else "changed" if change.is_news else "unchanged"
        DISCOVERIES.labels(connector=spec.id, result=result).inc()
        if change.is_news:
            say = log.error if change.incident else log.info
            say(
                "discovery_incident" if change.incident else "discovery_changed",
                connector=spec.id,
                added=change.added,
                changed=change.changed,
                absent=change.absent,
                dropped=change.dropped,
            )
        return change


def _add_problem(known: Listing, *, note: str) -> ListingChange:
    return ListingChange(listing=replace(known, problems=(note,)))
