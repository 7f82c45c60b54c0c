"""The real view on a free port, with real lookups and a fake renewals service."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from yarl import URL

from jiebang.app.http.server import listen, serve
from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.call import CallFactory
from jiebang.gateway.calls.rate_limit import TokenBucket
from jiebang.gateway.calls.request import LookupRequest, RequestAuthorizer
from jiebang.gateway.calls.validation import PlatformAnswers
from jiebang.gateway.catalogue.demand import Counts, Demand
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.gateway.domain.account_id import AccountIdSealer
from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.errors import NotFound, Reason, Unauthenticated
from jiebang.gateway.domain.keys import Key, KeyRing
from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.domain.tenure import Basis, Current
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.coverage import ConnectorLevel, CoverageBoard
from jiebang.gateway.flows.lookup import Lookups
from jiebang.gateway.flows.manual_steps import ManualSteps
from jiebang.gateway.flows.possession import PossessionProofs
from jiebang.gateway.flows.renewals import AcceptedRenewal, RenewalProgress, Renewals
from jiebang.gateway.journal.records import EventRecord
from jiebang.gateway.services import Services
from jiebang.gateway.views.projection import Projector
from jiebang.gateway.views.renewal_view import InquiryView, RenewalView
from jiebang.schema.http.persisted_documents import PersistedDocuments
from jiebang.schema.http.view import GraphQLView
from jiebang.sdk import (
    Account,
    BindingDate,
    Bound,
    Call,
    Capability,
    Category,
    ConnectorSpec,
    Guide,
    Http,
    NotBound,
    Pending,
    Platform,
    Secret,
    Subject,
    TimedOut,
)

NUMBER = "13800001234"
ACTIVATED = date(2025, 3, 1)
LEVEL = ConnectorLevel.GOLD


@dataclass(frozen=True)
class FakeConnector:
    """A platform that returns the test's answer, without HTTP."""

    spec: ConnectorSpec
    answer: Any

    async def lookup(self, subject: Subject, call: Call) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def unbind(self, subject: Subject, account: Account, call: Call) -> Any:
        raise AssertionError("a query unbinds nothing")

    def guide(self, platform: str) -> Guide:
        return Guide(
            id=platform, steps={"zh-CN": ("打开网站", "解绑"), "en": ("Open it", "Unbind")}
        )


def fake_connector(name: str, category: Category, answer: Any, *more: Capability) -> FakeConnector:
    return FakeConnector(
        ConnectorSpec(
            id=name,
            version="1",
            name={"zh-CN": f"{name}网", "en": f"{name} site"},
            platforms=(
                Platform(
                    id=name, name={"zh-CN": f"{name}网", "en": f"{name} site"}, category=category
                ),
            ),
            capabilities=frozenset({Capability.LOOKUP, *more}),
            dates_bindings=True,
        ),
        answer,
    )


def bound_outcome(name: str, day: date, label: str) -> Bound:
    account = Account(handle=f"h-{name}", platform=name, label=label, bound=BindingDate.on(day))
    return Bound(accounts=(account,))


def fake_connectors() -> list[FakeConnector]:
    return [
        fake_connector(
            "disk",
            Category.CLOUD_STORAGE,
            bound_outcome("disk", date(2020, 1, 1), "旧**"),
            Capability.UNBIND,
        ),
        fake_connector(
            "forum",
            Category.COMMUNITY,
            bound_outcome("forum", date(2025, 6, 1), "新**"),
            Capability.UNBIND,
        ),
        fake_connector(
            "lender",
            Category.LENDING,
            bound_outcome("lender", date(2020, 1, 1), "债**"),
            Capability.UNBIND,
        ),
        fake_connector("shop", Category.SHOPPING, NotBound("bindings == []"), Capability.GUIDANCE),
        fake_connector("slow", Category.TOOLS, TimedOut("no answer")),
    ]


