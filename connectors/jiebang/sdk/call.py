"""What a connector receives for one call: HTTP, its settings, and the order's idempotency key.

All of these are protocols: the gateway implements them, and tests may bring their own.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any, Protocol

#: Any JSON value. `Any`, because replies are read by expression, not by attribute.
Json = Any

SUCCESS: Container[int] = range(200, 300)


class Secret:
    """A value that must not be displayed: `repr` and `str` hide it. Read it with `reveal()`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('**')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Reply(Protocol):
    """One HTTP response, read completely and limited in size."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Header values by lower-case name."""
        ...

    @property
    def body(self) -> bytes: ...
    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, from Retry-After or from headers that report an exhausted limit."""
        ...

    def json(self) -> Json:
        """Decode the body. Raises `Blocked` for an HTML page and `ProtocolFault` for any other body
        that is not JSON."""
        ...


class Http(Protocol):
    """A client bound to the connector's hosts, limits and deadline.

    `path` is appended to the connector's `base_url`, or is an absolute URL on a declared host. A
    status outside `accept` raises the error that `failure_for_status` gives for it. Redirects are
    not followed. Writes that may have reached the platform raise with `maybe_done=True`.
    """

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
    ) -> Reply: ...


class Call(Protocol):
    """The context of one call. A connector keeps none of it."""

    @property
    def http(self) -> Http: ...
    @property
    def settings(self) -> Mapping[str, str | Secret]: ...
    @property
    def platforms(self) -> frozenset[str]:
        """The requested platforms; an aggregator answers for these only."""
        ...

    @property
    def deadline(self) -> datetime: ...
    @property
    def idempotency_key(self) -> str:
        """The same for every attempt at the same order, even after a restart. Empty for reads."""
        ...

    @property
    def callback_url(self) -> str | None:
        """Where the platform may report the result of this order; None if callbacks are off."""
        ...
