"""A client that sends nothing: it records requests and returns given replies."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from jiebang.sdk import SUCCESS, Json, ProtocolFault, Unavailable, failure_for_status
from jiebang.transport.reply import WholeReply


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """One request that would be sent. `task_id`: the task that sent it, one per lookup."""

    method: str
    path: str = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    json: Json = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    task_id: int
    reply: WholeReply | None = field(default=None, repr=False)


class RecordingHttp:
    """Implements the sdk's `Http`. The n-th request gets the n-th reply, and the last reply is
    repeated; without replies the first request ends the call."""

    def __init__(self, replies: Sequence[WholeReply]) -> None:
        self._replies = replies
        self.sent: list[SentRequest] = []

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
    ) -> WholeReply:
        reply = (
            self._replies[min(len(self.sent), len(self._replies) - 1)] if self._replies else None
        )
        self.sent.append(
            SentRequest(
                method=method.upper(),
                path=path,
                params=dict(params or {}),
                headers=dict(headers or {}),
                json=json,
                form=form,
                task_id=id(asyncio.current_task()),
                reply=reply,
            )
        )
        await asyncio.sleep(0)  # let concurrent lookups all be recorded
        if reply is None:
            raise Unavailable("no reply was given")
        if 300 <= reply.status < 400:
            raise ProtocolFault("the platform redirects; redirects are not followed")
        if reply.status not in accept:
            failure = failure_for_status(reply.status, retry_after=reply.retry_after)
            failure.maybe_done = failure.maybe_done and method.upper() not in ("GET", "HEAD")
            raise failure
        return reply


def parse_reply(raw: bytes, status: int) -> WholeReply:
    """Parse a reply: a body, or the output of `curl -i`. Raises `ValueError`."""
    headers, body = dict[str, str](), raw
    while body.startswith(b"HTTP/"):
        blank = b"\r\n\r\n" if b"\r\n\r\n" in body else b"\n\n"
        head, _, body = body.partition(blank)
        first, *lines = head.decode("latin-1").splitlines()
        words = first.split()
        if len(words) < 2 or not words[1].isdigit():
            raise ValueError("expected a status line such as HTTP/1.1 200 OK")
        status = int(words[1])
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if status >= 200:  # skip interim responses such as 100 Continue
            break
    return WholeReply(status, headers, body)
