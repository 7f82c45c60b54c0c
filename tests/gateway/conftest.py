"""Fixtures for the gateway's tests: simulated platforms, catalogues, requests, and a whole service
with a real journal and a real worker."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.call import CallFactory
from jiebang.gateway.calls.request import LookupRequest, RequestAuthorizer
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.catalogue.demand import Counts, Demand
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.gateway.domain.account_id import AccountIdScope, AccountIdSealer
from jiebang.gateway.domain.backoff import Backoff, BackoffPolicy
from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.keys import Key, KeyRing
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import Basis, Current, Tenure
from jiebang.gateway.flows.action_step import ActionStep
from jiebang.gateway.flows.callbacks import CallbackReceiver
from jiebang.gateway.flows.coverage import CoverageBoard, Levels
from jiebang.gateway.flows.inquiry_step import InquiryStep
from jiebang.gateway.flows.lookup import Lookups
from jiebang.gateway.flows.manual_steps import ManualSteps
from jiebang.gateway.flows.platform_calls import PlatformCalls
from jiebang.gateway.flows.renewals import Renewals
from jiebang.gateway.flows.selection import Selections
from jiebang.gateway.flows.step import StepRunner
from jiebang.gateway.journal.callback_store import CallbackStore
from jiebang.gateway.journal.checklist_store import ChecklistStore
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.demand_store import DemandStore
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.feed import EventFeed
from jiebang.gateway.journal.pending_lookup_store import PendingLookupStore
from jiebang.gateway.journal.rate_limit_store import RateLimitStore
from jiebang.gateway.journal.renewal_store import RenewalStore
from jiebang.gateway.journal.retention import delete_expired
from jiebang.gateway.journal.step_store import StepStore
from jiebang.gateway.journal.worker import JournalWorker, WorkerIntervals
from jiebang.gateway.views.projection import Projector
from jiebang.gateway.views.renewal_view import RenewalPresenter, RenewalView
from jiebang.sdk import (
    Account,
    ActionKind,
    BindingDate,
    Bound,
    Call,
    Capability,
    Category,
    ConnectorSpec,
    Delivery,
    Done,
    Effect,
    Guide,
    Http,
    Idempotency,
    Limits,
    NotBound,
    Pending,
    Platform,
    Precedence,
    Secret,
    Setting,
    SettingType,
    StandardWebhooks,
    Subject,
    TimedOut,
    Update,
    VerifiedCallback,
    Withdrawn,
)
from jiebang.transport import verify

NUMBER = "+8613800001234"
ACTIVATED = date(2024, 5, 1)
OLD, NEW = BindingDate.on(date(2015, 3, 2)), BindingDate.on(date(2025, 1, 6))
SCOPES = frozenset(Scope)
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cw=="

FAST = Backoff(first=0.01, ceiling=0.05)
PACES = BackoffPolicy(retry=FAST, poll=FAST, fallback=Backoff(first=60.0), verify=FAST)
BEAT = WorkerIntervals(release=0.02, heartbeat=5.0, janitor=0.2, stranded=1.0)


class NoHttp:
    def bind(
        self, spec: ConnectorSpec, settings: Mapping[str, str | Secret], *, deadline: float
    ) -> Http:
        return self

    async def send(self, method: str, path: str, **_: object) -> Any:
        raise AssertionError("simulated platforms are not reached over HTTP")


class NoRoutes:
    """No connector takes callbacks."""

    def url(self, connector: str, item: uuid.UUID) -> str | None:
        return None


class NoLog:
    """A demand log without entries, which must not be written to."""

    async def add(self, counts: Counts) -> None:
        raise AssertionError("nobody waits for the log")

    async def since(self, day: date) -> Mapping[str, int]:
        return {}


class Fake:
    """A connector made of the given functions; `spec` is its declaration."""

    def __init__(self, spec: ConnectorSpec, **methods: Callable[..., object]) -> None:
        self.spec = spec
        for name, method in methods.items():
            setattr(self, name, method)


STEPS = {"zh-CN": ("打开网站", "换号"), "en": ("Open the site", "Change the number")}


def by_hand(platform: str) -> Guide:
    return Guide(id=platform, steps=STEPS)


class Shop:
    """A simulated platform with its connector. `script` says, per method, what comes first: an
    error or outcome, or "lost" (it is done but the reply is lost); then it behaves normally."""

    def __init__(self, spec: ConnectorSpec, accounts: Collection[Account]) -> None:
        self.spec = spec
        self.accounts = {account.handle: account for account in accounts}
        self.calls: list[str] = []
        #: The keys under which something was really changed, once for each change.
        self.effects: list[str] = []
        self.script: dict[str, deque[object]] = {}
        self.urls: list[str | None] = []
        #: Where it was told to report what a lookup found.
        self.told: list[str | None] = []
        #: The method that waits for `gate`.
        self.held: str | None = None
        self.gate = asyncio.Event()
        self._replies: dict[str, Done] = {}
        self._orders: dict[str, tuple[str, str]] = {}

    def plan(self, method: str, *steps: object) -> Shop:
        self.script.setdefault(method, deque()).extend(steps)
        return self

    async def _next(self, method: str) -> object:
        self.calls.append(method)
        if method == self.held:
            await self.gate.wait()
        steps = self.script.get(method)
        step = steps.popleft() if steps else None
        if isinstance(step, Exception):
            raise step
        return step

    async def lookup(self, subject: Subject, call: Call) -> Any:
        self.told.append(call.callback_url)
        if (step := await self._next("lookup")) is not None:
            return step
        return self.answer()

    def answer(self) -> Bound | NotBound:
        held = tuple(self.accounts.values())
        return Bound(accounts=held) if held else NotBound("accounts == []")

    async def unbind(self, subject: Subject, account: Account, call: Call) -> Any:
        self.urls.append(call.callback_url)
        step = await self._next("unbind")
        if step not in (None, "lost"):
            if isinstance(step, Pending):
                self._orders[step.remote_ref] = (call.idempotency_key, account.handle)
            return step
        reply = self._do(call.idempotency_key, account.handle)
        if step == "lost":
            raise TimedOut("the reply was lost", maybe_done=True)
        return reply

    def _do(self, key: str, handle: str) -> Done:
        if self.spec.idempotency is Idempotency.KEY and key in self._replies:
            return self._replies[key]
        present = self.accounts.pop(handle, None) is not None
        if present or self.spec.idempotency is Idempotency.NONE:
            self.effects.append(key)
        self._replies[key] = Done(already=not present)
        return self._replies[key]

    def _settle(self, reference: str) -> Done:
        """Return the final outcome of a pending order, however often it is polled."""
        key, handle = self._orders[reference]
        return self._replies.get(key) or self._do(key, handle)

    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> Any:
        if (step := await self._next("status")) is not None:
            return step
        if asked is Capability.LOOKUP:
            return self.answer()
        return self._settle(pending.remote_ref)

    async def withdraw(self, subject: Subject, pending: Pending, call: Call) -> Any:
        if (step := await self._next("withdraw")) is not None:
            return step
        return Withdrawn()

    async def cease_contact(self, subject: Subject, account: Account, call: Call) -> Any:
        if (step := await self._next("cease_contact")) is not None:
            return step
        return Done(effects=frozenset({Effect.CONTACT_STOPPED}))

    def parse_callback(self, event: VerifiedCallback) -> list[Update]:
        body: Any = event.json
        if body["say"] == "done":
            reference = str(body["ref"])
            return [Update(outcome=self._settle(reference), remote_ref=reference)]
        return [Update(outcome=body["say"] if body["say"] else Pending(remote_ref="r-1"))]


@dataclass(slots=True)
class Make:
    """Creates what tests need, with defaults for what does not matter to them."""

    keys: KeyRing = field(default_factory=lambda: KeyRing([Key("k1", bytes(range(32)))]))

    def spec(
        self,
        name: str = "shop",
        *,
        platforms: tuple[Platform, ...] | None = None,
        category: Category = Category.SHOPPING,
        capabilities: Collection[Capability] = (Capability.LOOKUP, Capability.UNBIND),
        dates_bindings: bool = True,
        **rest: Any,
    ) -> ConnectorSpec:
        return ConnectorSpec(
            id=name,
            version="1",
            name={"zh-CN": name, "en": name},
            platforms=platforms or (self.platform(name, category),),
            capabilities=frozenset(capabilities),
            dates_bindings=dates_bindings,
            **rest,
        )

    def platform(self, name: str, category: Category = Category.SHOPPING) -> Platform:
        return Platform(id=name, name={"zh-CN": name, "en": name}, category=category)

    def account(
        self,
        handle: str = "h-1",
        platform: str = "shop",
        bound: BindingDate | None = OLD,
        **rest: Any,
    ) -> Account:
        return Account(handle=handle, platform=platform, label="张*丰", bound=bound, **rest)

    def shop(
        self,
        name: str = "shop",
        *accounts: Account,
        idempotency: Idempotency = Idempotency.KEY,
        extra: Collection[Capability] = (),
        limits: Limits | None = None,
        **rest: Any,
    ) -> Shop:
        """A platform with one old account; `extra` adds capabilities."""
        capabilities = {Capability.LOOKUP, Capability.UNBIND, *extra}
        if Capability.CALLBACK in capabilities:
            rest = {
                "callback_auth": StandardWebhooks(key="secret"),
                "settings": (Setting(name="secret", type=SettingType.SECRET, default=SECRET),),
                "delivery": {Capability.UNBIND: Delivery.CALLBACK},
                **rest,
            }
        spec = self.spec(
            name,
            capabilities=capabilities,
            idempotency=idempotency,
            limits=limits or Limits(),
            **rest,
        )
        return Shop(spec, accounts or (self.account(platform=name),))

    def guide(self, name: str = "byhand", **rest: Any) -> Fake:
        spec = self.spec(
            name,
            capabilities={Capability.GUIDANCE},
            precedence=Precedence.GUIDE,
            dates_bindings=False,
            **rest,
        )
        return Fake(spec, guide=by_hand)

    def catalogue(self, *connectors: Any, **options: Any) -> Catalogue:
        registry = ConnectorRegistry(**options)
        for connector in connectors:
            registry.add(connector)
        return registry.catalogue()

    def board(self, catalogue: Catalogue, levels: Levels | None = None) -> CoverageBoard:
        return CoverageBoard(catalogue, Demand(catalogue, NoLog()), levels or {})

    def caller(
        self, *, tenant: str = "carrier", subject: str = "service", holder: Holder | None = None
    ) -> Caller:
        return Caller(tenant=tenant, subject=subject, scopes=SCOPES, holder=holder)

    def request(
        self,
        catalogue: Catalogue,
        *,
        tenure: Tenure | None = None,
        policy: TenantPolicy | None = None,
        caller: Caller | None = None,
        number: str = NUMBER,
    ) -> LookupRequest:
        caller = caller or self.caller()
        requests = RequestAuthorizer(catalogue, {caller.tenant: policy or TenantPolicy()})
        tenure = tenure or Current(activated_on=ACTIVATED)
        return requests.authorize(caller, number, tenure, None, scope=Scope.ACCOUNTS_READ)

    def calls(self) -> CallFactory:
        return CallFactory(NoHttp())


#: Holds no state: every test shares it.
make = Make()


class Service:
    """A gateway whose worker runs only inside `working()`."""

    def __init__(
        self, dsn: str, catalogue: Catalogue, policies: Mapping[str, TenantPolicy]
    ) -> None:
        assert not catalogue.problems
        self.dsn, self.catalogue = dsn, catalogue
        self.database, self.encryption = Database(dsn), FieldEncryption(make.keys)
        journal, calls = (self.database, self.encryption), make.calls()
        self.store, self.step_store = RenewalStore(*journal), StepStore(*journal)
        self.callback_store = CallbackStore(*journal)
        self.rate_limits = RateLimitStore(self.database)
        self.feed = EventFeed(dsn, self.store)
        self.demand = Demand(catalogue, DemandStore(self.database))
        self.requests = RequestAuthorizer(catalogue, policies)
        self.callbacks = CallbackReceiver(
            catalogue, self.callback_store, make.keys, verify, public_url="https://gateway.test"
        )
        self.platform_calls = PlatformCalls(
            catalogue=catalogue,
            calls=calls,
            policies=policies,
            routes=self.callbacks,
            backoff=PACES,
        )
        sealer = AccountIdSealer(make.keys, ttl=600)
        projector = Projector(sealer)
        self.renewals = Renewals(
            requests=self.requests,
            selections=Selections(catalogue, sealer, projector),
            presenter=RenewalPresenter(catalogue, projector),
            store=self.store,
            feed=self.feed,
            demand=self.demand,
        )
        checklists = ChecklistStore(self.database)
        self.handwork = ManualSteps(catalogue, self.renewals, checklists, self.demand)
        self.lookups = Lookups(
            calls,
            Admission(self.rate_limits, self.encryption.number_index),
            projector,
            PendingLookupStore(*journal, fallback=PACES.fallback),
            self.demand,
            self.callbacks,
        )
        self.steps = StepRunner(
            self.step_store,
            self.callback_store,
            InquiryStep(self.platform_calls),
            ActionStep(self.platform_calls),
        )

    async def start(
        self,
        *,
        key: str | None = None,
        caller: Caller | None = None,
        number: str = NUMBER,
        tenure: Tenure | None = None,
        platforms: Collection[str] | None = None,
    ) -> RenewalView:
        accepted = await self.renewals.start(
            caller or make.caller(),
            number=number,
            tenure=tenure or Current(activated_on=ACTIVATED),
            platforms=platforms,
            key=key or uuid.uuid4().hex,
        )
        return accepted.renewal

    async def order(
        self, *accounts: Account, kind: ActionKind = ActionKind.UNBIND, connector: str = "shop"
    ) -> RenewalView:
        """Start a renewal for these accounts, selected by their sealed ids."""
        caller = make.caller()
        scope = AccountIdScope(tenant=caller.tenant, number=NUMBER, basis=Basis.CURRENT)
        sealer = AccountIdSealer(make.keys, ttl=600)
        accepted = await self.renewals.request_actions(
            caller,
            kind=kind,
            number=NUMBER,
            tenure=Current(activated_on=ACTIVATED),
            account_ids=[sealer.seal(connector, account, scope) for account in accounts],
            key=uuid.uuid4().hex,
        )
        return accepted.renewal

    async def settle(self, view: RenewalView | None = None, **about: Any) -> RenewalView:
        """Work until nothing more happens automatically; by default on a new renewal."""
        view = view or await self.start(**about)
        async with self.working():
            return await self.until(view)

    async def get(self, view: RenewalView, caller: Caller | None = None) -> RenewalView:
        return await self.renewals.get(caller or make.caller(), view.id)

    async def until(
        self, view: RenewalView, holds: Callable[[RenewalView], bool] = lambda view: view.settled
    ) -> RenewalView:
        """Return the renewal once `holds`; by default once nothing more happens automatically."""
        async with asyncio.timeout(20):
            while not holds(now := await self.get(view)):  # noqa: ASYNC110 - the journal is asked
                await asyncio.sleep(0.01)
        return now

    async def count(self, rows: str) -> int:
        """Count the rows of a table, such as `item where not closed`."""
        async with self.database.transaction() as session:
            found = await session.execute(sa.text(f"select count(*) from {rows}"))
            return int(found.scalar_one())

    async def end_all(self) -> None:
        """Work until no item is open."""
        async with self.working(), asyncio.timeout(10):
            while await self.count("item where not closed"):  # noqa: ASYNC110 - only it tells
                await asyncio.sleep(0.01)

    async def delete_expired(self) -> None:
        connection = await asyncpg.connect(self.database.raw_dsn())
        async with connection.transaction():
            await delete_expired(connection)
        await connection.close()

    @asynccontextmanager
    async def working(
        self, handler: Callable[[uuid.UUID, int], Awaitable[None]] | None = None
    ) -> AsyncGenerator[None]:
        worker = JournalWorker(self.database.raw_dsn(), handler or self.steps.run, intervals=BEAT)
        running = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            worker.stop()
            await running


Serve = Callable[..., Awaitable[Service]]


async def started(serve: Serve, *connectors: Any) -> tuple[Service, RenewalView]:
    """A service for these connectors, and a renewal with it."""
    service = await serve(*connectors)
    return service, await service.start()


@pytest.fixture
async def serve(dsn: str) -> AsyncGenerator[Serve]:
    """Create a service for the given connectors; several services share the journal."""
    opened: list[Service] = []

    async def build(
        *connectors: Any, policies: Mapping[str, TenantPolicy] | None = None, **options: Any
    ) -> Service:
        catalogue = make.catalogue(*connectors, **options)
        opened.append(service := Service(dsn, catalogue, policies or {}))
        await service.rate_limits.sync(one.spec for one in catalogue.connectors.values())
        return service

    yield build
    for service in opened:
        await service.lookups.close()
        await service.database.close()
