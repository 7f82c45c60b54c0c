"""Single flight: the same question asked twice at once is put to the platforms once.

A flight runs in a task of its own, so that a caller who leaves does not take the answer away
from the others; every follower sees every answer, from the first on. When the last one leaves
before the end, it is broken off.
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
                self.task.cancel()  # nothing happens where it has landed


class SingleFlight(Generic[T]):
    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight[T]] = {}

    def join(self, key: Hashable, start: Callable[[], AsyncIterator[T]]) -> Flight[T]:
        """The flight for `key`; a new one when none is in the air."""
        flight = self._flights.get(key)
        if flight is None or flight.task.done() or flight.task.cancelling():
            flight = self._flights[key] = Flight(start())
            flight.task.add_done_callback(partial(self._forget, key))
        return flight

    def _forget(self, key: Hashable, task: asyncio.Task[None]) -> None:
        # A follower may have begun the next flight before this is called.
        if (flight := self._flights.get(key)) is not None and flight.task is task:
            del self._flights[key]

    async def close(self) -> None:
        """Stop what is still in the air."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
