"""What a valid signature proves, and how the signed parts of a callback are read."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from jiebang.sdk import CallbackInvalid, CallbackRequest

#: How far a callback's time may differ from ours, either way. The Standard Webhooks specification
#: names five minutes; the other schemes use the same.
WINDOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureClaims:
    """`signed` is the signed text. `headers` are those it covers, by lower-case name. `event_id` is
    the signed one; None: it must be found elsewhere."""

    signed: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    event_id: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the signed text in hex: an id for an event that has none."""
        return hashlib.sha256(self.signed).hexdigest()


def header(request: CallbackRequest, name: str) -> str:
    """Return the value of the header. Raises `CallbackInvalid` unless it occurs exactly once: of
    two, one could be verified and the other one used."""
    found = [value for key, value in request.headers if key.lower() == name.lower()]
    if len(found) != 1 or not found[0].strip():
        raise CallbackInvalid("a header that is signed, or signs, is missing or repeated")
    return found[0].strip()


def require_unique(request: CallbackRequest, names: Iterable[str]) -> None:
    """Raise `CallbackInvalid` unless each header occurs exactly once."""
    for name in names:
        header(request, name)


def check_time(text: str, *, milliseconds: bool) -> None:
    """Raise `CallbackInvalid` for a time that is malformed or outside the window."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise CallbackInvalid("the signed time is not a number")
    told = int(text) / (1000 if milliseconds else 1)
    if abs(time.time() - told) > WINDOW.total_seconds():
        raise CallbackInvalid("the signed time is too old, or in the future")
