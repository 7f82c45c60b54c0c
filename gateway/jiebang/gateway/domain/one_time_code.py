"""One-time codes: limits, lifetime and the interface of their store."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.wording import Wording

#: The number of decimal digits in a code.
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLimit:
    """At most `codes` sent and, if set, `wrong` incorrect guesses, within the period `within`."""

    codes: int
    within: timedelta
    wrong: int | None = None


_DAY, _HOUR = timedelta(hours=24), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePolicy:
    """`attempts` wrong guesses invalidate a code. The limits hold across all processes.

    A code is requested by an app, or by a visitor of the page at some network address (the source);
    all visitors of a tenant are one caller. What one requester can use up is small against the
    number's own limit, so that a stranger cannot lock its holder out for a day: `number_source` <
    `number_caller` < `number`.
    """

    life: timedelta = timedelta(minutes=5)
    resend: timedelta = timedelta(seconds=60)
    attempts: int = 5
    number: CodeLimit = CodeLimit(codes=20, within=_DAY)
    number_caller: CodeLimit = CodeLimit(codes=10, within=_DAY)
    number_source: CodeLimit = CodeLimit(codes=5, within=_DAY)
    caller: CodeLimit = CodeLimit(codes=600, wrong=300, within=_HOUR)
    visitors: CodeLimit = CodeLimit(codes=600, within=_HOUR)
    source: CodeLimit = CodeLimit(codes=10, wrong=30, within=_HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """A code to store: for this number, on behalf of this caller at this source. `activated_on` is
    the date asserted by a carrier."""

    id: uuid.UUID
    caller: Caller
    number: str = field(repr=False)
    code: str = field(repr=False)
    source: str | None = field(repr=False)
    activated_on: date | None = field(repr=False)
    at: datetime
    policy: CodePolicy


class CodeFailure(StrEnum):
    """Why a guess proves nothing. GONE: expired, used, replaced, or not this caller's."""

    WRONG = "wrong"
    GONE = "gone"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMiss:
    """`left`: remaining guesses for this code. `retry_at`: when the next one is allowed."""

    failure: CodeFailure
    left: int = 0
    retry_at: datetime | None = None


def parse_code(text: str) -> str:
    """Return the typed code as plain digits; full-width digits and spaces are accepted. Raises
    `InvalidArgument` (CODE_MALFORMED)."""
    plain = "".join(unicodedata.normalize("NFKC", text[:64]).split())
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdecimal()):
        raise InvalidArgument(
            Reason.CODE_MALFORMED,
            Wording("A code has {count} digits.", count=DIGITS),
            field="code",
            hint=Wording("Send only the digits from the message."),
        )
    return plain
