"""What a platform's handler receives and returns, before faults are applied."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import cast
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request


class AnswerDelivery(Enum):
    """How an answer is delivered."""

    SENT = auto()
    #: The connection is cut instead.
    CUT = auto()
    #: The connection stays open until the client leaves.
    WITHHELD = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to be sent. `delay` is in seconds; `after` must finish before it is sent."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str = "application/json"
    delivery: AnswerDelivery = AnswerDelivery.SENT
    delay: float = 0.0
    after: asyncio.Task[None] | None = None


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """One parsed request. A body that is neither a JSON object nor a form counts as empty."""

    request: Request
    body: Mapping[str, object]
    raw: bytes = b""

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def header(self, name: str) -> str:
        return self.request.headers.get(name, "")

    def path_param(self, name: str) -> str:
        """Return a named part of the path."""
        return str(self.request.path_params.get(name, ""))

    def value(self, *names: str) -> object:
        """Return what the body has at these nested names; None if there is nothing."""
        found: object = self.body
        for name in names:
            found = as_object(found).get(name)
        return found

    def text(self, *names: str) -> str:
        """Return `value`, or an empty string unless it is a string."""
        found = self.value(*names)
        return found if isinstance(found, str) else ""

    def has_bearer(self, token: str) -> bool:
        return self.header("authorization") == f"Bearer {token}"

    def has_basic(self, user: str, password: str) -> bool:
        expected = b64encode(f"{user}:{password}".encode()).decode()
        return self.header("authorization") == f"Basic {expected}"


Handler = Callable[[ParsedRequest], Answer]


class BadRequest(Exception):
    """The request lacks something, or has it in a wrong format."""


def require(value: str | None) -> str:
    """Return `value`. Raises `BadRequest` if there is none."""
    if not value:
        raise BadRequest
    return value


def as_object(value: object) -> Mapping[str, object]:
    """Return `value` if it is a JSON object, otherwise an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


async def parse_request(request: Request) -> ParsedRequest:
    raw = await request.body()
    if not raw.startswith(b"{"):
        # curl labels every body a form, so the content decides.
        return ParsedRequest(request, dict(parse_qsl(raw.decode(errors="replace"))), raw)
    try:
        return ParsedRequest(request, as_object(orjson.loads(raw)), raw)
    except orjson.JSONDecodeError:
        return ParsedRequest(request, {}, raw)
