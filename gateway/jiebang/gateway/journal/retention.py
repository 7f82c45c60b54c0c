"""Deletion of rows that are no longer needed. Renewals themselves stay."""

from __future__ import annotations

from jiebang.gateway.journal.database import QUEUE_SCHEMA
from jiebang.gateway.journal.idempotency import KEY_LIFETIME
from jiebang.gateway.journal.scheduler import RawConnection

#: Idempotency keys are kept for `KEY_LIFETIME`, uncollected answers for a day, demand counters for
#: a year, a holder's lookup count for an hour. A one-time code is erased on expiry, its row a day
#: later. The queue leaves its log and held jobs to us.
_RULES = (
    f"""delete from idempotency
        where created_at < now() - interval '{KEY_LIFETIME.total_seconds()} seconds'""",  # noqa: S608
    "delete from possession where created_at < now() - interval '25 hours'",
    """update possession set code_digest = null, number_cipher = null, source_cipher = null
        where code_digest is not null and expires_at < now()""",
    "delete from lane where name like 'holder:%' and refilled < now() - interval '1 hour'",
    "delete from demand where day < current_date - 366",
    """with stale as (
        select inquiry.id from inquiry join item on item.id = inquiry.id
        where inquiry.renewal_id is null and item.released is null
          and (item.closed or inquiry.created_at < now() - interval '7 days')
          and inquiry.created_at < now() - interval '1 day' limit 1000
        for update of item skip locked
    ), heard as (delete from callback using stale where callback.item_id = stale.id
    ), told as (delete from inquiry using stale where inquiry.id = stale.id)
    delete from item using stale where item.id = stale.id""",
    f"""delete from {QUEUE_SCHEMA}.pgqueuer_log where id in (
        select id from {QUEUE_SCHEMA}.pgqueuer_log
        where created < now() - interval '3 days' and aggregated limit 5000)""",  # noqa: S608
    f"""delete from {QUEUE_SCHEMA}.pgqueuer
        where status = 'failed' and updated < now() - interval '3 days'""",  # noqa: S608
)


async def delete_expired(connection: RawConnection) -> None:
    for rule in _RULES:
        await connection.execute(rule)
