"""How long to wait before asking again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

_MAX_RETRY_AFTER = 86_400.0  # seconds; also what no number of seconds (nan) comes to


def cap_retry_after(seconds: float) -> float:
    """How long a platform that says "later" is left alone at most."""
    return min(_MAX_RETRY_AFTER, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """`first` and `ceiling` in seconds; each wait is `factor` times the one before, give or take
    a fifth, so that many items do not return at once."""

    first: float = 0.5
    factor: float = 2.0
    ceiling: float = 900.0

    def delay(self, attempt: int, *, at_least: float | None = None) -> timedelta:
        """The wait after attempt number `attempt`, counted from 0. `at_least` in seconds is a
        platform's wish; more than a day is not granted."""
        seconds = min(self.ceiling, self.first * self.factor ** min(attempt, 40))
        seconds *= random.uniform(0.8, 1.2)  # noqa: S311 - spread, not secrecy
        return timedelta(seconds=max(seconds, cap_retry_after(at_least or 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BackoffPolicy:
    """`retry`: after a failure. `poll`: while the platform works on it. `fallback`: while a
    callback is expected. `verify`: until a lookup confirms."""

    retry: Backoff = Backoff()
    poll: Backoff = Backoff()
    fallback: Backoff = Backoff(first=5.0)
    verify: Backoff = Backoff(first=0.3)


#: How many lookups may still show an account before its unbinding is taken as not done.
MAX_CHECKS = 6
