"""Serving over HTTP: the socket first, so that a port in use is said before anything starts."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

MAX_MESSAGE_BYTES = 256 * 1024
#: Seconds after which a connection is broken off whose peer takes nothing of what waits for it.
#: Nothing less would end it: no close frame and no last chunk gets past a full buffer.
UNREAD_TIMEOUT = 30.0


class CannotListen(Exception):
    """The address cannot be listened on."""


class PortInUse(CannotListen):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `CannotListen`: `PortInUse`, or a
    host that is not ours, or a port nobody may take."""
    return _bind_socket(host, port, listening=True)


@contextmanager
def reserve_port(host: str, port: int) -> Generator[int]:
    """A port that only a program told of it listens on; port 0 takes a free one. A bound socket
    holds it, so that the kernel gives it to nobody else before that program listens and while it
    restarts. Raises as `listen` does."""
    with _bind_socket(host, port, listening=False) as holder:
        found: int = holder.getsockname()[1]
        if sys.platform != "linux":  # elsewhere SO_REUSEADDR does not let the program in
            holder.close()
        yield found


def _bind_socket(host: str, port: int, *, listening: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; connections have it from their listener
            listener.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNREAD_TIMEOUT * 1000)
            )
        listener.bind((host, port))
        if listening:
            listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortInUse(
                f"Port {port} on {host} is in use. Stop what listens there, or choose another "
                "one with --port or JIEBANG_PORT."
            ) from None
        raise CannotListen(
            f"Cannot listen on {host}, port {port}. The host has to be an address of this machine, "
            "the port 0 to 65535; see --host and --port, or JIEBANG_HOST and JIEBANG_PORT."
        ) from None
    return listener


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are the process's business, see `lifecycle`."""
        yield


async def serve(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; requests under way are finished, streams are closed."""
    settings: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "lifespan": "on",
        "server_header": False,
        "proxy_headers": False,  # see `visitors`
        "timeout_graceful_shutdown": 5,
        "ws": "websockets-sansio",
        "ws_max_size": MAX_MESSAGE_BYTES,
    }
    server = _Server(uvicorn.Config(app, **settings))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
