"""Delays between attempts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

_MAX_RETRY_AFTER = 86_400.0  # seconds; also the result for nan


def cap_retry_after(seconds: float) -> float:
    """Cap a platform's Retry-After (seconds) at one day."""
    return min(_MAX_RETRY_AFTER, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """`first` and `ceiling` in seconds; each delay is `factor` times the previous one, with 20 %
    jitter, so that many items do not return at once."""

    first: float = 0.5
    factor: float = 2.0
    ceiling: float = 900.0

    def delay(self, attempt: int, *, at_least: float | None = None) -> timedelta:
        """Return the delay after attempt number `attempt`, counted from 0. `at_least`: the
        platform's Retry-After in seconds, capped at one day."""
        seconds = min(self.ceiling, self.first * self.factor ** min(attempt, 40))
        seconds *= random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not secrecy
        return timedelta(seconds=max(seconds, cap_retry_after(at_least or 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BackoffPolicy:
    """`retry`: after a failure. `poll`: while the platform is processing. `fallback`: while a
    callback is expected. `verify`: until a lookup confirms."""

    retry: Backoff = Backoff()
    poll: Backoff = Backoff()
    fallback: Backoff = Backoff(first=5.0)
    verify: Backoff = Backoff(first=0.3)


#: Lookups that may still show an account before its unbinding counts as not done.
MAX_CHECKS = 6
