"""Callbacks to whoever placed an order: repeated until accepted, and faulty on request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass

import aiohttp

from jiebang.sandbox.answers import BadRequest
from jiebang.sandbox.faults import FaultKind, Faults

#: Seconds between the delivery attempts of one callback.
GAPS = (0.2, 0.5, 1.0, 2.0)


def require_url(text: str) -> str:
    """Return where to report to; empty if nobody asks. Raises `BadRequest`."""
    if text and not text.startswith("http"):
        raise BadRequest
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEvent:
    """One event to report. `sign` returns its headers, with or without a signature."""

    body: bytes
    sign: Callable[[bool], Mapping[str, str]]


class CallbackSender:
    """Delivers callbacks in the background until it is closed."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def start(self, coroutine: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def settle_later(
        self,
        faults: Faults,
        platform: str,
        seconds: float,
        *,
        url: str,
        settle: Callable[[], tuple[CallbackEvent, CallbackEvent]],
    ) -> asyncio.Task[None] | None:
        """Let a case end after `seconds` and report it to `url`, if given, subject to the fault in
        force. `settle` ends it and returns the events to report: the end, and an older state. The
        returned task must finish before the platform replies."""
        fault = faults.draw_fault(platform, callback=True)
        kind = fault.kind if fault else FaultKind.NONE
        early = kind is FaultKind.CALLBACK_BEFORE_REPLY

        async def settle_and_notify() -> None:
            await asyncio.sleep(0.0 if early else seconds)
            end, before = settle()
            if not url or kind is FaultKind.CALLBACK_LOST:
                return
            if fault is not None and kind is FaultKind.CALLBACK_LATE:
                await asyncio.sleep(fault.seconds)
            told = {
                FaultKind.CALLBACK_TWICE: [end, end],
                FaultKind.CALLBACK_OUT_OF_ORDER: [end, before],
            }.get(kind, [end])
            for event in told:
                await self._deliver(url, event, signed=kind is not FaultKind.CALLBACK_UNSIGNED)

        task = self.start(settle_and_notify())
        return task if early else None

    async def _deliver(self, url: str, event: CallbackEvent, *, signed: bool) -> None:
        """Retry until the receiver answers 2xx, or the attempts are used up."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        for gap in (*GAPS, None):
            headers = {"content-type": "application/json", **event.sign(signed)}
            try:
                async with self._session.post(
                    url, data=event.body, headers=headers, allow_redirects=False
                ) as reply:
                    if 200 <= reply.status < 300:
                        return
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            if gap:
                await asyncio.sleep(gap)

    async def cancel_all(self) -> None:
        """Cancel all pending deliveries."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        await self.cancel_all()
        if self._session:
            await self._session.close()
            self._session = None
