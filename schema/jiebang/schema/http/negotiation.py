"""GraphQL over HTTP: in which media type a reply goes out, and with which status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from jiebang.gateway.domain.errors import Code
from jiebang.schema.context import quality
from jiebang.schema.translation import translate_error

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS, PARTS = "text/event-stream", "multipart/mixed"
_KNOWN = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}

# What may have pieces: a look at the text, because what is not streamed after all is one piece.
_PIECES = re.compile(r"@\s*(?:defer|stream)\b")


class RequestHead(Protocol):
    """What of a request is looked at here."""

    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class RequestWithBody(RequestHead, Protocol):
    @property
    def query_params(self) -> Mapping[str, str | list[str] | None]: ...

    async def get_body(self) -> bytes: ...


class BadRequest(Exception):
    """A request that is refused before it becomes a GraphQL request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def preferred_media(accept: str) -> str:
    """The media type an Accept header likes most; the legacy one when it names none of ours."""
    best = (0.0, JSON)
    for part in accept.split(","):
        name, _, parameters = part.partition(";")
        media = _KNOWN.get(name.strip().lower())
        if media is not None and (weight := quality(parameters)) > best[0]:
            best = (weight, media)
    return best[1]


def streaming_media(accept: str, document: str) -> str | None:
    """The media type in which the answer to this document comes piece by piece; None: it comes
    at once, as JSON.

    Only what is named counts, not ``*/*``. A document that has something to stream gets what its
    client likes most. Any other comes as Server-Sent Events to whoever takes no JSON.
    """
    offered = [part for part in accept.split(",") if quality(part.partition(";")[2]) > 0]
    names = [part.partition(";")[0].strip().lower() for part in offered]
    in_pieces = _PIECES.search(document) is not None
    ranked = sorted(
        zip(names, offered, strict=True), key=lambda one: -quality(one[1].partition(";")[2])
    )
    for name, part in ranked:
        if name == EVENTS and (in_pieces or "subscription" in document):
            return EVENTS
        if name == PARTS and in_pieces and "deferspec" not in part.lower():
            return PARTS
    return EVENTS if EVENTS in names and not _KNOWN.keys() & set(names) else None


def status_of(errors: Sequence[GraphQLError]) -> int:
    """The status of a request that was never executed, where the media type carries one."""
    codes = {(error.extensions or {}).get("code") for error in errors}
    return 401 if Code.UNAUTHENTICATED.value in codes else 400


def error_response(
    status: int, error: GraphQLError, media: str, *, language: str, allow: str = "GET, POST"
) -> Response:
    """A reply to what never became a GraphQL request; a 405 says what to `allow` instead."""
    headers = {"allow": allow} if status == 405 else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(
        orjson.dumps({"errors": [translate_error(error, language).formatted]}),
        status,
        headers=headers,
        media_type=f"{media}; charset=utf-8",
    )
