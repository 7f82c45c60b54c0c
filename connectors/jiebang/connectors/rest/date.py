"""Binding dates in the formats that platforms use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Literal

from jiebang.sdk import BindingDate, Json, ProtocolFault

DateFormat = Literal["date", "compact_date", "epoch_ms", "epoch_s", "instant", "before_flag"]

#: No mobile number was bound before this year: an earlier date means a wrong unit.
FIRST_YEAR = 1995
LAST_YEAR = 2100


def binding_date(value: Json, form: DateFormat, held_since: date | None) -> BindingDate | None:
    """Parse a binding date. None, or a flag without a date to refer to, yields None.

    Raises `ProtocolFault` for an unreadable value.
    """
    if value is None:
        return None
    if form == "before_flag":
        if not isinstance(value, bool):
            raise ProtocolFault("the flag of a binding date is neither true nor false")
        if held_since is None:
            return None
        return BindingDate.before(held_since) if value else BindingDate.since(held_since)
    try:
        found = _parse(value, form)
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ProtocolFault(f"a binding date is not a {form}")
    return BindingDate.at(found) if isinstance(found, datetime) else BindingDate.on(found)


def _parse(value: Json, form: DateFormat) -> date | None:
    if form in ("epoch_ms", "epoch_s"):
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return datetime.fromtimestamp(value / 1000 if form == "epoch_ms" else value, UTC)
    if form == "compact_date":
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and re.fullmatch("[0-9]{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        return None
    if not isinstance(value, str):
        return None
    if form == "date":
        return (
            date.fromisoformat(value) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
        )
    instant = datetime.fromisoformat(value)
    return instant if instant.tzinfo is not None else None
