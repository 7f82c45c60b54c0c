"""The number and date formats of the platforms. Inside the sandbox numbers are E.164."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

_MOBILE = re.compile(r"1[3-9][0-9]{9}")

Parse = Callable[[str], str | None]


def _parser(prefix: str) -> Parse:
    def parse(text: str) -> str | None:
        digits = text.removeprefix(prefix)
        if not text.startswith(prefix) or not _MOBILE.fullmatch(digits):
            return None
        return f"+86{digits}"

    return parse


#: Each parses one format strictly: the number in E.164, or None.
e164 = _parser("+86")
d11 = _parser("")
d86 = _parser("86")


def any_number(text: str) -> str | None:
    """Parse any of the three formats, as a sign-up form does."""
    return e164(text) or d86(text) or d11(text)


def day(at: datetime) -> str:
    """Format as ``2024-03-01``."""
    return at.date().isoformat()


def compact_day(at: datetime) -> str:
    """Format as ``20240301``."""
    return at.strftime("%Y%m%d")


def epoch_ms(at: datetime) -> int:
    """Convert to milliseconds since 1970, UTC."""
    return int(at.timestamp() * 1000)


def instant(at: datetime) -> str:
    """Format as ``2024-03-01T10:20:30+08:00``."""
    return at.isoformat(timespec="seconds")
