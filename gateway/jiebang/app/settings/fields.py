"""Types of single settings: how they are written and parsed."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from jiebang.app.auth.key_ring import parse_ring_entry
from jiebang.app.settings.sources import parse_json
from jiebang.gateway.domain.keys import Key

_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):([0-9]{1,5})")


def _parse_list(value: object) -> object:
    """Parse a list: JSON, or words separated by commas and spaces."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return parse_json(value)
    return [word for word in re.split(r"[,\s]+", value) if word]


def _parse_key(value: object) -> object:
    return parse_ring_entry(value) if isinstance(value, str) else value


def _require_distinct_kids(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    if len({key.kid for key in keys}) < len(keys):
        raise ValueError("contains two keys with the same kid")
    return keys


def _normalize_database_url(value: object) -> object:
    """Return the DSN for SQLAlchemy with asyncpg, for any PostgreSQL scheme."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str):
        return value
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("is not a database URL") from None
    if url.drivername not in ("postgresql", "postgres", "postgresql+asyncpg"):
        raise ValueError("is not a PostgreSQL URL")
    asyncpg = url.set(drivername="postgresql+asyncpg")
    return SecretStr(asyncpg.render_as_string(hide_password=False))


def _normalize_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    else:
        sound = sound and not (parts.query or parts.fragment or parts.username)
    if not sound:
        raise ValueError("is not a URL like https://host/path, without user, query or fragment")
    return text.rstrip("/")


def _normalize_address(text: str) -> str:
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[2]) < 65536:
        raise ValueError("is not host:port")
    return text.lower()


def _parse_network(value: object) -> object:
    """Parse a network; a single address is a network of one."""
    if not isinstance(value, str):
        return value
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError("is not an address like 10.0.0.5 or a network like 10.0.0.0/24") from None


def _normalize_origin(text: str) -> str:
    """Normalize an origin as browsers write it (RFC 6454): no path, lower case, no default port."""
    try:
        parts = urlsplit(_normalize_url(text))
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or parts.path:
        raise ValueError("is not an origin like https://app.example, without a path")
    usual = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _parse_tenants(value: object) -> object:
    if value == "*":
        return None
    if value is None:
        raise ValueError('must be "*" or a list of tenants')
    return _parse_list(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_parse_list)]
Networks = Annotated[
    tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_parse_network)], ...],
    BeforeValidator(_parse_list),
]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_normalize_origin)], ...], BeforeValidator(_parse_list)
]
Paths = Annotated[tuple[Path, ...], BeforeValidator(_parse_list)]
Tenants = Annotated[frozenset[str] | None, BeforeValidator(_parse_tenants)]
KeyList = Annotated[
    tuple[Annotated[Key, BeforeValidator(_parse_key)], ...],
    BeforeValidator(_parse_list),
    AfterValidator(_require_distinct_kids),
]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_normalize_database_url)]
Url = Annotated[str, AfterValidator(_normalize_url)]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_normalize_address)], ...], BeforeValidator(_parse_list)
]
