"""Demand counters, added up over all processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jiebang.gateway.catalogue.demand import Counts
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.models import Demand


class DemandStore:
    """Implements `demand.DemandLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, counts: Counts) -> None:
        # In a fixed order, so that two processes cannot deadlock.
        rows = [
            {"platform": platform, "day": day, "asked": asked}
            for (platform, day), asked in sorted(counts.items())
        ]
        statement = insert(Demand).values(rows)
        statement = statement.on_conflict_do_update(
            index_elements=[Demand.platform, Demand.day],
            set_={"asked": Demand.asked + statement.excluded.asked},
        )
        async with self._database.transaction() as session:
            await session.execute(statement)

    async def since(self, day: date) -> Mapping[str, int]:
        query = (
            sa.select(Demand.platform, sa.func.sum(Demand.asked))
            .where(Demand.day >= day)
            .group_by(Demand.platform)
        )
        async with self._database.transaction() as session:
            rows = await session.execute(query)
            return {platform: int(asked) for platform, asked in rows}
