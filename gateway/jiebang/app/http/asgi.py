"""The gateway as an ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from jiebang.app.auth.authentication import AuthenticationError, Refusal
from jiebang.app.bootstrap import Components
from jiebang.app.http import console
from jiebang.app.http.body_limit import BodyLimit, error_response
from jiebang.app.http.callbacks import CallbackEndpoint
from jiebang.app.http.client_address import client_address
from jiebang.app.http.health import healthz, metrics, readyz
from jiebang.app.settings.model import Settings
from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import Reason, Unauthenticated
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.callbacks import MAX_BYTES
from jiebang.gateway.flows.possession import Visitor
from jiebang.schema.http.persisted_documents import PersistedDocuments
from jiebang.schema.http.view import GraphQLView

MAX_GRAPHQL_BYTES = 256 * 1024


def create_app(components: Components) -> Starlette:
    """Create the application from open parts; while it runs it prepares the journal, listens for
    events, counts demand and runs discovery."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        work = (
            components.prepare(),
            components.feed.run(),
            components.demand.run(),
            components.discover(),
        )
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    view = GraphQLView(
        components.services,
        authenticate=lambda headers: authenticate(components, headers),
        identify_visitor=visitor_identifier(components.settings),
        introspection=components.settings.introspection,
        explorer=components.settings.explorer,
        persisted_documents=PersistedDocuments(
            trusted_only=components.settings.trusted_documents_only
        ),
        allowed_origins=components.settings.allowed_origins,
    )
    endpoint = _ReadinessGate(view, components)
    app = Starlette(
        routes=[
            *console.routes(),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/demo.json", demo_file),
            Mount(
                "/callbacks",
                routes=[Route("/{connector}/{token}", CallbackEndpoint)],
                middleware=[Middleware(BodyLimit, max_bytes=MAX_BYTES)],
            ),
            Route(
                "/graphql",
                _allow_origins(
                    BodyLimit(endpoint, max_bytes=MAX_GRAPHQL_BYTES),
                    components.settings.allowed_origins,
                ),
            ),
            WebSocketRoute("/graphql", endpoint),
        ],
        lifespan=lifespan,
    )
    app.state.components = components
    return app


def _allow_origins(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Allow web pages from these origins. Callers authenticate by token, never by cookie."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("authorization", "content-type", "last-event-id"),
        expose_headers=("retry-after",),
    )


def visitor_identifier(settings: Settings) -> Callable[[Request], Visitor] | None:
    """Return how to identify visitors of the page; None if there is no page for them."""
    tenant, proxies = settings.page_tenant, settings.trusted_proxies
    if tenant is None:
        return None

    def identify(request: Request) -> Visitor:
        peer = request.client.host if request.client else None
        forwarded = request.headers.getlist("x-forwarded-for")
        return Visitor(tenant=tenant, source=client_address(peer, forwarded, proxies))

    return identify


async def demo_file(request: Request) -> Response:
    """Serve the demonstration's people, for the console."""
    settings: Settings = request.app.state.components.settings
    if settings.demo and settings.demo_file is not None:
        with contextlib.suppress(OSError):
            content = await asyncio.to_thread(settings.demo_file.read_bytes)
            headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
            return Response(content, media_type="application/json", headers=headers)
    return Response(status_code=404)


def authenticate(components: Components, headers: Mapping[str, str]) -> Caller | None:
    """Return the caller; None without a token. Raises `Unauthenticated`."""
    try:
        return components.authenticator.authenticate(headers.get("authorization"))
    except AuthenticationError as error:
        if error.reason is Refusal.MISSING:
            return None
        raise Unauthenticated(
            Reason.TOKEN_REFUSED,
            error.wording,
            hint=Wording("Send a token from a configured issuer."),
        ) from None


class _ReadinessGate:
    """Rejects requests until the journal is ready: its rows would lack their rate limits."""

    def __init__(self, app: ASGIApp, components: Components) -> None:
        self._app = app
        self._components = components

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._components.prepared.is_set():
            reply = error_response(
                503,
                "UNAVAILABLE",
                Reason.JOURNAL_DOWN,
                f"Not ready yet: {self._components.waiting_for}. Nothing was done; try again.",
            )
            reply.headers["retry-after"] = "2"
            await reply(scope, receive, send)
            return
        await self._app(scope, receive, send)
