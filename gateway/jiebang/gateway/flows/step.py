"""The worker's handler: load an item, take one step, write its end in one transaction."""

from __future__ import annotations

import time
import uuid

from jiebang.gateway.domain.metrics import TICK_SECONDS, TICKS
from jiebang.gateway.flows.action_step import ActionTicks
from jiebang.gateway.flows.inquiry_step import InquiryTicks
from jiebang.gateway.journal.callback_store import Inbox
from jiebang.gateway.journal.records import ActionRecord, InquiryRecord, Step, Tick
from jiebang.gateway.journal.step_store import Errands


class Ticks:
    def __init__(
        self, errands: Errands, inbox: Inbox, inquiries: InquiryTicks, actions: ActionTicks
    ) -> None:
        self._errands = errands
        self._inbox = inbox
        self._inquiries = inquiries
        self._actions = actions

    async def run(self, item: uuid.UUID, number: int) -> None:
        """Tick `number` of an item. A delivery that is out of date does nothing."""
        errand = await self._errands.load(item, number)
        if errand is None:
            return
        record, tick = errand
        started = time.perf_counter()
        if isinstance(record, InquiryRecord):
            status = await self._inquiry(record, tick)
        else:
            status = await self._action(record, tick)
        TICK_SECONDS.labels(connector=record.connector).observe(time.perf_counter() - started)
        kind = "inquiry" if isinstance(record, InquiryRecord) else record.kind.value
        TICKS.labels(connector=record.connector, kind=kind, status=status).inc()

    async def _inquiry(self, record: InquiryRecord, tick: Tick) -> str:
        callbacks = await self._inbox.waiting(record.id) if record.remote_ref else []
        end = await self._inquiries.run(record, tick, callbacks)
        ours = await self._errands.end_inquiry(tick, end)
        return end.record.status.value if ours else "stale"

    async def _action(self, record: ActionRecord, tick: Tick) -> str:
        callbacks = await self._inbox.waiting(record.id) if record.sent_at else []
        first = record.sent_at is None
        record = self._actions.prepare(record, tick)
        if record.step is Step.SEND and first and not tick.cancel:
            marked = await self._errands.mark_sent(record, tick.number)
            if marked is None:
                return "stale"
            record = marked
        end = await self._actions.run(record, tick, callbacks, first=first)
        ours = await self._errands.end_action(tick, end)
        return end.record.status.value if ours else "stale"
