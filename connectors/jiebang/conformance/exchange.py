"""What passes over the wire between a connector and the stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import unquote_plus

import orjson

SAFE_METHODS = frozenset({"GET", "HEAD"})


class InvalidJson(ValueError):
    """A body is not JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """One request as it arrived. `target` is the path with its query, as it was sent; header
    names are in lower case."""

    method: str
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def is_write(self) -> bool:
        return self.method not in SAFE_METHODS

    @property
    def is_token_request(self) -> bool:
        """Asks for an OAuth 2.0 token, not for anything about a person."""
        return self.method == "POST" and b"grant_type=" in self.body

    @property
    def fingerprint(self) -> tuple[str, str, bytes]:
        """What makes two requests the same; signatures and times in headers differ anyway."""
        return self.method, self.target, self.body

    def has_text(self, text: str) -> bool:
        """Is `text` anywhere in the request: target, headers or body?"""
        heads = "\n".join(self.headers.values())
        body = self.body.decode(errors="replace")
        whole = "\n".join((self.target, unquote_plus(self.target), heads, body))
        return text in whole or text in unquote_plus(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class StubResponse:
    """One reply, whole."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def from_json(cls, document: object, status: int = 200) -> Self:
        return cls(status=status, body=orjson.dumps(document))

    @classmethod
    def from_text(cls, text: str, kind: str, status: int = 200) -> Self:
        return cls(status=status, headers=(("Content-Type", kind),), body=text.encode())

    def json(self) -> Any:
        """The decoded body. Raises `Unreadable`."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise InvalidJson("the body is not JSON") from None

    def with_json(self, document: object) -> Self:
        """The same answer around another document."""
        return replace(self, body=orjson.dumps(document))

    def with_headers(self, **headers: str) -> Self:
        added = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return replace(self, headers=(*self.headers, *added))


@dataclass(frozen=True, slots=True)
class Stall:
    """No answer. With `after`, its head and half of its body come, and then nothing."""

    after: StubResponse | None = None


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The connection is cut once the request has been read."""


@dataclass(frozen=True, slots=True)
class Flood:
    """`times` copies of `chunk`, as the body of one answer."""

    chunk: bytes = field(repr=False)
    times: int
    encoding: str | None = None


#: What the stage can do with a request.
Reaction = StubResponse | Stall | Disconnect | Flood


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and what was done with it."""

    request: RecordedRequest
    reaction: Reaction

    @property
    def response(self) -> StubResponse | None:
        return self.reaction if isinstance(self.reaction, StubResponse) else None