class NoRoutes:
    def url(self, connector: str, item: uuid.UUID) -> str | None:
        return None


class NoPendingLookups:
    async def load(self, request: LookupRequest, platforms: Collection[str]) -> PlatformAnswers:
        return {}

    async def save(
        self,
        request: LookupRequest,
        connector: str,
        platform: str,
        pending: Pending,
        callback_item: uuid.UUID | None,
    ) -> None: ...


class MemoryDemand:
    """A demand log with the test's entries."""

    def __init__(self, **asked: int) -> None:
        self.asked = asked

    async def add(self, counts: Counts) -> None:
        for (platform, _), count in counts.items():
            self.asked[platform] = self.asked.get(platform, 0) + count

    async def since(self, day: date) -> Mapping[str, int]:
        return self.asked


class UnlimitedTokens:
    async def lease(self, bucket: TokenBucket, want: int) -> tuple[int, float]:
        return want, 0.0


class NoHttp:
    def bind(
        self, spec: ConnectorSpec, settings: Mapping[str, str | Secret], *, deadline: float
    ) -> Http:
        return cast("Http", None)


@dataclass
class MemoryRenewals:
    """Renewals and manual steps as the test has put them into `views`. Records every call by its
    method and what it was given, and raises the error that the test puts into `fault`."""

    views: dict[uuid.UUID, RenewalView] = field(default_factory=dict[uuid.UUID, RenewalView])
    calls: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    fault: Exception | None = None
    hold: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, when: datetime | None = None) -> RenewalView:
        made = when or datetime(2025, 5, 1, tzinfo=UTC)
        inquiry = InquiryView(
            id=uuid.uuid4(),
            platform=Platform(
                id="disk", name={"zh-CN": "网盘", "en": "Disk"}, category=Category.CLOUD_STORAGE
            ),
            category=Category.CLOUD_STORAGE,
            status=Status.FULFILLED,
            outcome=Outcome.NOT_BOUND,
            reason=None,
            error=None,
            accounts=(),
            guide=None,
            checklist=None,
            needs=None,
            expected_by=None,
            retry_at=None,
            answered_at=made,
            confirmed_at=None,
        )
        view = RenewalView(
            id=uuid.uuid4(),
            number="138****1234",
            basis=Basis.CURRENT,
            status=Status.FULFILLED,
            settled=True,
            operation="start_renewal",
            last_event=2,
            created_at=made,
            withdrawn_at=None,
            inquiries=(inquiry,),
            actions=(),
        )
        self.views[view.id] = view
        return view

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        """Whatever is done to a renewal ends with the view of the only one there is."""

        async def do(caller: Caller, *given: Any, **named: Any) -> RenewalView | AcceptedRenewal:
            self.calls.append((method, given + tuple(named.values()) if given else named))
            self.begun.set()
            if self.hold is not None:
                await self.hold.wait()
            if self.fault is not None:
                raise self.fault
            self.finished.set()
            view = next(iter(self.views.values())) if self.views else self.add()
            if "key" in named:
                return AcceptedRenewal(renewal=view, replayed=False)
            return view

        return do

    async def get(self, caller: Caller, renewal: uuid.UUID) -> RenewalView:
        self.calls.append(("get", renewal))
        if self.fault is not None:
            raise self.fault
        if (found := self.views.get(renewal)) is None:
            raise NotFound(Reason.RENEWAL_UNKNOWN, Wording("There is no such renewal."), field="id")
        return found

    async def page(
        self,
        caller: Caller,
        *,
        number: str | None,
        first: int,
        before: tuple[datetime, uuid.UUID] | None,
    ) -> tuple[list[RenewalView], bool]:
        if self.fault is not None:
            raise self.fault
        ordered = sorted(
            self.views.values(), key=lambda one: (one.created_at, one.id), reverse=True
        )
        left = [one for one in ordered if before is None or (one.created_at, one.id) < before]
        return left[:first], len(left) > first

    async def follow(
        self, caller: Caller, renewal: uuid.UUID, *, after: int = 0
    ) -> AsyncIterator[RenewalProgress]:
        view = await self.get(caller, renewal)
        for seq, kind, item in ((1, "renewal", None), (2, "inquiry", view.inquiries[0].id)):
            if seq > after:
                yield RenewalProgress(event=event_of(view, seq, kind, item), renewal=view)


