"""HTTP serving. The socket is opened first, so that a port in use is reported before anything
starts."""

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
#: Seconds after which a connection is dropped if the peer does not read. Nothing else would end it:
#: neither a close frame nor a last chunk gets past a full buffer.
UNREAD_TIMEOUT = 30.0


class CannotListen(Exception):
    """The address cannot be listened on."""


class PortInUse(CannotListen):
    """Another process is listening on the port."""


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket; port 0 picks a free one. Raises `CannotListen`: `PortInUse`, or an
    invalid host or port."""
    return _bind_socket(host, port, listening=True)


@contextmanager
def reserve_port(host: str, port: int) -> Generator[int]:
    """Reserve a port for a program started later; port 0 picks a free one. A bound socket holds it,
    so that the kernel assigns it to nobody else before that program listens or while it restarts.
    Raises the same errors as `listen`."""
    with _bind_socket(host, port, listening=False) as holder:
        found: int = holder.getsockname()[1]
        if sys.platform != "linux":  # elsewhere SO_REUSEADDR does not allow the program to bind
            holder.close()
        yield found


def _bind_socket(host: str, port: int, *, listening: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; accepted connections inherit it
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
                f"Port {port} on {host} is in use. Stop what listens there, or choose another one "
                "with --port or JIEBANG_PORT."
            ) from None
        raise CannotListen(
            f"Cannot listen on {host}, port {port}. The host must be an address of this machine, "
            "the port 0 to 65535; see --host and --port, or JIEBANG_HOST and JIEBANG_PORT."
        ) from None
    return listener


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to `lifecycle`."""
        yield


async def serve(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; requests in progress are finished, streams are closed."""
    settings: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "lifespan": "on",
        "server_header": False,
        "proxy_headers": False,  # see `client_address`
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
