"""The whole service in this process: real HTTP, real PostgreSQL, real simulated platforms."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import pytest
from jiebang_client import Backoff as ReconnectBackoff
from jiebang_client import Client
from jiebang_client.documents import LOOKUP, RENEWAL_PROGRESS, START_RENEWAL, UNBIND_ACCOUNTS
from jiebang_client.operation import Request
from tests.places import place

from jiebang.app.auth.key_ring import new_ring_entry
from jiebang.app.auth.tokens import (
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    KeyPair,
    generate_keypair,
    mint,
)
from jiebang.app.bootstrap import Components, key_ring, open_components
from jiebang.app.connectors import load_catalogue
from jiebang.app.demo.follow import FollowedRenewal
from jiebang.app.demo.stories import DemoStory, fetch_stories
from jiebang.app.http.asgi import create_app
from jiebang.app.http.server import listen, serve
from jiebang.app.settings.loading import load_settings
from jiebang.app.worker import run_worker
from jiebang.gateway.domain.backoff import Backoff, BackoffPolicy
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.journal.worker import WorkerIntervals
from jiebang.schema.documents import documents

#: What GraphQL answers.
Json: TypeAlias = "dict[str, Any]"

CARRIER, OTHER_CARRIER = "demo-carrier", "other-carrier"
QUICK = BackoffPolicy(
    retry=Backoff(first=0.1, ceiling=1.0),
    poll=Backoff(first=0.05, ceiling=0.5),
    fallback=Backoff(first=1.0),
    verify=Backoff(first=0.05, ceiling=0.5),
)


def request_of(operation: str, variables: Mapping[str, object]) -> Json:
    """A request as anybody may send it: a document's text, by the name of its file, with anything
    for variables."""
    return {"query": documents()[operation], "variables": variables}


@dataclass(frozen=True, slots=True)
class Service:
    """A running gateway with its worker, and the means to act as any caller."""

    url: str
    sandbox: str
    session: aiohttp.ClientSession
    pair: KeyPair
    components: Components
    stories: dict[str, DemoStory] = field(default_factory=dict[str, DemoStory])

    def token(
        self,
        holder: Holder | None = None,
        *,
        tenant: str = CARRIER,
        scopes: Collection[Scope] | None = None,
        subject: str = "somebody",
        ttl: timedelta = timedelta(hours=1),
    ) -> str:
        every = frozenset(Scope) - ({Scope.TENURE_ASSERT} if holder else set())
        allowed = every if scopes is None else scopes
        issuer, audience = DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE
        return mint(self.pair.private, issuer, audience, tenant, subject, allowed, holder, ttl)

    def holder_token(self, story: str, **more: Any) -> str:
        return self.token(self.stories[story].holder, **more)

    def client(self, token: str) -> Client:
        """The shipped client, which asks once."""
        url = f"{self.url}/graphql"
        return Client(url=url, token=token, language="en", backoff=ReconnectBackoff(attempts=1))

    async def ask(self, token: str, request: Request[Any, Any], **variables: object) -> Json:
        """The data that answers a trusted document."""
        async with self.client(token) as client:
            data: Json = await client.ask(request(variables))
            return data

    async def post(
        self, token: str | None, body: object, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Json]:
        """Return status and body of any request."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes | BytesIO) else json.dumps(body).encode()
        async with self.session.post(f"{self.url}/graphql", data=data, headers=sent) as reply:
            answer: Json = await reply.json(content_type=None)
            return reply.status, answer

    async def run(self, token: str | None, operation: str, **variables: object) -> Json:
        """Return the complete answer, with errors, to a trusted document."""
        _, answer = await self.post(token, request_of(operation, variables))
        return answer

    async def lookup(self, token: str, **variables: object) -> Json:
        """`RegisteredAccounts`."""
        accounts: Json = (await self.ask(token, LOOKUP, **variables))["registeredAccounts"]
        return accounts

    async def start(self, token: str, **given: object) -> Json:
        """Return the union that startRenewal answers with."""
        given.setdefault("idempotencyKey", str(uuid.uuid4()))
        answer: Json = (await self.ask(token, START_RENEWAL, input=given))["startRenewal"]
        return answer

    async def unbind(self, token: str, accounts: list[str], **given: object) -> Json:
        """Return the union that unbindAccounts answers with."""
        given.setdefault("idempotencyKey", str(uuid.uuid4()))
        given["accountIds"] = accounts
        answer: Json = (await self.ask(token, UNBIND_ACCOUNTS, input=given))["unbindAccounts"]
        return answer

    async def eligible_ids(self, token: str, **variables: object) -> list[str]:
        """Return the accounts of a lookup that something can be done about."""
        platforms = (await self.lookup(token, **variables))["platforms"]
        accounts = [account for result in platforms for account in result["accounts"]]
        return [account["id"] for account in accounts if account["eligible"]]

    async def renew(self, token: str, **given: object) -> FollowedRenewal:
        """Start a renewal and follow it until it is fulfilled."""
        return await self.follow_until(token, (await self.start(token, **given))["renewal"])

    async def follow_until(
        self,
        token: str,
        renewal: Any,
        until: Callable[[FollowedRenewal], bool] = lambda course: course.status == "FULFILLED",
    ) -> FollowedRenewal:
        """Follow a renewal until it is as wanted, checking after each of its events."""
        course = FollowedRenewal.of(renewal)
        async with (
            self.client(token) as client,
            aclosing(client.follow(RENEWAL_PROGRESS({"id": course.id}))) as events,
        ):
            async for data in events:
                course.apply_event(data["renewalProgress"])
                if until(course):
                    await course.refresh(client)
                    if until(course):
                        return course
            await course.refresh(client)
        assert until(course), f"the renewal ended otherwise: {course}"
        return course

    async def inspect(self, path: str, **params: str) -> Json:
        async with self.session.get(f"{self.sandbox}/inspect/{path}", params=params) as reply:
            assert reply.status == 200
            answer: Json = await reply.json()
            return answer

    async def platform_accounts(self, number: str) -> list[Json]:
        """Return every account of the number, whether still bound or not."""
        accounts: list[Json] = (await self.inspect("accounts", number=number))["accounts"]
        return accounts

    async def inject_fault(self, platform: str, fault: str, **more: object) -> None:
        body = {"platform": platform, "fault": fault, **more}
        async with self.session.post(f"{self.sandbox}/control/faults", json=body) as reply:
            assert reply.status == 200


