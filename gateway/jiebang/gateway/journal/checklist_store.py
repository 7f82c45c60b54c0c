"""A person's manual steps, as columns of the inquiry: steps checked off, and a reminder."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.events import NewEvent, append_events
from jiebang.gateway.journal.models import Inquiry, Item


class ChecklistStore:
    """Each change is one transaction with its event; no change leaves no event."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tick(
        self,
        renewal: uuid.UUID,
        inquiry: uuid.UUID,
        ticked: Collection[str],
        *,
        done: bool,
        steps: Collection[str],
    ) -> bool:
        """Check `ticked` off, or undo that. `steps` are all steps of the guide: once each is done,
        the inquiry is fulfilled by the person's statement, and undoing one revokes it. Returns
        whether this is the first step checked off. A step keeps its first time."""
        async with self._database.transaction() as session:
            row = await self._locked_inquiry(session, inquiry)
            if row is None:
                return False
            marks = dict(row.steps_done)
            now = datetime.now(UTC)
            for step in ticked:
                if done and not marks.get(step):
                    marks[step] = now.isoformat()
                elif not done and marks.get(step):
                    marks[step] = None  # kept: it stays known that somebody began
            attested = done and all(marks.get(step) for step in steps)
            attest = attested and row.confirmed_at is None
            take_back = not done and marks != row.steps_done and row.confirmed_at is not None
            if marks == row.steps_done and not attest:
                return False
            first = not row.steps_done
            row.steps_done = marks
            if attest:
                row.confirmed_at, row.status = now, Status.FULFILLED.value
            elif take_back:
                row.confirmed_at, row.status = None, _status_before(row).value
            if attest or take_back:
                await self._park(session, inquiry, closed=attest)
            await self._append_event(session, renewal, row)
            return first

    async def remind(self, renewal: uuid.UUID, inquiry: uuid.UUID, day: date | None) -> None:
        """Set the reminder date; None restores the suggested one."""
        async with self._database.transaction() as session:
            row = await self._locked_inquiry(session, inquiry)
            if row is not None and row.remind_on != day:
                row.remind_on = day
                await self._append_event(session, renewal, row)

    async def _locked_inquiry(self, session: AsyncSession, inquiry: uuid.UUID) -> Inquiry | None:
        """Return the row, locked; None while the platform is queried: its answer comes first."""
        item = await session.get(Item, inquiry, with_for_update=True)
        if item is None or item.released is not None or item.due is not None:
            return None
        return await session.get(Inquiry, inquiry, with_for_update=True)

    async def _park(self, session: AsyncSession, inquiry: uuid.UUID, *, closed: bool) -> None:
        await session.execute(
            sa.update(Item)
            .where(Item.id == inquiry)
            .values(closed=closed)
            .execution_options(synchronize_session=False)
        )

    async def _append_event(self, session: AsyncSession, renewal: uuid.UUID, row: Inquiry) -> None:
        await session.flush()
        news = NewEvent(kind="inquiry", item_id=row.id, status=Status(row.status))
        await append_events(session, renewal, [news])


def _status_before(row: Inquiry) -> Status:
    """Return the inquiry's status before a person declared it done."""
    return Status.IN_PROGRESS if row.outcome == Outcome.GUIDANCE.value else Status.FAILED
