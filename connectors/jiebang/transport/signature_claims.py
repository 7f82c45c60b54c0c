"""What a held signature proves, and how the pieces of a callback are taken from it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from jiebang.sdk import CallbackInvalid, CallbackRequest

#: How far a callback's time may lie from ours, either way. The Standard Webhooks specification
#: names five minutes; the other schemes keep to the same.
WINDOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureClaims:
    """`signed` is the text the signature holds for. `headers` are those it covers, in lower
    case. `event_id` is the signed one; None: it is looked for elsewhere."""

    signed: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    event_id: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the signed text in hex: an id for an event that has none."""
        return hashlib.sha256(self.signed).hexdigest()


def header(request: CallbackRequest, name: str) -> str:
    """The value of the header. Raises `CallbackInvalid` unless it is there exactly once: with
    two, the signature could hold for the one and we read the other."""
    found = [value for key, value in request.headers if key.lower() == name.lower()]
    if len(found) != 1 or not found[0].strip():
        raise CallbackInvalid("a header that is signed, or signs, is missing or there twice")
    return found[0].strip()


def require_unique(request: CallbackRequest, names: Iterable[str]) -> None:
    """Raises `CallbackInvalid` unless each header is there exactly once."""
    for name in names:
        header(request, name)


def check_time(text: str, *, milliseconds: bool) -> None:
    """Raises `CallbackInvalid` for a time outside the window, or that is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise CallbackInvalid("the signed time is no number")
    told = int(text) / (1000 if milliseconds else 1)
    if abs(time.time() - told) > WINDOW.total_seconds():
        raise CallbackInvalid("the signed time is too old, or in the future")