@asynccontextmanager
async def run_service(
    dsn: str, sandbox: str, *, wait_until_ready: bool = True, **settings: str
) -> AsyncGenerator[Service]:
    """A gateway on a free port, with a worker beside it; `settings` without their prefix.
    `waiting`: until it is ready."""
    pair = generate_keypair()
    issuer = {
        "issuer": DEVELOPMENT_ISSUER,
        "audience": DEVELOPMENT_AUDIENCE,
        "tenants": [CARRIER, OTHER_CARRIER],
        "jwks": pair.jwks,
    }
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        given = {
            "DATABASE_URL": dsn,
            "KEYS": new_ring_entry(),
            "ISSUERS": json.dumps([issuer]),
            "SANDBOX_URL": sandbox,
            "PUBLIC_URL": url,
            **settings,
        }
        loaded = load_settings({f"JIEBANG_{name}": value for name, value in given.items()})
        catalogue = await load_catalogue(loaded)
        stop = asyncio.Event()
        async with (
            aiohttp.ClientSession() as session,
            open_components(loaded, catalogue, key_ring(loaded), dsn, backoff=QUICK) as components,
        ):
            intervals = WorkerIntervals(release=0.05, heartbeat=5.0)
            tasks = [
                asyncio.create_task(serve(create_app(components), listener, stop)),
                asyncio.create_task(run_worker(components, stop, intervals=intervals)),
            ]
            try:
                if wait_until_ready:
                    await components.prepared.wait()
                service = Service(url, sandbox, session, pair, components)
                service.stories.update(
                    (story.id, story) for story in await fetch_stories(session, sandbox)
                )
                yield service
            finally:
                stop.set()
                await asyncio.gather(*tasks)


@pytest.fixture
def base(made: Path) -> Generator[Path]:
    with place(made) as directory:
        yield directory


@pytest.fixture
async def service(dsn: str, sandbox: str) -> AsyncGenerator[Service]:
    async with run_service(dsn, sandbox) as running:
        yield running
