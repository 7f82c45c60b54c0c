"""The server process: sockets, signals, and a prompt shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import date

import uvicorn
import uvloop
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jiebang.sandbox.app import create_app
from jiebang.sandbox.dispatch import CONNECTION
from jiebang.sandbox.population import Population, populate
from jiebang.sandbox.world import Pace

ENDING = (signal.SIGTERM, signal.SIGINT)


class _Protocol(HttpToolsProtocol):
    """Gives every request access to its connection, so that a platform can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        # asyncio omits this for a socket created by hand; each answer would be delayed by 40 ms.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, CONNECTION: transport}


class _Server(uvicorn.Server):
    """Leaves signals to the caller, and at shutdown cuts off clients that still wait."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def _server(app: Starlette) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            # Longer than clients keep idle connections, so that none uses one that is just closing.
            timeout_keep_alive=120,
            timeout_graceful_shutdown=2,
        )
    )


@contextlib.asynccontextmanager
async def run_sandbox(
    population: Population, *, seed: int = 1, pace: Pace | None = None
) -> AsyncGenerator[str, None]:
    """Run the sandbox on a free port of 127.0.0.1 in the running loop; yields its URL."""
    server = _server(create_app(population, seed=seed, pace=pace))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 1,
    today: date | None = None,
    *,
    numbers: int = 300,
    pace: Pace | None = None,
    on_port: Callable[[int], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. `on_port` gets the real port once it accepts connections.

    Raises OSError if the port is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        app = create_app(populate(seed, today, numbers=numbers), seed=seed, pace=pace)
        real: int = listener.getsockname()[1]

        async def run() -> None:
            server = _server(app)
            loop = asyncio.get_running_loop()
            for each in ENDING:
                loop.add_signal_handler(each, setattr, server, "should_exit", True)
            if on_port:
                on_port(real)
            await server.serve([listener])

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run())
