"""Callbacks: stored before they are answered with 2xx, read by the next tick of their item."""

from __future__ import annotations

import uuid
from enum import Enum, auto

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.models import Callback, Item
from jiebang.gateway.journal.scheduler import release_within, wake_items
from jiebang.sdk import VerifiedCallback


class CallbackState(Enum):
    """The result of storing a callback. NEW: stored. KNOWN: a duplicate. ENDED: the item is already
    final. NOBODY: there is no such item, or not yet. Only NEW changes anything."""

    NEW = auto()
    KNOWN = auto()
    ENDED = auto()
    NOBODY = auto()


class CallbackStore:
    def __init__(self, database: Database, encryption: FieldEncryption) -> None:
        self._database = database
        self._encryption = encryption

    async def add(self, connector: str, item: uuid.UUID, event: VerifiedCallback) -> CallbackState:
        """Store a callback once and wake its item."""
        body = orjson.dumps(
            {"id": event.event_id, "headers": dict(event.headers), "json": event.json}
        )
        async with self._database.transaction() as session:
            # Lock the item before inserting the callback: a tick locks in the same order.
            row = await session.execute(
                sa.select(Item.closed)
                .where(Item.id == item, Item.lane == connector)
                .with_for_update()
            )
            closed = row.scalar_one_or_none()
            if closed is None:
                return CallbackState.NOBODY
            if closed:
                return CallbackState.ENDED
            kept = await session.execute(
                insert(Callback)
                .values(
                    connector=connector,
                    event_index=self._encryption.event_index(event.event_id),
                    item_id=item,
                    body_cipher=self._encryption.text(body.decode(), item),
                )
                .on_conflict_do_nothing()
                .returning(Callback.id)
            )
            if kept.scalar_one_or_none() is None:
                return CallbackState.KNOWN
            await release_within(session, await wake_items(session, [item]))
        return CallbackState.NEW

    async def wake(self, connector: str, item: uuid.UUID) -> None:
        """Poll the platform after an untrusted callback."""
        async with self._database.transaction() as session:
            row = await session.execute(
                sa.select(Item.id).where(
                    Item.id == item, Item.lane == connector, Item.due.is_not(None)
                )
            )
            if row.scalar_one_or_none() is not None:
                await release_within(session, await wake_items(session, [item]))

    async def unread(self, item: uuid.UUID) -> list[tuple[int, VerifiedCallback]]:
        """Return an item's callbacks that no tick has read yet, oldest first."""
        async with self._database.transaction() as session:
            rows = await session.execute(
                sa.select(Callback)
                .where(Callback.item_id == item, Callback.applied_at.is_(None))
                .order_by(Callback.id)
            )
            return [(row.id, self._decrypt(row)) for row in rows.scalars()]

    def _decrypt(self, row: Callback) -> VerifiedCallback:
        data = orjson.loads(self._encryption.open_text(row.body_cipher, row.item_id))
        return VerifiedCallback(event_id=data["id"], headers=data["headers"], json=data["json"])
