"""The network address to which a page visitor's requests are counted."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

#: The IPv6 prefix length of a subscriber, who chooses the remaining bits.
_IPV6_SUBSCRIBER = 64
#: For a peer without an address, such as one on a Unix socket.
UNKNOWN = "unknown"


def client_address(peer: str | None, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """Return the address that a request comes from; for IPv6 its /64 network.

    `forwarded` are the values of X-Forwarded-For, which anybody can forge. They are read from the
    end, as far as trusted `proxies` wrote them.
    """
    found = _parse_address(peer or "")
    hops = [hop for line in forwarded for hop in line.split(",")]
    while found is not None and any(found in network for network in proxies) and hops:
        before = _parse_address(hops.pop())
        if before is None:
            break
        found = before
    if found is None:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _IPV6_SUBSCRIBER), strict=False))
    return str(found)


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address as proxies write it, including `[v6]:port` and `v4:port`."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
