"""The limits of each connector as rows, so that they hold over all processes."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.models import Lane
from jiebang.sdk import ConnectorSpec

_UNLIMITED = 1_000_000.0
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


class Lanes:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def sync(self, specs: Iterable[ConnectorSpec]) -> None:
        """Give every connector its lane; new limits replace old ones, tokens are kept."""
        rows = [_row(spec) for spec in specs]
        if not rows:
            return
        statement = insert(Lane).values(sorted(rows, key=lambda row: str(row["name"])))
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=[Lane.name],
            set_={"rate": new.rate, "burst": new.burst, "max_running": new.max_running},
        )
        async with self._database.transaction() as session:
            await session.execute(statement)

    async def lease(self, lane: str, want: int) -> tuple[int, float]:
        """Up to `want` calls for an interactive lookup, and the seconds until the next one."""
        async with self._database.transaction() as session:
            row = (await session.execute(_LEASE, {"lane": lane, "want": want})).one_or_none()
        return (int(row[0]), max(0.0, float(row[1]))) if row else (0, 1.0)


def _row(spec: ConnectorSpec) -> dict[str, object]:
    limits = spec.limits
    rate = limits.rate.per_second if limits.rate else _UNLIMITED
    burst = (limits.rate.burst or limits.rate.calls) if limits.rate else _UNLIMITED
    return {
        "name": spec.id,
        "rate": rate,
        "burst": max(1.0, burst),
        "max_running": limits.concurrency,
        "tokens": max(1.0, burst),
    }
