"""The messages exchanged between a connector and the recording server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import unquote_plus

import orjson

SAFE_METHODS = frozenset({"GET", "HEAD"})


class InvalidJson(ValueError):
    """A body is not JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """One request as received. `target` is the raw path with its query; header names are in lower
    case."""

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
        """Whether it requests an OAuth 2.0 token, and so is not about a person."""
        return self.method == "POST" and b"grant_type=" in self.body

    @property
    def fingerprint(self) -> tuple[str, str, bytes]:
        """What makes two requests equal; headers are ignored, as signatures and times differ."""
        return self.method, self.target, self.body

    def has_text(self, text: str) -> bool:
        """Tell whether `text` occurs in the request: target, headers or body."""
        heads = "\n".join(self.headers.values())
        body = self.body.decode(errors="replace")
        whole = "\n".join((self.target, unquote_plus(self.target), heads, body))
        return text in whole or text in unquote_plus(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class StubResponse:
    """One complete reply."""

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
        """Decode the body. Raises `InvalidJson`."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise InvalidJson("the body is not JSON") from None

    def with_json(self, document: object) -> Self:
        """Return the same reply with another document."""
        return replace(self, body=orjson.dumps(document))

    def with_headers(self, **headers: str) -> Self:
        added = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return replace(self, headers=(*self.headers, *added))


@dataclass(frozen=True, slots=True)
class Stall:
    """No answer. With `after`, its head and half of its body are sent, and then nothing."""

    after: StubResponse | None = None


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The connection is cut after the request has been read."""


@dataclass(frozen=True, slots=True)
class Flood:
    """`times` copies of `chunk`, as the body of one reply."""

    chunk: bytes = field(repr=False)
    times: int
    encoding: str | None = None


#: How the recording server may react to a request.
Reaction = StubResponse | Stall | Disconnect | Flood


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the reaction to it."""

    request: RecordedRequest
    reaction: Reaction

    @property
    def response(self) -> StubResponse | None:
        return self.reaction if isinstance(self.reaction, StubResponse) else None


def last_response(exchanges: Sequence[Exchange]) -> StubResponse:
    """Return the last complete reply; an empty one if there is none."""
    told = [one.response for one in exchanges if one.response is not None]
    return told[-1] if told else StubResponse()
