"""Renewals as rows: opened with their inquiries, actions, events and idempotency key in one
transaction; read, listed, withdrawn and restarted."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.domain.tenure import Tenure, tenure_from_data, tenure_to_data
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.events import NewEvent, append_events, read_events
from jiebang.gateway.journal.idempotency import IdempotencyClaim, find_renewal, take_key
from jiebang.gateway.journal.items import add_actions, add_inquiry, restart_item
from jiebang.gateway.journal.mapping import action_record, inquiry_record
from jiebang.gateway.journal.models import (
    Action,
    Engagement,
    Inquiry,
    Item,
    Renewal,
)
from jiebang.gateway.journal.records import (
    EngagedAction,
    EventRecord,
    InquiryRecord,
    NewAction,
    RenewalRecord,
)
from jiebang.gateway.journal.scheduler import release_within, wake_items


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryDraft:
    """A platform to query; with `actions`, one already answered; `by_hand`, one without an
    interface, which waits for a person at once."""

    connector: str
    platform: str
    by_hand: bool = False
    actions: tuple[NewAction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalDraft:
    """A renewal to open."""

    claim: IdempotencyClaim
    number: str = field(repr=False)
    tenure: Tenure
    inquiries: tuple[InquiryDraft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalFilter:
    """Which renewals: a tenant's, or within it those for one number and one tenure."""

    tenant: str
    number: str | None = field(default=None, repr=False)
    tenure: Tenure | None = None


