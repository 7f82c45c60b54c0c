"""The journal as seen by one tick: load an item, mark an order as sent, write the result."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.events import NewEvent, append_events
from jiebang.gateway.journal.items import add_actions, restart_item
from jiebang.gateway.journal.mapping import (
    action_record,
    action_values,
    inquiry_record,
    inquiry_values,
)
from jiebang.gateway.journal.models import Action, Callback, Engagement, Inquiry, Item, Renewal
from jiebang.gateway.journal.records import (
    ActionRecord,
    InquiryRecord,
    ItemKind,
    Tick,
    Transition,
)
from jiebang.gateway.journal.scheduler import finish_tick, release_within

LoadedStep = tuple[InquiryRecord | ActionRecord, Tick]


class StepStore:
    def __init__(self, database: Database, encryption: FieldEncryption) -> None:
        self._database = database
        self._encryption = encryption

    async def load(self, item_id: uuid.UUID, tick: int) -> LoadedStep | None:
        """Return the record for a tick; None when this delivery is outdated."""
        async with self._database.transaction() as session:
            item = await session.get(Item, item_id)
            if item is None or item.tick != tick or item.released is None:
                return None
            now = Tick(number=tick, attempt=item.attempt, cancel=item.cancel)
            if item.kind == ItemKind.INQUIRY:
                rows = await session.execute(
                    sa.select(Inquiry, Renewal.operation)
                    .outerjoin(Renewal, Renewal.id == Inquiry.renewal_id)
                    .where(Inquiry.id == item_id)
                )
                inquiry, operation = rows.one()
                return inquiry_record(inquiry, item, self._encryption, operation), now
            action = await session.get_one(Action, item_id)
            return action_record(action, item, self._encryption), now

    async def mark_sent(self, action: ActionRecord, tick: int) -> ActionRecord | None:
        """Record, before the call, that the order may reach the platform from now on. Returns None
        when the tick no longer belongs to this worker, or another worker is running it and sends
        the order."""
        now = datetime.now(UTC)
        async with self._database.transaction() as session:
            rows = await session.execute(
                sa.update(Action)
                .where(
                    Action.id == action.id,
                    Action.sent_at.is_(None),
                    sa.exists().where(
                        Item.id == action.id, Item.tick == tick, Item.released.is_not(None)
                    ),
                )
                .values(sent_at=now)
                .returning(Action.sent_at)
                .execution_options(synchronize_session=False)
            )
            sent = rows.scalar_one_or_none()
        return replace(action, sent_at=sent) if sent else None

    async def end_inquiry(self, tick: Tick, end: Transition[InquiryRecord]) -> bool:
        """Write state, event, new actions and next due time in one transaction. Returns False if
        the tick no longer belonged to this worker."""
        record = end.record
        async with self._database.transaction() as session:
            if not await self._finish_tick(session, record.id, tick, end):
                return False
            await session.execute(
                sa.update(Inquiry)
                .where(Inquiry.id == record.id)
                .values(inquiry_values(record, self._encryption))
                .execution_options(synchronize_session=False)
            )
            if record.renewal_id is None:
                return True
            made = await add_actions(session, self._encryption, record, end.actions)
            news = [NewEvent(kind="inquiry", item_id=record.id, status=record.status)]
            news += [NewEvent(kind="action", item_id=one, status=status) for one, status in made]
            await append_events(session, record.renewal_id, news)
            await release_within(session, {action.connector for action in end.actions})
        for action, status in made:
            if status is Status.FAILED:
                await restart_item(self._database, action)
        return True

    async def end_action(self, tick: Tick, end: Transition[ActionRecord]) -> bool:
        record = end.record
        async with self._database.transaction() as session:
            if not await self._finish_tick(session, record.id, tick, end):
                return False
            await session.execute(
                sa.update(Action)
                .where(Action.id == record.id)
                .values(action_values(record, self._encryption))
                .execution_options(synchronize_session=False)
            )
            engaged = await session.execute(
                sa.select(Engagement.renewal_id)
                .where(Engagement.action_id == record.id)
                .order_by(Engagement.renewal_id)
            )
            if record.done_at is not None:
                await self._expire_pending_lookups(session, record)
            for renewal in engaged.scalars().all():
                news = NewEvent(kind="action", item_id=record.id, status=record.status)
                await append_events(session, renewal, [news])
        return True

    async def _expire_pending_lookups(self, session: AsyncSession, record: ActionRecord) -> None:
        """Answers found by pending lookups before this change must not be delivered after it."""
        await session.execute(
            sa.update(Inquiry)
            .where(
                Inquiry.renewal_id.is_(None),
                Inquiry.recalled_at.is_(None),
                Inquiry.number_index.in_(self._encryption.number_indexes(record.number)),
                Inquiry.platform == record.platform,
            )
            .values(recalled_at=sa.func.now())
            .execution_options(synchronize_session=False)
        )

    async def _finish_tick(
        self,
        session: AsyncSession,
        item: uuid.UUID,
        tick: Tick,
        end: Transition[InquiryRecord] | Transition[ActionRecord],
    ) -> bool:
        ours = await finish_tick(
            session,
            item,
            tick.number,
            again=end.again,
            attempt=end.attempt,
            closed=end.closed,
            cancel=end.cancel,
        )
        if ours and end.callbacks:
            await session.execute(
                sa.update(Callback)
                .where(Callback.id.in_(end.callbacks))
                .values(applied_at=sa.func.now())
                .execution_options(synchronize_session=False)
            )
        return ours
