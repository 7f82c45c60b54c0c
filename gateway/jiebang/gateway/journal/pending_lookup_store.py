"""Lookups that a platform left pending: stored for the caller, answered later, delivered once."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime

import sqlalchemy as sa

from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.validation import PlatformAnswer, PlatformAnswers
from jiebang.gateway.domain.backoff import Backoff, BackoffPolicy
from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.domain.tenure import tenure_to_data
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.items import add_inquiry
from jiebang.gateway.journal.mapping import inquiry_record
from jiebang.gateway.journal.models import Inquiry, Item
from jiebang.gateway.journal.records import InquiryRecord
from jiebang.gateway.journal.scheduler import release_within
from jiebang.sdk import NotBound, Pending

#: An uncollected answer is outdated after this time.
_FRESH = sa.text("interval '15 minutes'")


class PendingLookupStore:
    """Implements `lookup.PendingLookups`."""

    def __init__(
        self,
        database: Database,
        encryption: FieldEncryption,
        *,
        platforms: Collection[str] | None = None,
        fallback: Backoff | None = None,
    ) -> None:
        """`platforms` are those that may answer later; no query is made for others. `fallback`:
        when to poll one that is expected to call back."""
        self._database = database
        self._encryption = encryption
        self._platforms = platforms
        self._fallback = fallback or BackoffPolicy().fallback

    async def load(self, request: LookupRequest, platforms: Collection[str]) -> PlatformAnswers:
        wanted = [p for p in platforms if self._platforms is None or p in self._platforms]
        if not wanted:
            return {}
        caller = request.caller
        async with self._database.transaction() as session:
            rows = await session.execute(
                sa.select(Inquiry, Item)
                .join(Item, Item.id == Inquiry.id)
                .where(
                    Inquiry.renewal_id.is_(None),
                    Inquiry.recalled_at.is_(None),
                    Inquiry.tenant == caller.tenant,
                    Inquiry.caller_index.in_(self._encryption.caller_indexes(caller.subject)),
                    Inquiry.number_index.in_(self._encryption.number_indexes(request.number)),
                    Inquiry.tenure == tenure_to_data(request.tenure),
                    Inquiry.platform.in_(wanted),
                    sa.or_(
                        Inquiry.answered_at.is_(None),
                        Inquiry.answered_at > sa.func.now() - _FRESH,
                    ),
                )
                .order_by(Inquiry.created_at)
                .with_for_update(of=Inquiry)
            )
            known: PlatformAnswers = {}
            for row, item in rows:
                record = inquiry_record(row, item, self._encryption)
                if (answer := _answer_of(record)) is not None:
                    known[record.platform] = answer
                if not isinstance(answer, Pending):
                    row.recalled_at = datetime.now(UTC)
            return known

    async def save(
        self,
        request: LookupRequest,
        connector: str,
        platform: str,
        pending: Pending,
        callback_item: uuid.UUID | None,
    ) -> None:
        record = InquiryRecord(
            id=callback_item or uuid.uuid4(),
            renewal_id=None,
            operation=None,
            tenant=request.caller.tenant,
            number=request.number,
            tenure=request.tenure,
            connector=connector,
            platform=platform,
            status=Status.IN_PROGRESS,
            outcome=Outcome.PENDING,
            remote_ref=pending.remote_ref,
            expected_by=pending.expected_by,
            created_at=datetime.now(UTC),
        )
        async with self._database.transaction() as session:
            await add_inquiry(
                session,
                self._encryption,
                record,
                caller=request.caller.subject,
                due=self._fallback.delay(0) if callback_item else True,
            )
            await release_within(session, [connector])


def _answer_of(record: InquiryRecord) -> PlatformAnswer | None:
    """Return the stored answer; None if there is none and the platform must be queried again."""
    match record.status, record.outcome:
        case Status.FULFILLED, Outcome.BOUND:
            return record.answer
        case Status.FULFILLED, Outcome.NOT_BOUND:
            return NotBound("the platform's later answer")
        case ((Status.OPEN | Status.IN_PROGRESS), _) if record.remote_ref:
            return Pending(remote_ref=record.remote_ref, expected_by=record.expected_by)
        case _:
            return None
