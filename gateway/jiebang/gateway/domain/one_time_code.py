"""One-time codes: how many, for how long, and what is kept of them."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from jiebang.gateway.domain.caller import Caller, Holder
from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.wording import Wording

#: A code has six decimal digits.
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLimit:
    """At most `codes` sent and, unless `attempts` alone bounds them, `wrong` guesses `within`."""

    codes: int
    within: timedelta
    wrong: int | None = None


_DAY, _HOUR = timedelta(hours=24), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePolicy:
    """`attempts` wrong guesses use a code up. The limits hold over all processes.

    A code is asked for by an app, or by a visitor of the page at some network address (its
    source); all visitors of a tenant are one caller. What one of them uses up is small against
    what the number has in all, so that a stranger does not lock its holder out for a day:
    `number_source` < `number_caller` < `number`.
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
    """A code that is to be kept: for this number, on behalf of this caller at this source.
    `activated_on` is a carrier's statement that came along."""

    id: uuid.UUID
    caller: Caller
    number: str = field(repr=False)
    code: str = field(repr=False)
    source: str | None = field(repr=False)
    activated_on: date | None = field(repr=False)
    at: datetime
    policy: CodePolicy


class CodeFailure(StrEnum):
    """Why a guess proves nothing. GONE: expired, spent, replaced, or never the caller's."""

    WRONG = "wrong"
    GONE = "gone"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMiss:
    """`left`: further guesses at this code. `retry_at`: when the next may be made."""

    failure: CodeFailure
    left: int = 0
    retry_at: datetime | None = None


class CodeStore(Protocol):
    """Keeps codes for all processes. Raises `Unavailable`."""

    async def save(self, request: CodeRequest) -> datetime | None:
        """Keep it, in place of an earlier one that the same asker had for the number; or, when a
        limit is reached, the moment at which to try again."""
        ...

    async def spend(
        self, id: uuid.UUID, caller: Caller, code: str, *, at: datetime, policy: CodePolicy
    ) -> Holder | CodeMiss:
        """What the code proves, once; or count the guess."""
        ...


def parse_code(text: str) -> str:
    """What was typed, also in full width and with spaces, as plain digits. Raises
    `InvalidArgument`: CODE_MALFORMED."""
    plain = "".join(unicodedata.normalize("NFKC", text[:64]).split())
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdecimal()):
        raise InvalidArgument(
            Reason.CODE_MALFORMED,
            Wording("A code has {count} digits.", count=DIGITS),
            field="code",
            hint=Wording("Send the digits in the message, and nothing else."),
        )
    return plain
