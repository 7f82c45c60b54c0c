"""Subscriptions with graphql-ws and graphql-sse, the protocol authors' clients."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jiebang_client import Client, unless_refused
from jiebang_client.documents import START_RENEWAL
from jiebang_client.inputs import StartRenewalInput
from tests.interop.conftest import NODE
from tests.schema.conftest import MemoryRenewals, authenticate, fake_services, serve_view

from jiebang.app.demo.issuer import DemoIssuer
from jiebang.app.demo.process import Child
from jiebang.app.demo.supervisor import wait_until_ready
from jiebang.app.http.server import reserve_port
from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.events import NewEvent, append_events
from jiebang.schema.documents import documents
from jiebang.schema.global_id import IdKind, decode_id, encode_id
from jiebang.schema.http.view import GraphQLView

BOTH = pytest.mark.parametrize("client", ["ws", "sse"])
PROGRESS = documents()["renewal_progress"]


@dataclass
class ClientOutput:
    """The events a client receives; `connections` counts how often it connected."""

    output: asyncio.StreamReader
    connections: int = 0
    closed: list[Any] = field(default_factory=list[Any])

    async def next(self) -> Any:
        """Return the next result or end."""
        async with asyncio.timeout(60):
            while line := await self.output.readline():
                message = json.loads(line)
                if "connected" in message:
                    self.connections += 1
                elif "closed" in message:
                    self.closed.append(message["closed"])
                else:
                    return message
        raise EOFError

    async def cursors(self, count: int) -> list[str]:
        found = [await self.next() for _ in range(count)]
        return [one["next"]["data"]["renewalProgress"]["cursor"] for one in found]


@asynccontextmanager
async def run_client(
    node: str, client: str, url: str, token: str, query: str, *, retries: int = 0, **variables: Any
) -> AsyncGenerator[ClientOutput]:
    running = await asyncio.create_subprocess_exec(
        node,
        NODE / "subscribe.js",
        client,
        url,
        token,
        str(retries),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(json.dumps({"query": query, "variables": variables}).encode())
    running.stdin.close()
    try:
        yield ClientOutput(running.stdout)
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@asynccontextmanager
async def serve_endpoint(renewals: MemoryRenewals) -> AsyncGenerator[str]:
    async with serve_view(GraphQLView(fake_services(renewals), authenticate=authenticate)) as found:
        yield found.url


@BOTH
async def test_a_query_is_answered_once(node: str, client: str) -> None:
    async with (
        serve_endpoint(MemoryRenewals()) as url,
        run_client(node, client, url, "carrier", '{ platform(id: "disk") { id } }') as messages,
    ):
        assert await messages.next() == {"next": {"data": {"platform": {"id": "disk"}}}}
        assert await messages.next() == {"complete": True}


@BOTH
async def test_a_subscription_is_followed_to_its_end(node: str, client: str) -> None:
    renewals = MemoryRenewals()
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    async with (
        serve_endpoint(renewals) as url,
        run_client(node, client, url, "carrier", PROGRESS, id=id) as messages,
    ):
        assert len(set(await messages.cursors(2))) == 2
        assert await messages.next() == {"complete": True}


@pytest.mark.parametrize("query", ["subscription { nope }", "{", "query A { a } query B { b }"])
@BOTH
async def test_a_wrong_document_is_an_error(node: str, client: str, query: str) -> None:
    async with (
        serve_endpoint(MemoryRenewals()) as url,
        run_client(node, client, url, "carrier", query) as messages,
    ):
        message = await messages.next()
    errors = message["error"]["errors"] if client == "ws" else message["next"]["errors"]
    assert errors[0]["extensions"]["code"] == "INVALID_ARGUMENT"


@BOTH
async def test_an_error_of_a_subscription_is_told(node: str, client: str) -> None:
    id = encode_id(IdKind.ACTION, next(iter([MemoryRenewals().add().id])))
    async with (
        serve_endpoint(MemoryRenewals()) as url,
        run_client(node, client, url, "carrier", PROGRESS, id=id) as messages,
    ):
        message = await messages.next()
    errors = message["error"]["errors"] if "error" in message else message["next"]["errors"]
    assert errors[0]["extensions"]["code"] == "IDENTIFIER_NOT_FOUND"


@BOTH
async def test_a_refused_token_is_told(node: str, client: str) -> None:
    async with (
        serve_endpoint(MemoryRenewals()) as url,
        run_client(node, client, url, "forged", "{ __typename }") as messages,
    ):
        error = (await messages.next())["error"]
    assert (error["code"], error["status"]) == ((4403, None) if client == "ws" else (None, 401))


# A gateway that ends and comes back


@dataclass
class GatewayProcess:
    """A real process, which can be stopped and restarted at the same address."""

    url: str
    log: Path
    environment: dict[str, str] = field(repr=False)
    child: Child | None = None

    async def start(self) -> None:
        self.child = await Child.start(
            "gateway", "jiebang.app", ("gateway",), log=self.log, environment=self.environment
        )
        async with asyncio.timeout(60):
            await wait_until_ready(self.url)

    async def end(self, number: signal.Signals) -> None:
        if self.child is not None:
            self.child.signal(number)
            await self.child.process.wait()


@pytest.fixture
async def issuer() -> DemoIssuer:
    return DemoIssuer()


@pytest.fixture
async def gateway(dsn: str, issuer: DemoIssuer, tmp_path: Path) -> AsyncGenerator[GatewayProcess]:
    with reserve_port("127.0.0.1", 0) as port:
        url = f"http://127.0.0.1:{port}"
        given = {"DATABASE_URL": dsn, "HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": url}
        environment = issuer.environment() | {f"JIEBANG_{name}": it for name, it in given.items()}
        made = GatewayProcess(url, tmp_path / "gateway.log", environment)
        await made.start()
        try:
            yield made
        finally:
            await made.end(signal.SIGKILL)


@dataclass
class WrittenRenewal:
    """A renewal whose events after `cursor` the test writes, as a worker process does."""

    id: str
    cursor: str
    database: Database

    async def append_events(self, count: int) -> None:
        for _ in range(count):
            async with self.database.transaction() as session:
                news = NewEvent(kind="renewal", item_id=None, status=Status.OPEN)
                await append_events(session, decode_id(self.id, IdKind.RENEWAL), [news])


@pytest.fixture
async def course(
    gateway: GatewayProcess, issuer: DemoIssuer, dsn: str
) -> AsyncGenerator[WrittenRenewal]:
    given: StartRenewalInput = {
        "number": "13800001234",
        "tenure": {"current": {"activatedOn": "2025-03-01"}},
        "idempotencyKey": "k",
    }
    async with Client(url=f"{gateway.url}/graphql", token=issuer.service_token()) as client:
        started = await client.ask(START_RENEWAL({"input": given}))
        renewal = unless_refused(started["startRenewal"])["renewal"]
    database = Database(dsn)
    yield WrittenRenewal(renewal["id"], renewal["cursor"], database)
    await database.close()


@pytest.mark.parametrize(
    ("client", "end"),
    [("ws", signal.SIGKILL), ("sse", signal.SIGKILL), ("ws", signal.SIGTERM)],
)
async def test_events_of_another_process_come_once_each_across_a_restart(
    node: str,
    gateway: GatewayProcess,
    course: WrittenRenewal,
    issuer: DemoIssuer,
    client: str,
    end: signal.Signals,
) -> None:
    """Written before the client connects, while it listens, while nothing serves, and
    afterwards."""
    url, token = f"{gateway.url}/graphql", issuer.service_token()
    await course.append_events(5)
    what: dict[str, Any] = {"query": PROGRESS, "id": course.id, "after": course.cursor}
    async with run_client(node, client, url, token, retries=1000, **what) as messages:
        seen = await messages.cursors(5)
        await course.append_events(5)
        seen += await messages.cursors(3)
        await gateway.end(end)
        await course.append_events(5)
        await gateway.start()
        await course.append_events(5)
        seen += await messages.cursors(12)
        assert messages.connections == 2
    async with run_client(node, client, url, token, **what) as messages:
        assert await messages.cursors(20) == seen
    assert len(set(seen)) == 20
