"""The journal as seen by one tick: what two workers with the same tick may do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.gateway.conftest import make

from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.records import ActionRecord, Transition
from jiebang.sdk import Idempotency

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve


async def test_of_two_workers_with_one_tick_only_one_gives_the_order(serve: Serve) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    service = await serve(shop)
    view = await service.order(make.account())
    item = view.actions[0].id
    first, second = [await service.step_store.load(item, 0) for _ in range(2)]
    assert first is not None
    assert second is not None
    assert isinstance(first[0], ActionRecord)
    assert isinstance(second[0], ActionRecord)
    marks = await asyncio.gather(
        service.step_store.mark_sent(first[0], 0), service.step_store.mark_sent(second[0], 0)
    )
    assert sorted(mark is None for mark in marks) == [False, True]


async def test_a_tick_that_is_delivered_twice_acts_once(serve: Serve) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    service = await serve(shop)
    view = await service.order(make.account())
    item = view.actions[0].id
    await asyncio.gather(*(service.steps.run(item, 0) for _ in range(5)))
    assert len(shop.effects) <= 1
    await service.steps.run(item, 0)
    assert shop.calls.count("unbind") <= 1


async def test_the_end_of_a_stale_tick_changes_nothing(serve: Serve) -> None:
    service = await serve(make.shop())
    view = await service.order(make.account())
    item = view.actions[0].id
    loaded = await service.step_store.load(item, 0)
    assert loaded is not None
    record, tick = loaded
    assert isinstance(record, ActionRecord)
    await service.steps.run(item, 0)
    denied = Transition[ActionRecord](record=replace(record, status=Status.DENIED), closed=True)
    assert not await service.step_store.end_action(tick, denied)
    assert await service.step_store.load(item, 0) is None
    now = await service.get(view)
    assert now.actions[0].status is not Status.DENIED
    events = await service.store.events(view.id, after=0)
    assert Status.DENIED not in {event.status for event in events}


async def test_a_renewal_that_joins_while_an_action_ends_hears_of_it_or_gets_its_own(
    serve: Serve,
) -> None:
    shop = make.shop()
    service = await serve(shop)
    views = [await service.order(make.account())]
    async with service.working():
        for _ in range(10):
            views.append(await service.order(make.account()))
            await service.until(views[-1])
        for view in views:
            end = await service.until(view)
            last = (await service.store.events(view.id, after=0))[-1]
            assert (last.item_id, last.status) == (end.actions[0].id, Status.FULFILLED)
    assert await service.count("item where not closed") == 0
