"""Cursors: opaque positions in a list or stream, which stay valid while entries are added."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.global_id import decode_text, encode_text

#: The largest sequence number in the journal, whose column has 32 bits.
_MAX_SEQ = 2**31 - 1


def encode_place(created_at: datetime, key: uuid.UUID) -> str:
    """Return the cursor of an entry in a list ordered by time and then by id."""
    return encode_text(f"{created_at.isoformat()}|{key}")


def decode_place(cursor: str) -> tuple[datetime, uuid.UUID]:
    """Decode a cursor. Raises `InvalidArgument` (CURSOR_INVALID)."""
    when, _, key = (decode_text(cursor) or "").partition("|")
    try:
        place = datetime.fromisoformat(when), uuid.UUID(key)
    except ValueError:
        raise invalid_cursor() from None
    if place[0].tzinfo is None:
        raise invalid_cursor()
    try:
        # A forged date at either end of the calendar may not exist in UTC, which the journal uses.
        return place[0].astimezone(UTC), place[1]
    except OverflowError:
        raise invalid_cursor() from None


def encode_seq(renewal: uuid.UUID, seq: int) -> str:
    """Return the cursor of an event in this renewal."""
    return encode_text(f"event|{renewal}|{seq}")


def decode_seq(cursor: str | None, renewal: uuid.UUID) -> int:
    """Decode a cursor; 0, the beginning, if there is none. Raises `InvalidArgument`
    (CURSOR_INVALID), also for a cursor of another renewal: continuing from there could skip
    events."""
    if cursor is None:
        return 0
    start, _, seq = (decode_text(cursor) or "").rpartition("|")
    if start != f"event|{renewal}" or not (seq.isascii() and seq.isdecimal()) or len(seq) > 19:
        raise invalid_cursor()
    return min(int(seq), _MAX_SEQ)


def encode_name(name: str) -> str:
    """Return the cursor of a platform in the list ordered by id."""
    return encode_text(f"platform|{name}")


def decode_name(cursor: str) -> str:
    """Decode a cursor. Raises `InvalidArgument` (CURSOR_INVALID)."""
    kind, found, name = (decode_text(cursor) or "").partition("|")
    if kind != "platform" or not found:
        raise invalid_cursor()
    return name


def invalid_cursor() -> InvalidArgument:
    return InvalidArgument(
        Reason.CURSOR_INVALID,
        Wording("This is not a cursor of this list."),
        field="after",
        hint=Wording("Send a cursor as it was returned, or omit it to start at the beginning."),
    )
