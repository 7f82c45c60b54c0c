"""Time and size: a call ends when it must, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from functools import cache

from jiebang.conformance.call_record import HANG_TIMEOUT, CallRecord
from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext
from jiebang.conformance.exchange import Flood, Reaction, Stall, StubResponse, last_response
from jiebang.conformance.level import Level
from jiebang.conformance.replay import respond_always
from jiebang.conformance.report import Failure, failure
from jiebang.sdk import Capability, ConnectorError

#: Seconds that the call is given.
DEADLINE = 0.5
_MEGABYTE = 1 << 20


async def check_deadline(context: CheckContext) -> AsyncIterator[Failure]:
    """A platform that stalls does not delay the call beyond its deadline."""
    known = await context.bound_lookup()
    begun = last_response(known.exchanges)
    stalls: list[tuple[str, Reaction]] = [
        ("no answer at all", Stall()),
        ("half of an answer", Stall(begun)),
    ]
    subject = context.subject(known.subject.number)

    async def call_stalled(reaction: Reaction) -> CallRecord:
        async with context.start_server(respond_always(reaction, known.exchanges)) as server:
            return await context.runner.run(server, "lookup", subject, seconds=DEADLINE)

    calls = await asyncio.gather(*(call_stalled(reaction) for _, reaction in stalls))
    context.all_calls += calls
    for (what, _), call in zip(stalls, calls, strict=True):
        if call.hung or not isinstance(call.error, ConnectorError):
            yield failure(
                f"a lookup with {DEADLINE} s left, and {what}",
                call,
                "a ConnectorError by the deadline",
            )


async def check_cancellation(context: CheckContext) -> AsyncIterator[Failure]:
    """A cancelled call ends, closes its connection to the platform, and leaves no task behind."""
    known = await context.bound_lookup()
    subject = context.subject(known.subject.number)
    sent = "a lookup, cancelled while the platform stalls"
    async with context.start_server(respond_always(Stall(), known.exchanges)) as server:
        before = asyncio.all_tasks()
        task, _ = context.runner.start(server, "lookup", subject, without_timeout=True)
        try:
            await asyncio.wait_for(server.request_received.wait(), HANG_TIMEOUT)
        except TimeoutError:
            task.cancel()
            received = "no request"
            yield failure(sent, received, "a request to the platform")
            return
        task.cancel()
        await asyncio.wait({task}, timeout=HANG_TIMEOUT)
        if not task.cancelled():
            received = "the call continued" if not task.done() else "CancelledError swallowed"
            yield failure(sent, received, "CancelledError passed on")
        try:
            await asyncio.wait_for(server.client_left.wait(), HANG_TIMEOUT)
        except TimeoutError:
            received = "a connection that stays open"
            yield failure(sent, received, "the connection closed")
        left = await _count_leftover_tasks(before | {task})
        if left:
            received = f"{left} tasks left behind"
            yield failure(sent, received, "no task left")
        if not task.done():
            task.cancel()


async def _count_leftover_tasks(known: set[asyncio.Task[object]]) -> int:
    """Count tasks that are new and will not end, except those of the recording server."""
    count = 0
    for _ in range(100):
        new = [
            one
            for one in asyncio.all_tasks() - known
            if "aiohttp" not in str(getattr(one.get_coro(), "__qualname__", ""))
            and "RequestHandler" not in str(getattr(one.get_coro(), "__qualname__", ""))
            and one is not asyncio.current_task()
        ]
        count = len(new)
        if not count:
            break
        await asyncio.sleep(0.02)
    return count


async def check_reply_size(context: CheckContext) -> AsyncIterator[Failure]:
    """An endless reply is refused, also if it is only large when decompressed."""
    known = await context.bound_lookup()
    plain = Flood(b'["' + b"x" * (_MEGABYTE - 6) + b'"],\n', 50)
    floods = (("50 MB of JSON", plain), ("50 MB, compressed", _gzip_bomb()))
    for what, flood in floods:
        found = await context.lookup_answered(known, flood)
        wrong = [one for one in found.answers.values() if not isinstance(one, ConnectorError)]
        if wrong or any(call.foreign_error for call in found.calls):
            yield failure(f"a lookup, answered with {what}", found, "a ConnectorError")


@cache
def _gzip_bomb() -> Flood:
    whole = json.dumps(["x" * (50 * _MEGABYTE)]).encode()
    return Flood(gzip.compress(whole, 1), 1, "gzip")


async def check_retry_after(context: CheckContext) -> AsyncIterator[Failure]:
    """The platform's statement of when to come back is passed on."""
    context.require(Capability.LOOKUP)
    known = await context.bound_lookup()
    for status in (429, 503):
        for value, least, most in (
            ("7", 6.9, 7.1),
            ("Fri, 31 Dec 2100 23:59:59 GMT", 86_400.0, float("inf")),
        ):
            reply = StubResponse.from_json({"error": "later"}, status).with_headers(
                Retry_After=value
            )
            found = await context.lookup_answered(known, reply)
            for answer in list(found.answers.values())[:1]:
                if (
                    not isinstance(answer, ConnectorError)
                    or answer.retry_after is None
                    or not least <= answer.retry_after <= most
                ):
                    yield failure(
                        f"a lookup, answered with HTTP {status} and Retry-After: {value}",
                        f"{found}, retry_after={getattr(answer, 'retry_after', None)}",
                        "a ConnectorError that carries the wait in seconds",
                    )


CHECKS = (
    Check("deadline", Level.BRONZE, check_deadline),
    Check("cancellation", Level.BRONZE, check_cancellation),
    Check("reply-size", Level.BRONZE, check_reply_size),
    Check("retry-after", Level.SILVER, check_retry_after),
)
