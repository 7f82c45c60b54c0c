"""Single flight: concurrent identical lookups query the platforms once.

A flight runs in its own task, so that a caller who leaves does not cancel it for the others; every
follower sees every answer from the first. When the last follower leaves early, the flight is
cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    def __init__(self, source: AsyncIterator[T]) -> None:
        self._items: list[T] = []
        self._news = asyncio.Condition()
        self._over = False
        self._followers = 0
        self._error: BaseException | None = None
        self.task = asyncio.create_task(self._run(source))

    async def _run(self, source: AsyncIterator[T]) -> None:
        try:
            async for item in source:
                async with self._news:
                    self._items.append(item)
                    self._news.notify_all()
        except BaseException as error:
            self._error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._over = True
            async with self._news:
                self._news.notify_all()

    async def follow(self) -> AsyncGenerator[T]:
        self._followers += 1
        try:
            seen = 0
            while True:
                async with self._news:
                    while not self._over and len(self._items) <= seen:
                        await self._news.wait()
                while seen < len(self._items):
                    yield self._items[seen]
                    seen += 1
                if self._over and seen == len(self._items):
                    if self._error is not None:
                        raise self._error
                    return
        finally:
            self._followers -= 1
            if not self._followers:
                self.task.cancel()  # does nothing once the task is done


class SingleFlight(Generic[T]):
    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight[T]] = {}

    def join(self, key: Hashable, start: Callable[[], AsyncIterator[T]]) -> Flight[T]:
        """Return the running flight for `key`, or start a new one."""
        flight = self._flights.get(key)
        if flight is None or flight.task.done() or flight.task.cancelling():
            flight = self._flights[key] = Flight(start())
            flight.task.add_done_callback(partial(self._forget, key))
        return flight

    def _forget(self, key: Hashable, task: asyncio.Task[None]) -> None:
        # The next flight may have started before this callback runs.
        if (flight := self._flights.get(key)) is not None and flight.task is task:
            del self._flights[key]

    async def close(self) -> None:
        """Cancel all running flights."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
