"""Where a connector may connect to: https on public addresses, and what the operator allows."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from jiebang.sdk import ConfigFault

#: Networks whose addresses embed an IPv4 address at the end: NAT64 (RFC 6052), the deprecated
#: IPv4-compatible (RFC 4291, section 2.5.5.1) and IPv4-translated (RFC 2765) ones.
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
#: Local-use networks: NAT64 (RFC 8215) and the deprecated site-local prefix (RFC 3879).
_LOCAL = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "fec0::/10")))


class AddressRefused(Exception):
    """A name resolved to an address that must not be reached."""


def is_public(address: str) -> bool:
    """Tell whether the address is public. An IPv6 address is judged by the IPv4 one it embeds."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in local for local in _LOCAL):
            return False
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and any(ip in carrier for carrier in _CARRIERS):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


class AllowList:
    """The hosts on private networks that may be reached, also over plain http.

    An entry is ``host:port`` (IPv6 in brackets), or ``host`` for all its ports.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Collection[str]) -> None:
        self._entries = frozenset(entry.lower() for entry in entries)

    def has_host(self, host: str, port: int | None) -> bool:
        bracketed = f"[{host.lower()}]" if ":" in host else host.lower()
        return bracketed in self._entries or f"{bracketed}:{port}" in self._entries

    def check(self, url: URL) -> None:
        """Check the URL as far as possible without resolving its host. Raises `ConfigFault`.

        Host names are checked when they are resolved, see `PublicResolver`.
        """
        host = url.raw_host
        if not host or url.user is not None or url.password is not None:
            raise ConfigFault("a platform's address needs a host, and no user or password")
        if self.has_host(host, url.port):
            if url.scheme not in ("http", "https"):
                raise ConfigFault("a platform's address must begin with https:// or http://")
            return
        if url.scheme != "https":
            raise ConfigFault(
                "a platform must be reached over https unless its host is allowed as private"
            )
        try:
            public = is_public(host)
        except ValueError:
            return  # a host name
        if not public:
            raise ConfigFault("the platform's address is private and not among the allowed ones")


class PublicResolver(AbstractResolver):
    """Resolves host names and refuses private addresses.

    The client connects to exactly the addresses returned here, so there is no second resolution
    between the check and the connection.
    """

    def __init__(self, allow_list: AllowList) -> None:
        self._allow_list = allow_list
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not self._allow_list.has_host(host, port) and not all(
            is_public(one["host"]) for one in found
        ):
            raise AddressRefused
        return found

    async def close(self) -> None:
        await self._inner.close()
