"""Shared limits as rows, so that they hold across processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jiebang.gateway.calls.rate_limit import TokenBucket
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.models import Lane
from jiebang.sdk import ConnectorSpec

_LEASE = sa.text("""
    with bucket as (
        select name, rate,
               least(burst, tokens + rate * extract(epoch from clock_timestamp() - refilled))
                   as available
        from lane where name = :lane for update
    ), taken as (
        select name, rate, available, least(floor(available), :want)::int as calls from bucket
    )
    update lane set tokens = taken.available - taken.calls, refilled = clock_timestamp()
    from taken where lane.name = taken.name
    returning taken.calls, (1 - (taken.available - taken.calls)) / taken.rate
""")


class RateLimitStore:
    """Implements `rate_limit.TokenSource`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sync(self, specs: Iterable[ConnectorSpec]) -> None:
        """Create or update every connector's row in `lane`; tokens are kept."""
        await self._upsert([TokenBucket.of(spec) for spec in specs])

    async def lease(self, bucket: TokenBucket, want: int) -> tuple[int, float]:
        """Return up to `want` calls, and the seconds until the next one."""
        while True:
            async with self._database.transaction() as session:
                values = {"lane": bucket.name, "want": want}
                row = (await session.execute(_LEASE, values)).one_or_none()
            if row is not None:
                return int(row[0]), max(0.0, float(row[1]))
            await self._upsert([bucket])

    async def _upsert(self, buckets: list[TokenBucket]) -> None:
        if not buckets:
            return
        rows = [
            {**asdict(bucket), "tokens": bucket.burst}
            for bucket in sorted(buckets, key=lambda bucket: bucket.name)
        ]
        statement = insert(Lane).values(rows)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=[Lane.name],
            set_={"rate": new.rate, "burst": new.burst, "max_running": new.max_running},
        )
        async with self._database.transaction() as session:
            await session.execute(statement)
