"""One endpoint, asked as one caller."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Any, TypeVar, cast

import aiohttp

from jiebang_client.backoff import Backoff
from jiebang_client.errors import RequestFailed, Unreachable
from jiebang_client.events import events
from jiebang_client.operation import Asked, Followed, Operation

R = TypeVar("R")

_ANSWER = "application/graphql-response+json, application/json;q=0.9"
_STREAM = "text/event-stream"


@dataclass(slots=True, kw_only=True)
class Client:
    """Asks one endpoint as one caller; to be entered, ``async with Client(...) as client``.

    `token` is the bearer token, or what gives the present one, asked for each request. `language`
    (``zh-CN`` or ``en``) is that of texts people read. `backoff` rules what is sent again; a
    stream that is silent for `idle` seconds, heartbeats included, counts as cut.
    """

    url: str
    token: str | Callable[[], Awaitable[str]] | None = field(default=None, repr=False)
    language: str = "zh-CN"
    timeout: float = 30.0
    idle: float = 60.0
    backoff: Backoff = field(default_factory=Backoff)
    _session: aiohttp.ClientSession | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> Client:
        # A stream holds its connection for days: with aiohttp's limit, many leave none to ask by.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), json_serialize=_json
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, asked: Asked[R]) -> R:
        """The data of a query or a mutation.

        What may be sent twice (a query, or a mutation with an idempotency key) is, while no
        answer comes or the gateway is not available. Raises `RequestFailed` and `Unreachable`.
        """
        failed = 0
        while True:
            try:
                return cast("R", _data(await self._answer(asked)))
            except (RequestFailed, Unreachable) as error:
                failed += 1
                spent = failed >= self.backoff.attempts
                if spent or not asked.repeatable or not _is_passing(error):
                    raise
            await asyncio.sleep(self.backoff.pause(failed))

    async def follow(
        self, followed: Followed[R], *, on_reconnect: Callable[[], object] | None = None
    ) -> AsyncGenerator[R]:
        """What a subscription sends, until the gateway ends it.

        A stream that was cut is taken up after its last event, where the document allows it, so
        that each event comes once; `on_reconnect` is called before each new attempt. Raises
        `RequestFailed`, and `Unreachable` when attempt after attempt fails or the stream cannot be
        taken up.
        """
        variables, failed = dict(followed.variables), 0
        while True:
            began = time.monotonic()
            try:
                async with contextlib.aclosing(
                    self._stream(followed.operation, variables)
                ) as stream:
                    async for data in stream:
                        failed = 0
                        if followed.operation.resumes:
                            (event,) = data.values()
                            variables["after"] = event["cursor"]
                        yield cast("R", data)
                return
            except (RequestFailed, Unreachable) as error:
                # Days without an event are no failures, though proxies may cut an idle stream.
                if time.monotonic() - began >= self.backoff.ceiling:
                    failed = 0
                failed += 1
                spent = failed >= self.backoff.attempts
                if spent or not followed.operation.resumes or not _is_passing(error):
                    raise
            await asyncio.sleep(self.backoff.pause(failed))
            if on_reconnect is not None:
                on_reconnect()

    async def _answer(self, asked: Asked[Any]) -> dict[str, Any]:
        limit = aiohttp.ClientTimeout(total=self.timeout)
        async with self._posted(asked.operation, asked.variables, _ANSWER, limit) as reply:
            return await _answer_of(reply)

    async def _stream(
        self, operation: Operation, variables: Mapping[str, object]
    ) -> AsyncGenerator[dict[str, Any]]:
        limit = aiohttp.ClientTimeout(total=None, sock_connect=self.timeout, sock_read=self.idle)
        async with self._posted(operation, variables, _STREAM, limit) as reply:
            if reply.content_type != _STREAM:
                _data(await _answer_of(reply))
                raise RequestFailed([{"message": "The gateway did not answer with a stream."}])
            async for kind, text in events(reply.content.iter_any()):
                if kind == "complete":
                    return
                if kind == "next":
                    yield _event(json.loads(text))
        raise Unreachable("The stream ended early.")

    @contextlib.asynccontextmanager
    async def _posted(
        self,
        operation: Operation,
        variables: Mapping[str, object],
        accept: str,
        limit: aiohttp.ClientTimeout,
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """The reply to a document by its hash; with its text where the hash is not known."""
        if self._session is None:
            raise RuntimeError("Enter the client first: async with Client(...) as client.")
        headers = {"Accept": accept, "Accept-Language": self.language}
        token = self.token if isinstance(self.token, str | None) else await self.token()
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            for with_text in (False, True):
                async with self._session.post(
                    self.url,
                    json=operation.payload(variables, with_text=with_text),
                    headers=headers,
                    timeout=limit,
                    allow_redirects=False,
                ) as reply:
                    if with_text or reply.status != 400 or not await _is_unknown(reply):
                        yield reply
                        return
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            what = type(error).__name__
            raise Unreachable(f"The gateway does not answer ({what}).") from None


def _is_passing(error: RequestFailed | Unreachable) -> bool:
    return isinstance(error, Unreachable) or error.code == "UNAVAILABLE"


async def _is_unknown(reply: aiohttp.ClientResponse) -> bool:
    errors: Any = (await _answer_of(reply)).get("errors")
    return bool(errors) and RequestFailed(errors).code == "PERSISTED_QUERY_NOT_FOUND"


async def _answer_of(reply: aiohttp.ClientResponse) -> dict[str, Any]:
    """The body, kept by aiohttp, so that it can be read again."""
    try:
        answer: Any = json.loads(await reply.read())
    except ValueError:
        answer = None
    if isinstance(answer, dict) and ("data" in answer or "errors" in answer):
        return cast("dict[str, Any]", answer)
    if reply.status >= 500:
        raise Unreachable(f"Something before the gateway answered {reply.status}.")
    raise RequestFailed([{"message": f"No GraphQL answers at this address ({reply.status})."}])


def _data(answer: Mapping[str, Any]) -> dict[str, Any]:
    if errors := answer.get("errors"):
        raise RequestFailed(errors)
    data = answer.get("data")
    if not isinstance(data, dict):
        raise RequestFailed(())
    return cast("dict[str, Any]", data)


def _event(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an event. A token that ran out meanwhile cuts the stream: whoever gives a newer
    one goes on, and the old one is refused with the next request."""
    try:
        return _data(answer)
    except RequestFailed as error:
        if error.reason == "TOKEN_REFUSED":
            raise Unreachable("The stream ended with its token.") from error
        raise


def _json(value: object) -> str:
    return json.dumps(value, default=_day)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON.")
