"""A small GraphQL client: POST for queries and mutations, Server-Sent Events for subscriptions."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from jiebang.schema.documents import documents

#: A GraphQL result as JSON.
Data = dict[str, Any]


class RequestFailed(Exception):
    """The gateway refused a request; the text is the gateway's and contains no number."""


class Unreachable(RequestFailed):
    """There was no response, so the request may or may not have arrived."""


class StreamDropped(Exception):
    """A subscription ended early; it can be resumed from its cursor."""


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests to one endpoint as one caller. `language` is ``zh-CN`` or ``en``."""

    session: aiohttp.ClientSession
    url: str
    token: str = field(repr=False)
    language: str = "zh-CN"

    async def ask(self, operation: str, **variables: object) -> Data:
        """Run one of the shipped documents and return its data. Raises `RequestFailed`."""
        try:
            async with self.session.post(
                self.url, json=request_of(operation, variables), headers=self._headers()
            ) as reply:
                answer: Data = await reply.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"The gateway does not answer ({type(error).__name__}).") from None
        return _data(answer)

    async def follow(self, operation: str, **variables: object) -> AsyncGenerator[Data]:
        """Yield the results of a subscription until the gateway ends it.

        Raises `RequestFailed`, and `StreamDropped` when the connection is lost instead.
        """
        headers = {**self._headers(), "Accept": "text/event-stream"}
        body = request_of(operation, variables)
        forever = aiohttp.ClientTimeout(total=None, sock_read=60)
        try:
            async with self.session.post(
                self.url, json=body, headers=headers, timeout=forever
            ) as reply:
                if not reply.content_type.startswith("text/event-stream"):
                    _data(await reply.json(content_type=None))
                    raise RequestFailed("The gateway did not answer with a stream.")
                async for kind, text in _events(reply.content):
                    if kind == "complete":
                        return
                    if kind == "next":
                        yield _data(json.loads(text))
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise StreamDropped(type(error).__name__) from None
        raise StreamDropped("the stream ended early")

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "Accept-Language": self.language,
        }


def request_of(operation: str, variables: Mapping[str, object]) -> Data:
    """Return the request body for the trusted document of that name."""
    query = documents()[operation]
    return {"query": query, "variables": dict(variables)}


def _data(answer: Data) -> Data:
    if errors := answer.get("errors"):
        raise RequestFailed("; ".join(str(error.get("message")) for error in errors))
    data: Data = answer["data"]
    return data


async def _events(stream: aiohttp.StreamReader) -> AsyncGenerator[tuple[str, str]]:
    """Yield the name and data of each event."""
    kind, lines = "message", list[str]()
    async for raw in stream:
        line = raw.decode().rstrip("\r\n")
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if lines or kind != "message":
                yield kind, "\n".join(lines)
            kind, lines = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            lines.append(value)
