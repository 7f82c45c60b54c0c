"""What is behind the recording server: an application, a running platform, or a recording."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiohttp
from yarl import URL

from jiebang.conformance.exchange import Disconnect, Reaction, RecordedRequest, StubResponse

#: Headers of one connection, not of the message; and the length, which is recomputed.
_HOPS = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
)
_UNSENT = _HOPS | {"accept-encoding"}

Asgi = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Application:
    """An ASGI application, or preferably a function without parameters that creates one, so that
    each start gets a fresh one. Its lifespan is not run."""

    app: Callable[..., Any]
    base: str = ""

    @property
    def is_factory(self) -> bool:
        parameters = inspect.signature(self.app).parameters.values()
        return not [one for one in parameters if one.default is inspect.Parameter.empty]


@dataclass(frozen=True, slots=True)
class Upstream:
    """A platform that runs at `url`."""

    url: str


@dataclass(frozen=True, slots=True)
class Fixtures:
    """Recorded exchanges in one or several files."""

    path: Path | tuple[Path, ...]


Platform = Application | Upstream | Fixtures


class Backend(Protocol):
    """A platform in use. `base` is the path prefix of every request of the connector."""

    base: str

    async def answer(self, sent: RecordedRequest) -> Reaction: ...
    async def reset(self) -> bool:
        """Reset to the initial state, if it can do that by itself."""
        ...

    async def close(self) -> None: ...


class ApplicationBackend:
    """Calls the application in this process; HTTP is handled by the recording server."""

    def __init__(self, platform: Application) -> None:
        self.base = platform.base
        self._platform = platform
        self._app: Asgi = platform.app() if platform.is_factory else platform.app

    async def reset(self) -> bool:
        if self._platform.is_factory:
            self._app = self._platform.app()
        return self._platform.is_factory

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def answer(self, sent: RecordedRequest) -> Reaction:
        path, _, query = sent.target.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.headers.items()],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        incoming = [{"type": "http.request", "body": sent.body, "more_body": False}]
        begun: dict[str, Any] = {}
        body = bytearray()

        async def receive() -> dict[str, Any]:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()
            raise AssertionError("never set")

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                begun.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        try:
            await self._app(scope, receive, send)
        except ConnectionError:
            return Disconnect()  # how an application reports that it drops the connection
        except Exception as error:
            return StubResponse.from_json({"error": type(error).__name__}, 500)
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in begun.get("headers", [])
            if name.decode("latin-1").lower() not in _HOPS
        )
        return StubResponse(status=begun.get("status", 500), headers=headers, body=bytes(body))


class UpstreamBackend:
    """Forwards requests to a running platform."""

    def __init__(self, platform: Upstream) -> None:
        parts = urlsplit(platform.url)
        self.base = parts.path.rstrip("/")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._session: aiohttp.ClientSession | None = None

    async def reset(self) -> bool:
        return False

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def answer(self, sent: RecordedRequest) -> Reaction:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=60),
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
            )
        headers = {name: value for name, value in sent.headers.items() if name not in _UNSENT}
        try:
            async with self._session.request(
                sent.method,
                URL(self._origin + sent.target, encoded=True),
                headers=headers | {"Accept-Encoding": "identity"},
                data=sent.body or None,
                allow_redirects=False,
            ) as reply:
                kept = [pair for pair in reply.headers.items() if pair[0].lower() not in _HOPS]
                return StubResponse(
                    status=reply.status, headers=tuple(kept), body=await reply.read()
                )
        except (aiohttp.ClientError, OSError, TimeoutError):
            return Disconnect()
