"""The shared HTTP client and its view bound to one connector's hosts, limits and deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from types import SimpleNamespace
from typing import Self
from urllib.parse import urlencode

import aiohttp
import orjson
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from yarl import URL

from jiebang.sdk import (
    SUCCESS,
    Blocked,
    ConfigFault,
    ConnectorError,
    ConnectorSpec,
    ContractError,
    Http,
    Json,
    ProtocolFault,
    Secret,
    TimedOut,
    Unavailable,
    failure_for_status,
)
from jiebang.transport.address import address
from jiebang.transport.egress import AddressRefused, AllowList, PublicResolver
from jiebang.transport.reply import WholeReply

SAFE_METHODS = frozenset({"GET", "HEAD"})
#: Statuses under which challenge pages come; 999 is one without any body, too.
CHALLENGES = frozenset({403, 503, 999})


@dataclass(slots=True)
class _Progress:
    """How far one request came: before `connected`, nothing of it can have left."""

    connected: bool = False


class _Cut(Exception):
    """The connection broke off."""


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Keeps the client from sending a PUT or DELETE again by itself.

    When a kept connection turns out to be closed, aiohttp repeats methods that HTTP calls
    idempotent. A platform's DELETE need not be, and the gateway must know of each attempt.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        if request.method in SAFE_METHODS:
            raise
        raise _Cut from None


async def _connected(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: object
) -> None:
    context.trace_request_ctx.connected = True


class Transport:
    """One HTTP client for all platforms. Use it as ``async with Transport() as transport``.

    `allow_private` names hosts inside the own network that may be reached (``host:port`` or
    ``host``); only these may be asked over plain http. `max_body` bounds an answer in bytes,
    after decompression.
    """

    def __init__(self, *, allow_private: Collection[str] = (), max_body: int = 1 << 20) -> None:
        self.allowed = AllowList(allow_private)
        self.max_body = max_body
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise ContractError("the transport is not open: use it as `async with`")
        return self._session

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(_connected)
        trace.on_connection_reuseconn.append(_connected)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                resolver=PublicResolver(self.allowed),
                ttl_dns_cache=30,
                # Shorter than the 5 s after which common servers close an idle connection:
                # a write that meets a closed one cannot be told from a write that got lost.
                keepalive_timeout=4,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            headers={
                "User-Agent": f"jiebang/{version('jiebang')}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
            },
            middlewares=(_once,),
            trace_configs=[trace],
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. The transport cannot be used afterwards."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def bind(
        self, spec: ConnectorSpec, settings: Mapping[str, str | Secret], *, deadline: float
    ) -> Http:
        """The contract's `Http` for one call of one connector.

        `deadline` is a time of the running event loop (`loop.time()`).
        """
        return _Bound(self, spec, settings, deadline)


class _Bound:
    """The client as one connector sees it during one call."""

    __slots__ = ("_deadline", "_settings", "_spec", "_transport")

    def __init__(
        self,
        transport: Transport,
        spec: ConnectorSpec,
        settings: Mapping[str, str | Secret],
        deadline: float,
    ) -> None:
        self._transport = transport
        self._spec = spec
        self._settings = settings
        self._deadline = deadline

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Json = None,
        form: Mapping[str, str] | None = None,
        accept: Container[int] = SUCCESS,
    ) -> WholeReply:
        method = method.upper()
        write = method not in SAFE_METHODS
        url = address(path, self._spec, self._settings)
        self._transport.allowed.check(url)
        body, sent_headers = _content(json, form)
        for name, value in (headers or {}).items():
            if any(mark in name + value for mark in "\r\n\0"):
                raise ConfigFault("a header holds a line break")
            sent_headers[name] = value

        now = asyncio.get_running_loop().time()
        until = min(now + self._spec.limits.timeout.total_seconds(), self._deadline)
        if until <= now:
            raise TimedOut("no time was left to ask")
        progress = _Progress()
        failure: ConnectorError
        try:
            async with asyncio.timeout_at(until):
                reply = await self._exchange(
                    method, url, params, sent_headers, body, write, progress
                )
        # The causes are cut off (`from None`): their texts hold the address asked.
        except TimeoutError:
            failure = TimedOut("no answer in time", maybe_done=write and progress.connected)
        except AddressRefused:
            failure = ConfigFault("the platform's name leads to a private address")
        except aiohttp.InvalidURL:
            failure = ConfigFault("the platform's address cannot be used")
        except aiohttp.ClientResponseError:
            failure = ProtocolFault("the answer is not valid HTTP", maybe_done=write)
        except (_Cut, aiohttp.ClientError, OSError):
            if progress.connected:
                failure = Unavailable("the connection broke off", maybe_done=write)
            else:
                failure = Unavailable("no connection")
        else:
            if reply.status in accept and not 300 <= reply.status < 400:
                return reply
            failure = _failure(reply)
            failure.maybe_done = failure.maybe_done and write
        raise failure from None

    async def _exchange(
        self,
        method: str,
        url: URL,
        params: Mapping[str, str] | None,
        headers: dict[str, str],
        body: bytes | None,
        write: bool,
        progress: _Progress,
    ) -> WholeReply:
        limit = self._transport.max_body
        async with self._transport.session.request(
            method,
            url,
            params=params,
            headers=headers,
            data=body,
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as response:
            received = bytearray()
            async for chunk in response.content.iter_any():
                received += chunk
                if len(received) > limit:
                    # The rest is not read: leaving with an error closes the connection.
                    raise ProtocolFault("the answer is too large", maybe_done=write)
            names = {name.lower(): value for name, value in response.headers.items()}
            return WholeReply(response.status, names, bytes(received), write=write)


def _content(json: Json, form: Mapping[str, str] | None) -> tuple[bytes | None, dict[str, str]]:
    if json is not None and form is not None:
        raise ContractError("send takes json or form, not both")
    if json is not None:
        return orjson.dumps(json), {"Content-Type": "application/json"}
    if form is not None:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return None, {}


def _failure(reply: WholeReply) -> ConnectorError:
    if 300 <= reply.status < 400:
        return ProtocolFault("the platform redirects; redirects are not followed", maybe_done=True)
    if reply.status in CHALLENGES and reply.is_html:
        return Blocked(f"a page came with HTTP status {reply.status}", maybe_done=True)
    return failure_for_status(reply.status, retry_after=reply.retry_after)
