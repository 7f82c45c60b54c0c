"""How long to wait after a platform's rate limit is exhausted, from its response headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: The longest accepted wait, in seconds: one week.
MAX_WAIT = 7 * 86400.0
#: Statuses that rate-limit headers explain; under others they are merely informative.
REFUSING = frozenset({403, 429, 503})
#: A reset value above this is not seconds to wait but a Unix time, and above a thousand times this
#: one in milliseconds.
_EPOCH = 1e9

_REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Parse a Retry-After header (RFC 9110, section 10.2.3) into seconds to wait: whole seconds or
    an HTTP date; None if it is neither."""
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
    """Return the seconds until the quota is renewed, from the common rate-limit headers:
    `X-RateLimit-Remaining` and `-Reset`, `RateLimit-*`, or `RateLimit` with ``r`` and ``t``.

    None if they are absent or report that quota is left. A 403 or 503 counts only when they
    explicitly report that nothing is left: such a status has other causes as well.
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
    """Parse the field `RateLimit` into what is left and when it resets, for the used-up policy."""
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
