"""The worker's handler: load an item, run one step, write the result in one transaction."""

from __future__ import annotations

import time
import uuid

from jiebang.gateway.domain.metrics import TICK_SECONDS, TICKS
from jiebang.gateway.flows.action_step import ActionStep
from jiebang.gateway.flows.inquiry_step import InquiryStep
from jiebang.gateway.journal.callback_store import CallbackStore
from jiebang.gateway.journal.records import ActionRecord, InquiryRecord, Stage, Tick
from jiebang.gateway.journal.step_store import StepStore


class StepRunner:
    def __init__(
        self,
        steps: StepStore,
        callbacks: CallbackStore,
        inquiry_step: InquiryStep,
        action_step: ActionStep,
    ) -> None:
        self._steps = steps
        self._callbacks = callbacks
        self._inquiry_step = inquiry_step
        self._action_step = action_step

    async def run(self, item: uuid.UUID, number: int) -> None:
        """Run tick `number` of an item. An outdated delivery does nothing."""
        loaded = await self._steps.load(item, number)
        if loaded is None:
            return
        record, tick = loaded
        started = time.perf_counter()
        if isinstance(record, InquiryRecord):
            status = await self._run_inquiry(record, tick)
        else:
            status = await self._run_action(record, tick)
        TICK_SECONDS.labels(connector=record.connector).observe(time.perf_counter() - started)
        kind = "inquiry" if isinstance(record, InquiryRecord) else record.kind.value
        TICKS.labels(connector=record.connector, kind=kind, status=status).inc()

    async def _run_inquiry(self, record: InquiryRecord, tick: Tick) -> str:
        callbacks = await self._callbacks.unread(record.id) if record.remote_ref else []
        end = await self._inquiry_step.run(record, tick, callbacks)
        ours = await self._steps.end_inquiry(tick, end)
        return end.record.status.value if ours else "stale"

    async def _run_action(self, record: ActionRecord, tick: Tick) -> str:
        callbacks = await self._callbacks.unread(record.id) if record.sent_at else []
        first = record.sent_at is None
        record = self._action_step.prepare(record, tick)
        if record.stage is Stage.SEND and first and not tick.cancel:
            marked = await self._steps.mark_sent(record, tick.number)
            if marked is None:
                return "stale"
            record = marked
        end = await self._action_step.run(record, tick, callbacks, first=first)
        ours = await self._steps.end_action(tick, end)
        return end.record.status.value if ours else "stale"
