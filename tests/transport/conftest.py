"""Real servers on free ports, and a transport that may reach them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from jiebang.sdk import (
    Auth,
    Capability,
    Category,
    ConnectorSpec,
    Http,
    Limits,
    Platform,
    Secret,
    Setting,
    SettingType,
)
from jiebang.transport import Transport

Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
NAME = {"zh-CN": "试", "en": "Trial"}


@dataclass
class Server:
    """A raw TCP server that answers exactly the given bytes."""

    port: int
    requests: list[bytes] = field(default_factory=list[bytes])
    connections: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


@asynccontextmanager
async def run_server(respond: Respond) -> AsyncGenerator[Server]:
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        try:
            while True:
                server.requests.append(await read_request(reader))
                await respond(reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    server = Server(listener.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


@dataclass
class NetworkSetup:
    """Starts servers and binds clients to them; everything is closed after the test."""

    stack: AsyncExitStack

    async def serve(self, respond: Respond) -> Server:
        return await self.stack.enter_async_context(run_server(respond))

    async def answer(self, head: str, body: bytes = b"") -> Server:
        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            length = f"Content-Length: {len(body)}"
            writer.write(f"HTTP/1.1 {head}\r\n{length}\r\n\r\n".encode() + body)

        return await self.serve(respond)

    async def http(
        self,
        base_url: str,
        *,
        allow: tuple[str, ...] = ("127.0.0.1",),
        hosts: tuple[str, ...] = (),
        limit: float = 30.0,
        within: float = 60.0,
        max_body: int = 1 << 20,
        auth: Auth | None = None,
        transport: Transport | None = None,
        **more: str,
    ) -> Http:
        """`more` are settings; those that `auth` uses as secrets are secrets."""
        transport = transport or await self.transport(allow, max_body)
        secret = auth.secrets if auth else ()
        spec = ConnectorSpec(
            id="trial",
            version="1",
            name=NAME,
            platforms=(Platform(id="trial", name=NAME, category=Category.TOOLS),),
            capabilities=frozenset({Capability.LOOKUP}),
            hosts=frozenset(hosts),
            limits=Limits(timeout=timedelta(seconds=limit)),
            settings=(
                Setting(name="base_url", type=SettingType.URL),
                *(
                    Setting(
                        name=name, type=SettingType.SECRET if name in secret else SettingType.TEXT
                    )
                    for name in more
                ),
            ),
            auth=auth,
        )
        settings: dict[str, str | Secret] = {"base_url": base_url}
        for name, value in more.items():
            settings[name] = Secret(value) if name in secret else value
        loop = asyncio.get_running_loop()
        return transport.bind(spec, settings, deadline=loop.time() + within)

    async def transport(
        self, allow: tuple[str, ...] = ("127.0.0.1",), max_body: int = 1 << 20
    ) -> Transport:
        return await self.stack.enter_async_context(
            Transport(allow_private=allow, max_body=max_body)
        )


@pytest.fixture
async def world() -> AsyncIterator[NetworkSetup]:
    async with AsyncExitStack() as stack:
        yield NetworkSetup(stack)
