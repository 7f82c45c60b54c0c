"""What is dropped when it is no longer needed. Renewals themselves stay."""

from __future__ import annotations

from jiebang.gateway.journal.database import QUEUE_SCHEMA
from jiebang.gateway.journal.engine import Raw

#: DESIGN: idempotency keys are kept for 30 days. The queue's log and held jobs are ours to prune.
_RULES = (
    "delete from idempotency where created_at < now() - interval '30 days'",
    f"""delete from {QUEUE_SCHEMA}.pgqueuer_log where id in (
        select id from {QUEUE_SCHEMA}.pgqueuer_log
        where created < now() - interval '3 days' and aggregated limit 5000)""",  # noqa: S608
    f"""delete from {QUEUE_SCHEMA}.pgqueuer
        where status = 'failed' and updated < now() - interval '3 days'""",  # noqa: S608
)


async def forget(connection: Raw) -> None:
    for rule in _RULES:
        await connection.execute(rule)
