"""One request and its reply on the wire: limited in size, and never resent automatically."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Self

import aiohttp
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from yarl import URL

from jiebang.sdk import ProtocolFault
from jiebang.transport.reply import WholeReply

SAFE_METHODS = frozenset({"GET", "HEAD"})
#: The content codings the client requests, and decodes within the size limit.
CODINGS = frozenset({"gzip", "deflate", "identity", ""})


@dataclass(slots=True)
class RequestProgress:
    """How far one request got: before `connected`, nothing of it can have been sent."""

    connected: bool = False


class ConnectionLost(Exception):
    """The connection broke."""


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request as sent: the URL with its query, the headers, and the body in bytes."""

    method: str
    url: URL = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)

    @property
    def is_write(self) -> bool:
        return self.method not in SAFE_METHODS

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return the same request with these headers in place of any of the same name."""
        names = {name.lower() for name in headers}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in names}
        return replace(self, headers=kept | dict(headers))


async def forbid_resend(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Keep the client from resending a PUT or DELETE by itself.

    When a reused connection turns out to be closed, aiohttp repeats methods that HTTP calls
    idempotent. A platform's DELETE need not be, and the gateway must know of each attempt.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorCertificateError:
        raise  # nothing was sent, and the specific error says more than ConnectionLost
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        if request.method in SAFE_METHODS:
            raise
        raise ConnectionLost from None


async def mark_connected(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: object
) -> None:
    context.trace_request_ctx.connected = True


def trace_config() -> aiohttp.TraceConfig:
    """Return a trace config that marks a request's `RequestProgress` as connected."""
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(mark_connected)
    trace.on_connection_reuseconn.append(mark_connected)
    return trace


async def send_request(
    session: aiohttp.ClientSession,
    request: OutgoingRequest,
    progress: RequestProgress,
    max_body: int,
) -> WholeReply:
    """Send the request and read the answer, at most `max_body` bytes of it.

    Raises the errors of aiohttp, `ConnectionLost` and `ProtocolFault`.
    """
    async with session.request(
        request.method,
        request.url,
        headers=request.headers,
        data=request.body,
        allow_redirects=False,
        trace_request_ctx=progress,
    ) as response:
        coding = ",".join(response.headers.getall("Content-Encoding", ()))
        if coding.strip().lower() not in CODINGS:
            raise ProtocolFault(
                "the answer has an unrequested content coding", maybe_done=request.is_write
            )
        received = bytearray()
        async for chunk in response.content.iter_any():
            received += chunk
            if len(received) > max_body:
                # The rest is not read: raising closes the connection.
                raise ProtocolFault("the answer is too large", maybe_done=request.is_write)
        names = {name.lower(): value for name, value in response.headers.items()}
        return WholeReply(response.status, names, bytes(received), write=request.is_write)
