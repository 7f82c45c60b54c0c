"""Live events: all arrive, in order, even across a lost connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from tests.gateway.conftest import make, started

from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.events import NewEvent, append_events

if TYPE_CHECKING:
    import uuid

    from tests.gateway.conftest import Serve, Service


@asynccontextmanager
async def listening(service: Service) -> AsyncGenerator[None]:
    task = asyncio.create_task(service.feed.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def happen(service: Service, renewal: uuid.UUID, count: int = 1) -> None:
    for _ in range(count):
        async with service.database.transaction() as session:
            news = NewEvent(kind="renewal", item_id=None, status=Status.OPEN)
            await append_events(session, renewal, [news])


async def take(service: Service, renewal: uuid.UUID, count: int, *, after: int = 0) -> list[int]:
    seen: list[int] = []
    async with asyncio.timeout(30):
        async for event in service.feed.follow(renewal, after=after):
            seen.append(event.seq)
            if len(seen) == count:
                break
    return seen


async def test_past_events_come_first_and_then_live_ones(serve: Serve) -> None:
    service, view = await started(serve, make.shop())
    async with listening(service):
        first = view.last_event
        following = asyncio.create_task(take(service, view.id, first + 10))
        await happen(service, view.id, 10)
        assert await following == list(range(1, first + 11))


async def test_a_cursor_skips_what_was_seen(serve: Serve) -> None:
    service, view = await started(serve, make.shop())
    await happen(service, view.id, 5)
    assert await take(service, view.id, 3, after=view.last_event + 2) == [
        view.last_event + n for n in (3, 4, 5)
    ]


async def test_more_events_than_fit_in_one_reading_all_come(serve: Serve) -> None:
    service, view = await started(serve, make.shop())
    await asyncio.gather(*(happen(service, view.id, 30) for _ in range(8)))
    total = view.last_event + 240
    assert await take(service, view.id, total) == list(range(1, total + 1))


async def test_a_lost_connection_loses_no_event(serve: Serve) -> None:
    service, view = await started(serve, make.shop())
    async with listening(service):
        following = asyncio.create_task(take(service, view.id, view.last_event + 20))
        await happen(service, view.id, 10)
        async with service.database.transaction() as session:
            await session.execute(
                sa.text(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        await happen(service, view.id, 10)
        assert await following == list(range(1, view.last_event + 21))


async def test_following_ends_with_the_renewals_own_end(serve: Serve) -> None:
    service, view = await started(serve, make.shop())
    async with listening(service), service.working(), asyncio.timeout(20):
        steps = [step async for step in service.renewals.follow(make.caller(), view.id)]
        last = steps[-1].renewal
        assert last.status is Status.FULFILLED
        assert [step.event.seq for step in steps] == list(range(1, last.last_event + 1))
        with pytest.raises(InvalidArgument):
            await anext(service.renewals.follow(make.caller(), view.id, after=last.last_event + 1))
        again = service.renewals.follow(make.caller(), view.id, after=last.last_event)
        assert [step async for step in again] == []


async def test_following_goes_on_while_something_may_still_happen(serve: Serve) -> None:
    service, view = await started(serve, make.shop(), make.guide())
    async with listening(service), service.working(), asyncio.timeout(20):
        async for step in service.renewals.follow(make.caller(), view.id):
            if step.renewal.settled and step.event.seq == step.renewal.last_event:
                (by_hand,) = [one for one in step.renewal.inquiries if one.outcome == "guidance"]
                if by_hand.confirmed_at is None:
                    await service.handwork.confirm(make.caller(), by_hand.id)
    assert (await service.get(view)).status is Status.FULFILLED