def event_of(
    view: RenewalView, seq: int, kind: str = "renewal", item: uuid.UUID | None = None
) -> EventRecord:
    return EventRecord(
        renewal_id=view.id,
        seq=seq,
        at=view.created_at,
        item_id=item,
        kind=kind,
        status=Status.FULFILLED,
    )


def fake_services(
    renewals: MemoryRenewals, connectors: Sequence[FakeConnector] | None = None
) -> Services:
    registry = ConnectorRegistry()
    for one in connectors if connectors is not None else fake_connectors():
        registry.add(one)
    registry.report("broken", "does not load")
    catalogue = registry.catalogue()
    keys = KeyRing([Key("k1", bytes(range(32)))])
    projector = Projector(AccountIdSealer(keys, ttl=3600))
    demand = Demand(catalogue, MemoryDemand())
    return Services(
        catalogue=catalogue,
        requests=RequestAuthorizer(catalogue, {}),
        lookups=Lookups(
            CallFactory(NoHttp()),
            Admission(UnlimitedTokens(), str.encode),
            projector,
            NoPendingLookups(),
            demand,
            NoRoutes(),
        ),
        renewals=cast(Renewals, renewals),
        manual_steps=cast(ManualSteps, renewals),
        possession=cast(PossessionProofs, renewals),
        coverage=CoverageBoard(
            catalogue, demand, {"disk": ("1", ConnectorLevel.SILVER), "shop": ("0", LEVEL)}
        ),
    )


ALL = frozenset(Scope)
CALLERS: Mapping[str, Caller] = {
    "carrier": Caller(tenant="cmcc", subject="service", scopes=ALL - {Scope.COVERAGE_READ}),
    "operator": Caller(tenant="cmcc", subject="operator", scopes=ALL),
    "powerless": Caller(tenant="cmcc", subject="nobody", scopes=frozenset()),
    "holder": Caller(
        tenant="cmcc",
        subject="person",
        scopes=frozenset({Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND}),
        holder=Holder(number=f"+86{NUMBER}", tenure=Current(activated_on=ACTIVATED)),
    ),
}


def authenticate(headers: Mapping[str, str]) -> Caller | None:
    """Tokens are the names of `CALLERS`."""
    given = headers.get("authorization")
    if given is None:
        return None
    name = given.removeprefix("Bearer ")
    if name == "bug":
        raise RuntimeError(f"authentication broke on {NUMBER}")
    if name not in CALLERS:
        raise Unauthenticated(Reason.TOKEN_REFUSED, Wording("The token is not accepted."))
    return CALLERS[name]


@dataclass(frozen=True)
class Reply:
    status: int
    media: str
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        assert "errors" not in self.json, self.text
        return self.json["data"]

    @property
    def error(self) -> Any:
        """Return the first error, with `code` and `reason` beside its message."""
        first = self.json["errors"][0]
        return {**first.get("extensions", {}), **first}


