"""Discovery: query the platform lists of connectors periodically, one process at a time, and
publish changes to all processes without a restart."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

import structlog

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.call import CallFactory, run_guarded
from jiebang.gateway.catalogue.catalogue import Catalogue, ConnectorState, RegisteredConnector
from jiebang.gateway.catalogue.listing import Listing, ListingChange, merge
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.domain.metrics import DISCOVERIES
from jiebang.gateway.journal.listing_store import ListingStore
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

#: Seconds between checks for lists that are due or that another process has fetched.
BEAT = 5.0
#: Delay before a failed list is fetched again, unless its own `refresh` is shorter.
RETRY = timedelta(minutes=1)
_SLACK = timedelta(seconds=30)  # for the work after the call, before another process may query


class PlatformDiscovery:
    """Keeps `catalogue` up to date."""

    def __init__(
        self, catalogue: Catalogue, calls: CallFactory, admission: Admission, listings: ListingStore
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
        """Publish what is known, fetch the lists that are due, publish the changes. Raises
        `ServiceUnavailable` when the journal cannot be reached."""
        if not self._entries:
            return
        async with self._stepping:  # the second one finds the first one's results
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
        """Publish the stored listings to the catalogue if they changed."""
        known = await self._listings.read([entry.spec.id for entry in self._entries])
        if known != self._published:
            self._catalogue.publish(known)
            self._published = known

    async def ask(self, connector: str, *, accept: bool = False) -> ListingChange:
        """Fetch a list now, whether due or not. Raises `ConnectorError`, and `ConfigFault` for a
        connector that lists nothing. `accept`: accept the list as it is."""
        for entry in self._entries:
            if entry.spec.id == connector:
                change = await self._fetch_listing(entry, accept=accept)
                await self.publish()
                return change
        raise ConfigFault("no enabled connector with this id lists its platforms")

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
            note = f"the list could not be fetched: {error.code.name}; the known platforms stay"
            failed = partial(_add_problem, note=note)
            again = min(rule.refresh, RETRY)
            await self._listings.update(spec.id, spec.version, failed, again)
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
            change = await self._listings.update(
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
