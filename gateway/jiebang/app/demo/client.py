"""A small GraphQL client: one POST for an answer, Server-Sent Events for a subscription."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from jiebang.schema.documents import documents

#: What GraphQL answers, as JSON.
Data = dict[str, Any]


class RequestFailed(Exception):
    """The gateway refused a request; the text is its own, and names no number."""


class Unreachable(RequestFailed):
    """No answer came, so that nobody knows whether the request arrived."""


class StreamDropped(Exception):
    """A subscription ended before its time; it can be taken up where it was."""


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one endpoint as one caller. `language` is ``zh-CN`` or ``en``."""

    session: aiohttp.ClientSession
    url: str
    token: str = field(repr=False)
    language: str = "zh-CN"

    async def ask(self, operation: str, **variables: object) -> Data:
        """The data of one of the documents that ship. Raises `RequestFailed`."""
        try:
            async with self.session.post(
                self.url, json=request_of(operation, variables), headers=self._headers()
            ) as reply:
                answer: Data = await reply.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"The gateway does not answer ({type(error).__name__}).") from None
        return _data(answer)

    async def follow(self, operation: str, **variables: object) -> AsyncGenerator[Data]:
        """What a subscription sends, until the gateway ends it.

        Raises `RequestFailed`, and `StreamDropped` when the connection ends instead.
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
    """The body of a request with the trusted document of that name."""
    query = documents()[operation]
    return {"query": query, "variables": dict(variables)}


def _data(answer: Data) -> Data:
    if errors := answer.get("errors"):
        raise RequestFailed("; ".join(str(error.get("message")) for error in errors))
    data: Data = answer["data"]
    return data


async def _events(stream: aiohttp.StreamReader) -> AsyncGenerator[tuple[str, str]]:
    """Name and data of each event."""
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
