"""Time and size: a call ends when it must, and nothing of it is left."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Sequence
from functools import cache

from jiebang.conformance.call_record import PATIENCE, Trial
from jiebang.conformance.check import Check
from jiebang.conformance.context import Scene
from jiebang.conformance.exchange import Answer, Exchange, Flood, Reaction, Stall
from jiebang.conformance.level import Level
from jiebang.conformance.replay import always
from jiebang.conformance.report import Failure
from jiebang.sdk import Capability, ConnectorError

#: Seconds the call is given.
DEADLINE = 0.5
_MEGABYTE = 1 << 20


async def deadline(scene: Scene) -> list[Failure]:
    """A platform that stalls does not hold the call beyond its deadline."""
    known = await scene.bound()
    begun = _last(known.exchanges)
    stalls: list[tuple[str, Reaction]] = [
        ("no answer at all", Stall()),
        ("half of an answer", Stall(begun)),
    ]
    subject = scene.subject(known.subject.number)

    async def stalled(reaction: Reaction) -> Trial:
        async with scene.stage(always(reaction, known.exchanges)) as stage:
            return await scene.trials.make(stage, "lookup", subject, seconds=DEADLINE)

    trials = await asyncio.gather(*(stalled(reaction) for _, reaction in stalls))
    scene.made += trials
    return [
        Failure(
            sent=f"a lookup with {DEADLINE} s left, and {what}",
            received=str(trial),
            expected="a ConnectorError when the time is over",
        )
        for (what, _), trial in zip(stalls, trials, strict=True)
        if trial.hung or not isinstance(trial.error, ConnectorError)
    ]


async def cancellation(scene: Scene) -> list[Failure]:
    """A call that nobody waits for any more ends, lets go of the platform, and leaves no task."""
    known = await scene.bound()
    subject = scene.subject(known.subject.number)
    failures: list[Failure] = []
    sent = "a lookup, cancelled while the platform stalls"
    async with scene.stage(always(Stall(), known.exchanges)) as stage:
        before = asyncio.all_tasks()
        task, _ = scene.trials.begin(stage, "lookup", subject, unhurried=True)
        try:
            await asyncio.wait_for(stage.asked.wait(), PATIENCE)
        except TimeoutError:
            task.cancel()
            received = "no request"
            return [Failure(sent=sent, received=received, expected="a request to the platform")]
        task.cancel()
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.cancelled():
            received = "a call that went on" if not task.done() else "CancelledError swallowed"
            failures.append(
                Failure(sent=sent, received=received, expected="CancelledError passed on")
            )
        try:
            await asyncio.wait_for(stage.left.wait(), PATIENCE)
        except TimeoutError:
            received = "a connection that stays open"
            failures.append(Failure(sent=sent, received=received, expected="the connection closed"))
        left = await _left(before | {task})
        if left:
            received = f"{left} tasks left behind"
            failures.append(Failure(sent=sent, received=received, expected="no task left"))
        if not task.done():
            task.cancel()
    return failures


async def _left(known: set[asyncio.Task[object]]) -> int:
    """Tasks that are new and will not end. The stage's own belong to aiohttp's server."""
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


async def reply_size(scene: Scene) -> list[Failure]:
    """A reply without end is refused, also one that only unfolds into it."""
    known = await scene.bound()
    plain = Flood(b'["' + b"x" * (_MEGABYTE - 6) + b'"],\n', 50)
    floods = (("50 MB of JSON", plain), ("50 MB, compressed", _bomb()))
    failures: list[Failure] = []
    for what, flood in floods:
        found = await scene.question(known.subject.number, always(flood, known.exchanges))
        wrong = [one for one in found.answers.values() if not isinstance(one, ConnectorError)]
        if wrong or any(trial.foreign for trial in found.trials):
            failures.append(
                Failure(
                    sent=f"a lookup, answered with {what}",
                    received=str(found),
                    expected="a ConnectorError",
                )
            )
    return failures


@cache
def _bomb() -> Flood:
    whole = json.dumps(["x" * (50 * _MEGABYTE)]).encode()
    return Flood(gzip.compress(whole, 1), 1, "gzip")


def _last(exchanges: Sequence[Exchange]) -> Answer:
    told = [one.answer for one in exchanges if one.answer is not None]
    return told[-1] if told else Answer()


async def retry_after(scene: Scene) -> list[Failure]:
    """What the platform says about when to come back arrives."""
    scene.require(Capability.LOOKUP)
    known = await scene.bound()
    failures: list[Failure] = []
    for status in (429, 503):
        for value, least, most in (
            ("7", 6.9, 7.1),
            ("Fri, 31 Dec 2100 23:59:59 GMT", 86_400.0, float("inf")),
        ):
            reply = Answer.of({"error": "later"}, status).with_headers(Retry_After=value)
            found = await scene.question(known.subject.number, always(reply, known.exchanges))
            failures += [
                Failure(
                    sent=f"a lookup, answered with HTTP {status} and Retry-After: {value}",
                    received=f"{found}, retry_after={getattr(answer, 'retry_after', None)}",
                    expected="a ConnectorError that carries the wait in seconds",
                )
                for answer in list(found.answers.values())[:1]
                if not isinstance(answer, ConnectorError)
                or answer.retry_after is None
                or not least <= answer.retry_after <= most
            ]
    return failures


CHECKS = (
    Check("deadline", Level.BRONZE, deadline),
    Check("cancellation", Level.BRONZE, cancellation),
    Check("reply-size", Level.BRONZE, reply_size),
    Check("retry-after", Level.SILVER, retry_after),
)
