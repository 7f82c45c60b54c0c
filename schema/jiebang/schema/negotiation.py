"""GraphQL over HTTP: in which media type a reply goes out, and with which status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from jiebang.gateway.errors import Code
from jiebang.schema.context import quality

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
_KNOWN = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}


class Received(Protocol):
    """What of a request is looked at here."""

    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class ReceivedBody(Received, Protocol):
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


def status_of(errors: Sequence[GraphQLError]) -> int:
    """The status of a request that was never executed, where the media type carries one."""
    codes = {(error.extensions or {}).get("code") for error in errors}
    return 401 if Code.UNAUTHENTICATED.value in codes else 400


def refusal(status: int, error: GraphQLError, media: str, *, allow: str = "GET, POST") -> Response:
    """A reply to what never became a GraphQL request; a 405 says what to `allow` instead."""
    headers = {"allow": allow} if status == 405 else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(
        orjson.dumps({"errors": [error.formatted]}),
        status,
        headers=headers,
        media_type=f"{media}; charset=utf-8",
    )
