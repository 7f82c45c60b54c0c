"""Platform lists of connectors, stored so that a restart does not need their service and only one
process at a time fetches them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jiebang.gateway.catalogue.listing import Listing, ListingChange, ListingEntry
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.models import Discovered
from jiebang.sdk import Category, Platform


class ListingStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, connectors: Collection[str]) -> dict[str, Listing]:
        async with self._database.transaction() as session:
            rows = await session.scalars(
                sa.select(Discovered).where(Discovered.connector.in_(connectors))
            )
            return {row.connector: _listing(row) for row in rows}

    async def claim(self, connector: str, version: str, lease: timedelta) -> bool:
        """Claim the next fetch; returns whether it is ours. A list made by another version of the
        connector is due at once."""
        now = sa.func.now()
        first = insert(Discovered).values(connector=connector, version=version, due=now + lease)
        claimed = first.on_conflict_do_update(
            index_elements=[Discovered.connector],
            set_={"version": version, "due": now + lease},
            where=sa.or_(Discovered.due <= now, Discovered.version != version),
        ).returning(Discovered.connector)
        async with self._database.transaction() as session:
            return (await session.execute(claimed)).one_or_none() is not None

    async def update(
        self,
        connector: str,
        version: str,
        change: Callable[[Listing], ListingChange],
        again: timedelta,
    ) -> ListingChange:
        """Replace the listing by what `change` returns; it is due `again`. Raises what `change`
        raises."""
        async with self._database.transaction() as session:
            await session.execute(
                insert(Discovered)
                .values(connector=connector, version=version)
                .on_conflict_do_nothing()
            )
            row = await session.get_one(Discovered, connector, with_for_update=True)
            made = change(_listing(row))
            row.content = _content(made.listing)
            row.listed_at = made.listing.listed_at
            row.version = version
            row.due = sa.cast(sa.func.now() + again, sa.DateTime(timezone=True))
            return made


def _content(listing: Listing) -> dict[str, Any]:
    return {
        "problems": list(listing.problems),
        "entries": [
            {
                "id": one.platform.id,
                "name": dict(one.platform.name),
                "category": one.platform.category.value,
                "sensitive": one.platform.sensitive,
                "site": one.platform.site,
                "absences": one.absences,
                "absent_since": one.absent_since and one.absent_since.isoformat(),
                "dropped": one.dropped,
            }
            for one in listing.entries
        ],
    }


def _listing(row: Discovered) -> Listing:
    return Listing(
        entries=tuple(_entry(one) for one in row.content.get("entries", ())),
        problems=tuple(row.content.get("problems", ())),
        listed_at=row.listed_at,
    )


def _entry(data: dict[str, Any]) -> ListingEntry:
    since = data["absent_since"]
    return ListingEntry(
        platform=Platform(
            id=data["id"],
            name=data["name"],
            category=Category(data["category"]),
            sensitive=data["sensitive"],
            site=data["site"],
        ),
        absences=data["absences"],
        absent_since=None if since is None else datetime.fromisoformat(since),
        dropped=data["dropped"],
    )
