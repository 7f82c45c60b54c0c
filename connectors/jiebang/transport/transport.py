"""The shared HTTP client for all platforms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib.metadata import version
from typing import Self

import aiohttp

from jiebang.sdk import ConnectorSpec, Http, Secret
from jiebang.transport.client import HttpClient, SharedSession
from jiebang.transport.egress import AllowList, PublicResolver
from jiebang.transport.exchange import forbid_resend, trace_config


class Transport:
    """One HTTP client for all platforms. Use it as ``async with Transport() as transport``.

    `allow_private` names hosts on private networks that may be reached (``host:port`` or ``host``);
    only these may be reached over plain http. `max_body` bounds a response in bytes, after
    decompression. OAuth tokens live as long as the transport.
    """

    def __init__(self, *, allow_private: Collection[str] = (), max_body: int = 1 << 20) -> None:
        self._shared = SharedSession(AllowList(allow_private), max_body)

    @property
    def session(self) -> aiohttp.ClientSession:
        return self._shared.session

    async def __aenter__(self) -> Self:
        self._shared.client_session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                resolver=PublicResolver(self._shared.allow_list),
                ttl_dns_cache=30,
                # Shorter than the 5 s after which common servers close an idle connection: a write
                # sent on a closed one cannot be distinguished from a write that was lost.
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
            middlewares=(forbid_resend,),
            trace_configs=[trace_config()],
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. The transport cannot be used afterwards."""
        session, self._shared.client_session = self._shared.client_session, None
        if session is not None:
            await self._shared.tokens.close()
            await session.close()

    def bind(
        self, spec: ConnectorSpec, settings: Mapping[str, str | Secret], *, deadline: float
    ) -> Http:
        """Return the contract's `Http` for one call of one connector.

        `deadline` is in event-loop time (`loop.time()`).
        """
        return HttpClient(self._shared, spec, settings, deadline)
