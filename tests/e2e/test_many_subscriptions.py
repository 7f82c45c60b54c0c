"""Many subscriptions in one process: what they share, and what remains of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import sqlalchemy as sa
from jiebang_client.documents import RENEWAL_PROGRESS
from jiebang_client.results import RenewalProgressData
from tests.e2e.conftest import Service

from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.events import NewEvent, append_events
from jiebang.schema.global_id import IdKind, decode_id

MANY = 90
CURRENT = {"current": {"activatedOn": "2025-03-01"}}


async def append_event(service: Service, renewal: str) -> None:
    async with service.components.database.transaction() as session:
        news = NewEvent(kind="renewal", item_id=None, status=Status.OPEN)
        await append_events(session, decode_id(renewal, IdKind.RENEWAL), [news])


async def count_connections(service: Service) -> int:
    async with service.components.database.transaction() as session:
        found = await session.execute(
            sa.text("select count(*) from pg_stat_activity where datname = current_database()")
        )
        count: int = found.scalar_one()
        return count


async def test_many_follow_over_few_connections_and_leave_nothing(service: Service) -> None:
    token = service.token()
    guide = next(
        entry.spec.platforms[0].id
        for entry in service.components.catalogue.connectors.values()
        if service.components.catalogue.is_by_hand(entry.spec.platforms[0].id)
        and not entry.spec.platforms[0].is_sensitive
    )
    given = {"number": "13800001234", "tenure": CURRENT, "platforms": [guide]}
    renewals = [(await service.start(token, **given))["renewal"]["id"] for _ in range(2)]
    before = await count_connections(service)

    async def take(follow: AsyncGenerator[RenewalProgressData]) -> str:
        return (await anext(follow))["renewalProgress"]["cursor"]

    async with asyncio.timeout(60), service.client(token) as client:
        follows = [client.follow(RENEWAL_PROGRESS({"id": renewals[n % 2]})) for n in range(MANY)]
        past = [await asyncio.gather(*(take(one) for one in follows)) for _ in range(2)]
        assert service.components.feed.followers == MANY
        assert await count_connections(service) - before < 16
        await append_event(service, renewals[0])
        live = await asyncio.gather(*(take(one) for one in follows[::2]))
        assert len(set(live)) == 1
        assert not set(live) & {cursor for step in past for cursor in step}
        await asyncio.gather(*(one.aclose() for one in follows))
        while service.components.feed.followers:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
