"""How long a platform that has had enough of us wants to be left alone, from its headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: The longest wait taken from a platform, in seconds: a week.
MAX_WAIT = 7 * 86400.0
#: Statuses under which rate-limit headers say why; under others they are only news.
REFUSING = frozenset({403, 429, 503})
#: A reset above this is no number of seconds to wait but a time since 1970, and above its
#: thousandfold one in milliseconds.
_EPOCH = 1e9

_REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header: whole seconds or an HTTP date; None if neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), MAX_WAIT)


def rate_limit_wait(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until something is left again, by the headers that platforms use for it:
    `X-RateLimit-Remaining` and `-Reset`, `RateLimit-*`, or `RateLimit` with ``r`` and ``t``.

    None when they say nothing, or say that something is left. A 403 or 503 counts only when
    they say plainly that nothing is left: such a status has other causes as well.
    """
    if status not in REFUSING:
        return None
    remaining, reset = _parse_ratelimit(headers)
    if remaining is None:
        remaining = _first_number(headers, _REMAINING)
    if reset is None:
        reset = _first_number(headers, _RESET)
    if reset is None or (remaining is None and status != 429) or (remaining or 0) > 0:
        return None
    if reset > _EPOCH * 1000:
        reset /= 1000
    if reset > _EPOCH:
        reset -= now.timestamp()
    return min(max(reset, 0.0), MAX_WAIT)


def _parse_ratelimit(headers: Mapping[str, str]) -> tuple[float | None, float | None]:
    """What the field `RateLimit` says is left, and when: of its policies the one used up."""
    found: list[tuple[float | None, float | None]] = []
    for policy in headers.get("ratelimit", "").split(","):
        named = dict(
            (name.strip().lower(), _parse_number(value))
            for name, equals, value in (part.partition("=") for part in policy.split(";"))
            if equals
        )
        remaining = named.get("r", named.get("remaining"))
        reset = named.get("t", named.get("reset"))
        if remaining == 0 and reset is not None:
            return remaining, reset
        found.append((remaining, reset))
    # An older draft wrote one policy with commas: limit=10, remaining=0, reset=30.
    remaining = next((left for left, _ in found if left is not None), None)
    return remaining, next((reset for _, reset in found if reset is not None), None)


def _first_number(headers: Mapping[str, str], names: tuple[str, ...]) -> float | None:
    return next(
        (n for name in names if (n := _parse_number(headers.get(name, ""))) is not None), None
    )


def _parse_number(text: str) -> float | None:
    return float(text.strip()) if _NUMBER.fullmatch(text.strip()) else None