@dataclass(frozen=True)
class Endpoint:
    """The view behind real HTTP."""

    url: str
    session: aiohttp.ClientSession

    def with_query(self, parameters: Mapping[str, str]) -> Endpoint:
        """Return the endpoint with a query string."""
        return replace(self, url=str(URL(self.url).with_query(parameters)))

    async def send(self, body: bytes | str, *, method: str = "POST", **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"content-type": "application/json", **named}
        async with self.session.request(method, self.url, data=body, headers=named) as reply:
            media = reply.headers.get("content-type", "")
            return Reply(reply.status, media, reply.headers, await reply.text())

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        token: str | None = "carrier",
        operation: str | None = None,
        **headers: str,
    ) -> Reply:
        body = {"query": query, "variables": variables, "operationName": operation}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return await self.send(json.dumps(body), **headers)

    @asynccontextmanager
    async def connect_websocket(
        self, **headers: str
    ) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """A graphql-transport-ws connection before connection_init."""
        async with self.session.ws_connect(
            self.url, protocols=["graphql-transport-ws"], headers=headers
        ) as socket:
            yield socket

    @asynccontextmanager
    async def open_websocket(
        self, token: str | None = "carrier", **headers: str
    ) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """A connection that the gateway has acknowledged."""
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        async with self.connect_websocket(**headers) as socket:
            await socket.send_json({"type": "connection_init"})
            assert (await socket.receive_json())["type"] == "connection_ack"
            yield socket

    async def events(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        token: str | None = "carrier",
    ) -> list[Any]:
        """Yield the payloads of a subscription over SSE, to its end."""
        reply = await self.ask(query, variables, token=token, accept="text/event-stream")
        assert reply.media.startswith("text/event-stream"), reply.text
        events = [
            dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            for block in reply.text.split("\n\n")
            if block
        ]
        assert events[-1]["event"] == "complete"
        return [json.loads(event["data"]) for event in events[:-1]]


async def subscribe(
    socket: aiohttp.ClientWebSocketResponse,
    query: str,
    variables: Mapping[str, Any] | None = None,
    id: str = "1",
) -> None:
    """Send an operation over an acknowledged connection."""
    payload = {"query": query, "variables": variables}
    await socket.send_json({"id": id, "type": "subscribe", "payload": payload})


ServeConnectors = Callable[..., Awaitable[Endpoint]]


@pytest.fixture
def renewals() -> MemoryRenewals:
    return MemoryRenewals()


@asynccontextmanager
async def serve_view(view: GraphQLView) -> AsyncGenerator[Endpoint]:
    app = Starlette(routes=[Route("/graphql", view), WebSocketRoute("/graphql", view)])
    listener = listen("127.0.0.1", 0)
    stop = asyncio.Event()
    task = asyncio.create_task(serve(app, listener, stop))
    host, port = listener.getsockname()
    try:
        async with aiohttp.ClientSession() as session:
            yield Endpoint(f"http://{host}:{port}/graphql", session)
    finally:
        stop.set()
        await task
        listener.close()


@pytest.fixture
async def endpoint(renewals: MemoryRenewals) -> AsyncGenerator[Endpoint]:
    """As in production: no introspection, no explorer."""
    async with serve_view(GraphQLView(fake_services(renewals), authenticate=authenticate)) as found:
        yield found


@pytest.fixture
async def open_endpoint(renewals: MemoryRenewals) -> AsyncGenerator[Endpoint]:
    """As in development."""
    view = GraphQLView(
        fake_services(renewals), authenticate=authenticate, introspection=True, explorer=True
    )
    async with serve_view(view) as found:
        yield found


@pytest.fixture
async def strict_endpoint(renewals: MemoryRenewals) -> AsyncGenerator[Endpoint]:
    """Runs trusted documents only."""
    view = GraphQLView(
        fake_services(renewals),
        authenticate=authenticate,
        persisted_documents=PersistedDocuments(trusted_only=True),
    )
    async with serve_view(view) as found:
        yield found


@pytest.fixture
async def serve_sites(renewals: MemoryRenewals) -> AsyncGenerator[ServeConnectors]:
    """Start an endpoint with connectors of the test's own."""
    async with AsyncExitStack() as stack:

        async def start(*connectors: Any) -> Endpoint:
            view = GraphQLView(fake_services(renewals, connectors), authenticate=authenticate)
            return await stack.enter_async_context(serve_view(view))

        yield start
