"""The guard around a connector's call: an answer or a `ConnectorError`, in time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from jiebang.gateway.calls.call import run_guarded
from jiebang.sdk import Bug, Denied, DenyReason, RateLimited, TimedOut


def raising(error: BaseException) -> Callable[[], Any]:
    async def ask() -> None:
        raise error

    return ask


async def test_an_answer_passes() -> None:
    async def ask() -> Denied:
        return Denied(reason=DenyReason.OTHER)

    assert await run_guarded(ask, 1) == Denied(reason=DenyReason.OTHER)


async def test_a_connectors_own_error_passes() -> None:
    with pytest.raises(RateLimited):
        await run_guarded(raising(RateLimited()), 1)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("13800001234"),
        SystemExit(1),
        asyncio.CancelledError("13800001234"),
        StopAsyncIteration(),
        ExceptionGroup("g", [ValueError("13800001234")]),
        RecursionError(),
    ],
)
@pytest.mark.parametrize("writes", [True, False])
async def test_anything_else_it_raises_is_a_bug_without_its_text(
    error: BaseException, writes: bool
) -> None:
    with pytest.raises(Bug) as caught:
        await run_guarded(raising(error), 1, writes=writes)
    assert caught.value.maybe_done is writes
    assert "1380000" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_its_own_timeout_counts_as_one() -> None:
    with pytest.raises(TimedOut):
        await run_guarded(raising(TimeoutError()), 1)


def not_async() -> int:
    return 7


def takes_more(_: int) -> int:
    return 7


@pytest.mark.parametrize("ask", [not_async, takes_more])
async def test_what_cannot_be_called_or_awaited_is_a_bug(ask: Any) -> None:
    with pytest.raises(Bug):
        await run_guarded(ask, 1)


@pytest.mark.parametrize("writes", [True, False])
async def test_who_hangs_is_cancelled(writes: bool) -> None:
    cancelled = asyncio.Event()

    async def ask() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimedOut) as caught:
        await run_guarded(ask, 0, writes=writes)
    assert caught.value.maybe_done is writes
    await cancelled.wait()


async def test_who_will_not_be_cancelled_is_left_behind() -> None:
    release = asyncio.Event()

    async def ask() -> None:
        while not release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await release.wait()

    with pytest.raises(TimedOut):
        await run_guarded(ask, 0)
    release.set()


async def test_who_asks_and_leaves_takes_the_call_along() -> None:
    running, cancelled = asyncio.Event(), asyncio.Event()

    async def ask() -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    task = asyncio.create_task(run_guarded(ask, 60))
    await running.wait()
    task.cancel()
    await cancelled.wait()
    with pytest.raises(asyncio.CancelledError):
        await task
