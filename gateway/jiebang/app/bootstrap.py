"""The composition root: the only place that knows all concrete parts and assembles them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog

from jiebang.app.auth.authentication import Authenticator
from jiebang.app.auth.possession_tokens import PossessionTokenIssuer
from jiebang.app.levels import load_levels
from jiebang.app.settings.model import Settings
from jiebang.app.simulated_phone import SimulatedPhone
from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.call import CallFactory
from jiebang.gateway.calls.request import RequestAuthorizer
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.catalogue.demand import Demand
from jiebang.gateway.domain.account_id import AccountIdSealer
from jiebang.gateway.domain.backoff import BackoffPolicy
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.domain.keys import KeyRing
from jiebang.gateway.flows.action_step import ActionStep
from jiebang.gateway.flows.callbacks import CallbackReceiver
from jiebang.gateway.flows.coverage import CoverageBoard
from jiebang.gateway.flows.discovery import PlatformDiscovery
from jiebang.gateway.flows.inquiry_step import InquiryStep
from jiebang.gateway.flows.lookup import Lookups
from jiebang.gateway.flows.manual_steps import ManualSteps
from jiebang.gateway.flows.platform_calls import PlatformCalls
from jiebang.gateway.flows.possession import PossessionProofs
from jiebang.gateway.flows.renewals import Renewals
from jiebang.gateway.flows.selection import Selections
from jiebang.gateway.flows.step import StepRunner
from jiebang.gateway.journal.callback_store import CallbackStore
from jiebang.gateway.journal.checklist_store import ChecklistStore
from jiebang.gateway.journal.database import Database, pending_migrations
from jiebang.gateway.journal.demand_store import DemandStore
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.feed import EventFeed
from jiebang.gateway.journal.listing_store import ListingStore
from jiebang.gateway.journal.pending_lookup_store import PendingLookupStore
from jiebang.gateway.journal.possession_store import PossessionStore
from jiebang.gateway.journal.rate_limit_store import RateLimitStore
from jiebang.gateway.journal.renewal_store import RenewalStore
from jiebang.gateway.journal.step_store import StepStore
from jiebang.gateway.services import Services
from jiebang.gateway.views.projection import Projector
from jiebang.gateway.views.renewal_view import RenewalPresenter
from jiebang.sdk import Capability, CodeSender, Delivery
from jiebang.transport import Transport, verify

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Components:
    """All parts of a process; `prepared` is set once the journal is usable."""

    settings: Settings
    catalogue: Catalogue
    authenticator: Authenticator
    database: Database
    services: Services
    demand: Demand
    steps: StepRunner
    callbacks: CallbackReceiver
    feed: EventFeed
    rate_limits: RateLimitStore
    discovery: PlatformDiscovery
    prepared: asyncio.Event = field(default_factory=asyncio.Event)
    #: What `prepare` is waiting for, as text; empty when it is done.
    waiting_for: str = "start"

    async def prepare(self) -> None:
        """Wait until the database is reachable and migrated, then set up every connector's rate
        limit and load the discovered platforms."""
        while True:
            try:
                await self.database.ping()
                missing = await pending_migrations(self.database.dsn)
                if not missing:
                    await self.rate_limits.sync(
                        entry.spec for entry in self.catalogue.connectors.values()
                    )
                    await self.discovery.step()
                    self.waiting_for = ""
                    self.prepared.set()
                    return
                reason = f"migrations {', '.join(missing)} are missing: run jiebang migrate"
            except ServiceUnavailable:
                reason = "the database cannot be reached: check JIEBANG_DATABASE_URL"
            if reason != self.waiting_for:
                log.warning("not_ready", waiting_for=reason)
            self.waiting_for = reason
            await asyncio.sleep(1.0)

    async def discover(self) -> None:
        """Run discovery once the journal is prepared, until cancelled."""
        await self.prepared.wait()
        await self.discovery.run()


@asynccontextmanager
async def open_components(
    settings: Settings,
    catalogue: Catalogue,
    keys: KeyRing,
    dsn: str,
    *,
    backoff: BackoffPolicy | None = None,
) -> AsyncGenerator[Components]:
    """Open all parts; close them in reverse order at the end."""
    database = Database(dsn)
    async with Transport(allow_private=private_addresses(settings)) as transport:
        encryption, calls = FieldEncryption(keys), CallFactory(transport)
        sealer = AccountIdSealer(keys, ttl=settings.account_id_ttl)
        projector = Projector(sealer)
        store, callback_store, rate_limits = (
            RenewalStore(database, encryption),
            CallbackStore(database, encryption),
            RateLimitStore(database),
        )
        feed = EventFeed(dsn, store)
        policies = settings.policies()
        requests = RequestAuthorizer(catalogue, policies)
        callbacks = CallbackReceiver(
            catalogue, callback_store, keys, verify, public_url=settings.public_url
        )
        backoff = backoff or BackoffPolicy()
        pending_lookups = PendingLookupStore(
            database,
            encryption,
            platforms=_deferred_platforms(catalogue),
            fallback=backoff.fallback,
        )
        demand = Demand(catalogue, DemandStore(database))
        admission = Admission(rate_limits, encryption.number_index)
        lookups = Lookups(calls, admission, projector, pending_lookups, demand, callbacks)
        renewals = Renewals(
            requests=requests,
            selections=Selections(catalogue, sealer, projector),
            presenter=RenewalPresenter(catalogue, projector),
            store=store,
            feed=feed,
            demand=demand,
        )
        token_issuer = PossessionTokenIssuer(keys)
        platform_calls = PlatformCalls(
            catalogue=catalogue,
            calls=calls,
            policies=policies,
            routes=callbacks,
            backoff=backoff,
        )
        try:
            yield Components(
                settings=settings,
                catalogue=catalogue,
                authenticator=Authenticator(
                    [*settings.trusted_issuers(), token_issuer.trusted_issuer]
                ),
                database=database,
                services=Services(
                    catalogue=catalogue,
                    requests=requests,
                    lookups=lookups,
                    renewals=renewals,
                    manual_steps=ManualSteps(catalogue, renewals, ChecklistStore(database), demand),
                    coverage=CoverageBoard(catalogue, demand, load_levels()),
                    possession=PossessionProofs(
                        PossessionStore(database, encryption),
                        code_sender(settings, catalogue),
                        token_issuer,
                        regions=lambda: catalogue.regions,
                        policy=settings.code_limits.policy,
                    ),
                ),
                demand=demand,
                steps=StepRunner(
                    StepStore(database, encryption),
                    callback_store,
                    InquiryStep(platform_calls),
                    ActionStep(platform_calls),
                ),
                callbacks=callbacks,
                feed=feed,
                rate_limits=rate_limits,
                discovery=PlatformDiscovery(catalogue, calls, admission, ListingStore(database)),
            )
        finally:
            await lookups.close()
            await database.close()


def key_ring(settings: Settings) -> KeyRing:
    return KeyRing(settings.keys)


def code_sender(settings: Settings, catalogue: Catalogue) -> CodeSender | None:
    """Return the plugin's sender; in the demonstration, a simulated phone."""
    if catalogue.sender is None and settings.demo and settings.sandbox_url is not None:
        return SimulatedPhone(settings.sandbox_url)
    return catalogue.sender


def private_addresses(settings: Settings) -> list[str]:
    """Return the private addresses connectors may reach: the operator's and the sandbox's."""
    sandbox = [] if settings.sandbox_url is None else [urlsplit(settings.sandbox_url).netloc]
    return [*settings.allow_private, *sandbox]


def _deferred_platforms(catalogue: Catalogue) -> frozenset[str] | None:
    """Return the platforms whose lookups may end as `Pending`; None if they cannot all be named."""
    later = [
        entry.spec
        for entry in catalogue.connectors.values()
        if entry.spec.delivery_of(Capability.LOOKUP) is not Delivery.SYNC
    ]
    if any(spec.discovery is not None for spec in later):
        return None
    return frozenset(platform for spec in later for platform in spec.platform_ids)
