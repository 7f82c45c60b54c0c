"""Mapping between rows and records, with encryption and decryption."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiebang.gateway.domain.status import Outcome, Progress, Status, Verification
from jiebang.gateway.domain.tenure import tenure_from_data
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.models import Action, Inquiry, Item
from jiebang.gateway.journal.records import ActionRecord, InquiryRecord, Stage
from jiebang.sdk import ActionKind, DenyReason, Effect, ErrorCode


def inquiry_record(
    row: Inquiry, item: Item, encryption: FieldEncryption, operation: str | None = None
) -> InquiryRecord:
    return InquiryRecord(
        id=row.id,
        renewal_id=row.renewal_id,
        operation=operation,
        tenant=row.tenant,
        number=encryption.open_number(row.number_cipher, row.id),
        tenure=tenure_from_data(row.tenure),
        connector=row.connector,
        platform=row.platform,
        status=Status(row.status),
        outcome=Outcome(row.outcome) if row.outcome else None,
        error=ErrorCode(row.error) if row.error else None,
        answer=encryption.open_answer(row.answer_cipher, row.id) if row.answer_cipher else None,
        remote_ref=encryption.open_text(row.remote_ref_cipher, row.id)
        if row.remote_ref_cipher
        else None,
        needs=encryption.open_needs(row.needs_cipher, row.id) if row.needs_cipher else None,
        expected_by=row.expected_by,
        left=row.left,
        created_at=row.created_at,
        answered_at=row.answered_at,
        confirmed_at=row.confirmed_at,
        steps_done={step: datetime.fromisoformat(at) for step, at in row.steps_done.items() if at},
        remind_on=row.remind_on,
        due=item.due,
    )


def inquiry_values(record: InquiryRecord, encryption: FieldEncryption) -> dict[str, Any]:
    """Return the columns that a tick may change."""
    return {
        "status": record.status.value,
        "outcome": record.outcome and record.outcome.value,
        "error": record.error and record.error.value,
        "answer_cipher": record.answer and encryption.answer(record.answer, record.id),
        "remote_ref_cipher": record.remote_ref and encryption.text(record.remote_ref, record.id),
        "needs_cipher": record.needs and encryption.needs(record.needs, record.id),
        "expected_by": record.expected_by,
        "left": record.left,
        "answered_at": record.answered_at,
    }


def action_record(row: Action, item: Item, encryption: FieldEncryption) -> ActionRecord:
    return ActionRecord(
        id=row.id,
        tenant=row.tenant,
        number=encryption.open_number(row.number_cipher, row.id),
        tenure=tenure_from_data(row.tenure),
        connector=row.connector,
        platform=row.platform,
        kind=ActionKind(row.kind),
        account=encryption.open_account(row.account_cipher, row.id),
        status=Status(row.status),
        stage=Stage(row.step),
        progress=Progress(row.progress) if row.progress else None,
        reason=DenyReason(row.reason) if row.reason else None,
        error=ErrorCode(row.error) if row.error else None,
        remote_ref=encryption.open_text(row.remote_ref_cipher, row.id)
        if row.remote_ref_cipher
        else None,
        needs=encryption.open_needs(row.needs_cipher, row.id) if row.needs_cipher else None,
        expected_by=row.expected_by,
        effects=frozenset(map(Effect, row.effects)),
        verification=Verification(row.verification) if row.verification else None,
        checks=row.checks,
        created_at=row.created_at,
        sent_at=row.sent_at,
        done_at=row.done_at,
        finished_at=row.finished_at,
        due=item.due,
    )


def action_values(record: ActionRecord, encryption: FieldEncryption) -> dict[str, Any]:
    """Return the columns that a tick may change."""
    return {
        "status": record.status.value,
        "step": record.stage.value,
        "progress": record.progress and record.progress.value,
        "reason": record.reason and record.reason.value,
        "error": record.error and record.error.value,
        "remote_ref_cipher": record.remote_ref and encryption.text(record.remote_ref, record.id),
        "needs_cipher": record.needs and encryption.needs(record.needs, record.id),
        "expected_by": record.expected_by,
        "effects": sorted(effect.value for effect in record.effects),
        "verification": record.verification and record.verification.value,
        "checks": record.checks,
        "sent_at": record.sent_at,
        "done_at": record.done_at,
        "finished_at": record.finished_at,
    }
