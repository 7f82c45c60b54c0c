"""GraphQL over HTTP: the media type and status code of a response."""

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

# May match a document that is not streamed after all: it is then sent as one part.
_PIECES = re.compile(r"@\s*(?:defer|stream)\b")


class RequestHead(Protocol):
    """The parts of a request used here."""

    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class RequestWithBody(RequestHead, Protocol):
    @property
    def query_params(self) -> Mapping[str, str | list[str] | None]: ...

    async def get_body(self) -> bytes: ...


class BadRequest(Exception):
    """A request that is rejected before it becomes a GraphQL request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def preferred_media(accept: str) -> str:
    """Return the media type an Accept header prefers; the legacy one if it names none of ours."""
    best = (0.0, JSON)
    for part in accept.split(","):
        name, _, parameters = part.partition(";")
        media = _KNOWN.get(name.strip().lower())
        if media is not None and (weight := quality(parameters)) > best[0]:
            best = (weight, media)
    return best[1]


def streaming_media(accept: str, document: str) -> str | None:
    """Return the media type for streaming the answer to this document; None to send it at once, as
    JSON.

    Only named types count, not ``*/*``. A document that can be streamed gets the type its client
    prefers. Any other is sent as Server-Sent Events to clients that do not accept JSON.
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
    """Return the status of a request that was not executed, for media types that carry one."""
    codes = {(error.extensions or {}).get("code") for error in errors}
    return 401 if Code.UNAUTHENTICATED.value in codes else 400


def error_response(
    status: int, error: GraphQLError, media: str, *, language: str, allow: str = "GET, POST"
) -> Response:
    """Return a response for a request that is not a valid GraphQL request; a 405 lists `allow`."""
    headers = {"allow": allow} if status == 405 else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(
        orjson.dumps({"errors": [translate_error(error, language).formatted]}),
        status,
        headers=headers,
        media_type=f"{media}; charset=utf-8",
    )
