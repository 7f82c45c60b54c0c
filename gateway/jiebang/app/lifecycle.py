"""Run until told to stop: SIGTERM and SIGINT set an event, and the parts shut down in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import uvloop


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main` on uvloop. The first SIGTERM or SIGINT sets the event, even while parts are still
    starting; further ones have no effect."""

    async def run_with_signals() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run_with_signals())
