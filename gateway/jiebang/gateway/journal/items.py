"""Insert inquiries and actions; the same account requested twice is one action."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from jiebang.gateway.domain.status import Status
from jiebang.gateway.domain.tenure import tenure_to_data
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.mapping import inquiry_values
from jiebang.gateway.journal.models import Action, Engagement, Inquiry, Item
from jiebang.gateway.journal.records import InquiryRecord, ItemKind, NewAction, Stage
from jiebang.gateway.journal.scheduler import new_item, release_within, wake_items

_OPEN = sa.text("status in ('open', 'in_progress', 'failed')")


async def add_inquiry(
    session: AsyncSession,
    encryption: FieldEncryption,
    record: InquiryRecord,
    *,
    caller: str,
    due: bool | timedelta,
    closed: bool = False,
) -> None:
    """Insert the item and its row. Neither due nor closed means parked for a person."""
    session.add(new_item(record.id, record.connector, ItemKind.INQUIRY, due=due, closed=closed))
    await session.flush()
    session.add(
        Inquiry(
            id=record.id,
            renewal_id=record.renewal_id,
            tenant=record.tenant,
            caller_index=encryption.caller_index(caller),
            number_cipher=encryption.number(record.number, record.id),
            number_index=encryption.number_index(record.number),
            tenure=tenure_to_data(record.tenure),
            connector=record.connector,
            platform=record.platform,
            **inquiry_values(record, encryption),
        )
    )
    await session.flush()


async def add_actions(
    session: AsyncSession,
    encryption: FieldEncryption,
    inquiry: InquiryRecord,
    actions: Sequence[NewAction],
) -> list[tuple[uuid.UUID, Status]]:
    """Insert each action or find the one in progress, and link it to the inquiry's renewal.

    Returns ids and statuses. A FAILED one has to be restarted after the commit.
    """
    if inquiry.renewal_id is None:
        return []
    keyed = [(_index_parts(inquiry.number, action), action) for action in actions]
    made: list[tuple[uuid.UUID, Status]] = []
    # In a fixed order, so that two renewals of one number cannot deadlock.
    for parts, action in sorted(keyed, key=lambda pair: encryption.account_index(*pair[0])):
        action_id, status = await _find_or_insert(
            session, encryption, inquiry.tenant, inquiry, parts, action
        )
        await session.execute(
            insert(Engagement)
            .values(renewal_id=inquiry.renewal_id, action_id=action_id, inquiry_id=inquiry.id)
            .on_conflict_do_nothing()
        )
        made.append((action_id, status))
    return made


async def restart_item(database: Database, item: uuid.UUID) -> None:
    """Restart a parked item with a fresh count of attempts."""
    async with database.transaction() as session:
        lanes = await wake_items(session, [item])
        await session.execute(
            sa.update(Item)
            .where(Item.id == item)
            .values(attempt=0)
            .execution_options(synchronize_session=False)
        )
        await session.execute(
            sa.update(Action)
            .where(Action.id == item)
            .values(checks=0)
            .execution_options(synchronize_session=False)
        )
        await release_within(session, lanes)


async def _find_or_insert(
    session: AsyncSession,
    encryption: FieldEncryption,
    tenant: str,
    inquiry: InquiryRecord,
    parts: tuple[str, ...],
    action: NewAction,
) -> tuple[uuid.UUID, Status]:
    while True:
        found = await session.execute(
            sa.select(Action.id, Action.status)
            .where(
                Action.tenant == tenant,
                Action.account_index.in_(encryption.account_indexes(*parts)),
                _OPEN,
            )
            .limit(1)
            # Whoever ends this action waits for this lock and notifies our renewal, or is done.
            .with_for_update(read=True)
        )
        if (existing := found.one_or_none()) is not None:
            return existing[0], Status(existing[1])
        if (made := await _insert(session, encryption, tenant, inquiry, parts, action)) is not None:
            return made, Status.OPEN
        # A concurrent insert won between the two statements: look again.


async def _insert(
    session: AsyncSession,
    encryption: FieldEncryption,
    tenant: str,
    inquiry: InquiryRecord,
    parts: tuple[str, ...],
    action: NewAction,
) -> uuid.UUID | None:
    action_id = uuid.uuid4()
    session.add(new_item(action_id, action.connector, ItemKind.ACTION, due=True))
    await session.flush()
    rows = await session.execute(
        insert(Action)
        .values(
            id=action_id,
            tenant=tenant,
            number_cipher=encryption.number(inquiry.number, action_id),
            tenure=tenure_to_data(inquiry.tenure),
            connector=action.connector,
            platform=action.account.platform,
            kind=action.kind.value,
            account_cipher=encryption.account(action.account, action_id),
            account_index=encryption.account_index(*parts),
            status=Status.OPEN.value,
            step=Stage.SEND.value,
        )
        .on_conflict_do_nothing(
            index_elements=[Action.tenant, Action.account_index], index_where=_OPEN
        )
        .returning(Action.id)
    )
    made = rows.scalar_one_or_none()
    if made is None:
        await session.execute(sa.delete(Item).where(Item.id == action_id))
    return made


def _index_parts(number: str, action: NewAction) -> tuple[str, ...]:
    account = action.account
    return (action.kind.value, action.connector, account.platform, account.handle, number)
