"""What a person did by hand, as columns of the inquiry: steps ticked off, and a reminder."""

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
    """Every change is one transaction with its event; what changes nothing leaves none."""

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
        """Tick `ticked` off, or take it back. `steps` are all there are: once each of them is
        done, the inquiry is fulfilled by a person's word, and taking one back ends that. Returns
        whether it is the first that anybody did there. A step keeps its first time."""
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
                    marks[step] = None  # kept: that somebody began stays known
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
        """Keep the day that the person chose; None: the one that is offered."""
        async with self._database.transaction() as session:
            row = await self._locked_inquiry(session, inquiry)
            if row is not None and row.remind_on != day:
                row.remind_on = day
                await self._append_event(session, renewal, row)

    async def _locked_inquiry(self, session: AsyncSession, inquiry: uuid.UUID) -> Inquiry | None:
        """The row, locked; None while the platform is being asked: its answer comes first."""
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
    """What the inquiry was before a person said that it was done."""
    return Status.IN_PROGRESS if row.outcome == Outcome.GUIDANCE.value else Status.FAILED
