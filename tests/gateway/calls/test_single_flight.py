"""Single flight: one concurrent lookup per key, and every follower sees all of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from jiebang.gateway.calls.single_flight import Flight, SingleFlight


class Source:
    def __init__(self, *, fails: bool = False) -> None:
        self.started = 0
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.fails = fails

    async def __call__(self) -> AsyncIterator[int]:
        self.started += 1
        self.begun.set()
        yield 1
        await self.go.wait()
        yield 2
        if self.fails:
            raise LookupError
        yield 3


async def all_of(flight: Flight[int]) -> list[int]:
    return [item async for item in flight.follow()]


async def test_two_askers_share_one_flight_and_both_see_everything() -> None:
    flights, source = SingleFlight[int](), Source()
    first = asyncio.create_task(all_of(flights.join("q", source)))
    second = asyncio.create_task(all_of(flights.join("q", source)))
    source.go.set()
    assert await first == await second == [1, 2, 3]
    assert source.started == 1


async def test_who_joins_late_sees_what_came_before() -> None:
    flights, source = SingleFlight[int](), Source()
    follower = flights.join("q", source).follow()
    assert await anext(follower) == 1
    late = asyncio.create_task(all_of(flights.join("q", source)))
    source.go.set()
    assert await late == [1, 2, 3]
    assert [item async for item in follower] == [2, 3]


async def test_who_leaves_does_not_take_the_answer_away() -> None:
    flights, source = SingleFlight[int](), Source()
    leaving = asyncio.create_task(all_of(flights.join("q", source)))
    staying = asyncio.create_task(all_of(flights.join("q", source)))
    await source.begun.wait()
    leaving.cancel()
    source.go.set()
    assert await staying == [1, 2, 3]


async def test_when_the_last_one_leaves_the_flight_is_broken_off() -> None:
    flights, source = SingleFlight[int](), Source()
    flight = flights.join("q", source)
    followers = [flight.follow() for _ in range(2)]
    for follower in followers:
        assert await anext(follower) == 1
    await followers[0].aclose()
    assert not flight.task.cancelling()
    await followers[1].aclose()
    again = flights.join("q", source)  # even before the first has ended
    source.go.set()
    assert await all_of(again) == [1, 2, 3]
    assert flight.task.cancelled()
    assert source.started == 2


async def test_an_error_reaches_every_follower_after_what_had_landed() -> None:
    flights, source = SingleFlight[int](), Source(fails=True)
    source.go.set()
    for follower in [flights.join("q", source).follow() for _ in range(2)]:
        seen: list[int] = []
        with pytest.raises(LookupError):
            await collect(follower, seen)
        assert seen == [1, 2]


async def collect(follower: AsyncIterator[int], seen: list[int]) -> None:
    async for item in follower:
        seen.append(item)


async def test_other_questions_and_later_ones_fly_on_their_own() -> None:
    flights, source = SingleFlight[int](), Source()
    source.go.set()
    await asyncio.gather(all_of(flights.join("a", source)), all_of(flights.join("b", source)))
    assert source.started == 2
    await all_of(flights.join("a", source))
    assert source.started == 3


async def test_the_end_stops_what_is_in_the_air() -> None:
    flights, source = SingleFlight[int](), Source()
    flight = flights.join("q", source)
    await flights.close()
    assert flight.task.cancelled()
