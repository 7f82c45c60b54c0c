"""What one line of a batch asks for, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

_MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_ABROAD = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`number` in E.164, however it was written, so that one number has one key.

    It is left out of the repr: orders end up in logs.
    """

    line: int
    number: str = field(repr=False)
    activated_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A line that cannot be understood, or need not be. `why` holds nothing of what it says."""

    line: int
    result: str
    why: str


def order(line: int, number: str, day: str) -> Order | Fault:
    """Whether there is such a number, and whether it is a mobile one, is Jiebang's to say."""
    called = _number(number)
    if called is None:
        return Fault(line=line, result="MALFORMED", why="This is not a phone number.")
    since = _date(day)
    if since is None:
        return Fault(line=line, result="MALFORMED", why="The day of activation is not a date.")
    return Order(line=line, number=called, activated_on=since)


def masked(number: str) -> str:
    """As Jiebang shows it: ``138****1234``; of another country only the last digits."""
    mainland = _MAINLAND.fullmatch(number)
    return f"{mainland[1][:3]}****{mainland[1][-4:]}" if mainland else f"****{number[-4:]}"


def _number(text: str) -> str | None:
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    if mainland := _MAINLAND.fullmatch(plain):
        return f"+86{mainland[1]}"
    return plain if _ABROAD.fullmatch(plain) else None


def _date(text: str) -> date | None:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