class RenewalStore:
    def __init__(self, database: Database, encryption: FieldEncryption) -> None:
        self._database = database
        self._encryption = encryption

    async def open(self, draft: RenewalDraft) -> tuple[uuid.UUID, bool]:
        """Return the renewal, and whether the same request had opened it before. All or nothing.
        Raises `Conflict` when the key was used with different input."""
        renewal = uuid.uuid4()
        async with self._database.transaction() as session:
            known = await take_key(session, self._encryption, draft.claim, renewal)
            if known is not None:
                return known, True
            session.add(
                Renewal(
                    id=renewal,
                    tenant=draft.claim.caller.tenant,
                    caller_index=self._encryption.caller_index(draft.claim.caller.subject),
                    number_cipher=self._encryption.number(draft.number, renewal),
                    number_index=self._encryption.number_index(draft.number),
                    tenure=tenure_to_data(draft.tenure),
                    operation=draft.claim.operation,
                )
            )
            await session.flush()
            news = [NewEvent(kind="renewal", item_id=None, status=Status.OPEN)]
            # In random order: the events of platforms hidden from the caller would otherwise reveal
            # them by position.
            for one in random.sample(draft.inquiries, len(draft.inquiries)):
                news += await self._inquire(session, draft, renewal, one)
            await append_events(session, renewal, news)
            await release_within(session, {one.connector for one in draft.inquiries})
        for told in news:
            if told.status is Status.FAILED and told.item_id is not None:
                await restart_item(self._database, told.item_id)
        return renewal, False

    async def find(self, claim: IdempotencyClaim) -> uuid.UUID | None:
        """Return the renewal that the same request opened before. Raises `Conflict`."""
        async with self._database.transaction() as session:
            return await find_renewal(session, self._encryption, claim)

    async def get(self, renewal: uuid.UUID, tenant: str) -> RenewalRecord | None:
        # One snapshot: the last event's number belongs to the state shown with it.
        async with self._database.transaction(snapshot=True) as session:
            row = await session.get(Renewal, renewal)
            if row is None or row.tenant != tenant:
                return None
            return await self._record(session, row)

    async def page(
        self, wanted: RenewalFilter, *, before: tuple[datetime, uuid.UUID] | None, limit: int
    ) -> list[RenewalRecord]:
        """Return the renewals before `before`, newest first."""
        query = sa.select(Renewal).where(Renewal.tenant == wanted.tenant)
        if wanted.number is not None:
            indexes = self._encryption.number_indexes(wanted.number)
            query = query.where(Renewal.number_index.in_(indexes))
        if wanted.tenure is not None:
            query = query.where(Renewal.tenure == tenure_to_data(wanted.tenure))
        if before is not None:
            query = query.where(sa.tuple_(Renewal.created_at, Renewal.id) < sa.tuple_(*before))
        query = query.order_by(Renewal.created_at.desc(), Renewal.id.desc()).limit(limit)
        async with self._database.transaction(snapshot=True) as session:
            rows = (await session.execute(query)).scalars().all()
            return [await self._record(session, row) for row in rows]

    async def renewals_of_item(self, item: uuid.UUID, tenant: str) -> list[uuid.UUID]:
        """Return the tenant's renewals that wait for this inquiry or action."""
        asked = sa.select(Inquiry.renewal_id).where(
            Inquiry.id == item, Inquiry.tenant == tenant, Inquiry.renewal_id.is_not(None)
        )
        ordered = (
            sa.select(Engagement.renewal_id)
            .join(Action, Action.id == Engagement.action_id)
            .where(Action.id == item, Action.tenant == tenant)
        )
        async with self._database.transaction() as session:
            found = (await session.scalars(asked)).all() or (await session.scalars(ordered)).all()
            return [renewal for renewal in found if renewal is not None]

    async def withdraw(self, renewal: uuid.UUID) -> None:
        """Cancel what is still open, except actions that another live renewal waits for."""
        other, theirs = aliased(Engagement), aliased(Renewal)
        wanted_elsewhere = (
            sa.select(other.action_id)
            .join(theirs, theirs.id == other.renewal_id)
            .where(
                other.action_id == Engagement.action_id,
                other.renewal_id != renewal,
                theirs.withdrawn_at.is_(None),
            )
            .exists()
        )
        items = sa.union(
            sa.select(Inquiry.id).where(Inquiry.renewal_id == renewal),
            sa.select(Engagement.action_id).where(
                Engagement.renewal_id == renewal, ~wanted_elsewhere
            ),
        )
        async with self._database.transaction() as session:
            found = (await session.execute(items)).scalars().all()
            lanes = await wake_items(session, found, cancel=True)
            done = await session.execute(
                sa.update(Renewal)
                .where(Renewal.id == renewal, Renewal.withdrawn_at.is_(None))
                .values(withdrawn_at=sa.func.now())
                .returning(Renewal.id)
                .execution_options(synchronize_session=False)
            )
            if done.scalar_one_or_none() is not None:
                await append_events(
                    session,
                    renewal,
                    [NewEvent(kind="renewal", item_id=None, status=Status.REVOKED)],
                )
            await release_within(session, lanes)

    async def restart(self, item: uuid.UUID) -> None:
        """Restart a parked inquiry or action."""
        await restart_item(self._database, item)

    async def events(self, renewal: uuid.UUID, *, after: int) -> list[EventRecord]:
        """Return the next events after this cursor; there may be more."""
        async with self._database.transaction() as session:
            return await read_events(session, renewal, after=after)

    async def _inquire(
        self, session: AsyncSession, draft: RenewalDraft, renewal: uuid.UUID, one: InquiryDraft
    ) -> list[NewEvent]:
        known = bool(one.actions)
        status, outcome = Status.OPEN, None
        if known:
            status, outcome = Status.FULFILLED, Outcome.BOUND
        elif one.by_hand:
            status, outcome = Status.IN_PROGRESS, Outcome.GUIDANCE
        now = datetime.now(UTC)
        record = InquiryRecord(
            id=uuid.uuid4(),
            renewal_id=renewal,
            operation=draft.claim.operation,
            tenant=draft.claim.caller.tenant,
            number=draft.number,
            tenure=draft.tenure,
            connector=one.connector,
            platform=one.platform,
            status=status,
            outcome=outcome,
            created_at=now,
            answered_at=now if known else None,
        )
        await add_inquiry(
            session,
            self._encryption,
            record,
            caller=draft.claim.caller.subject,
            due=status is Status.OPEN,
            closed=known,
        )
        made = await add_actions(session, self._encryption, record, one.actions)
        return [
            NewEvent(kind="inquiry", item_id=record.id, status=record.status),
            *(NewEvent(kind="action", item_id=action, status=status) for action, status in made),
        ]

    async def _record(self, session: AsyncSession, row: Renewal) -> RenewalRecord:
        inquiries = await session.execute(
            sa.select(Inquiry, Item)
            .join(Item, Item.id == Inquiry.id)
            .where(Inquiry.renewal_id == row.id)
            .order_by(Inquiry.platform, Inquiry.id)
        )
        actions = await session.execute(
            sa.select(Action, Item, Engagement.inquiry_id)
            .join(Item, Item.id == Action.id)
            .join(Engagement, Engagement.action_id == Action.id)
            .where(Engagement.renewal_id == row.id)
            .order_by(Action.platform, Action.id)
        )
        return RenewalRecord(
            id=row.id,
            tenant=row.tenant,
            number=self._encryption.open_number(row.number_cipher, row.id),
            tenure=tenure_from_data(row.tenure),
            operation=row.operation,
            seq=row.seq,
            created_at=row.created_at,
            withdrawn_at=row.withdrawn_at,
            inquiries=_inquiries(inquiries.all(), self._encryption, row.operation),
            actions=tuple(
                EngagedAction(
                    inquiry_id=inquiry, action=action_record(action, item, self._encryption)
                )
                for action, item, inquiry in actions
            ),
        )


def _inquiries(
    rows: Sequence[tuple[Inquiry, Item]], encryption: FieldEncryption, operation: str
) -> tuple[InquiryRecord, ...]:
    return tuple(inquiry_record(inquiry, item, encryption, operation) for inquiry, item in rows)
