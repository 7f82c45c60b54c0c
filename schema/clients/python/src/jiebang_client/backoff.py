"""How long to wait before a new attempt."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Seconds before the second attempt, doubled each time up to `ceiling`; `attempts` in all.

    Half of each pause is chance, so that clients cut off together do not come back together.
    """

    attempts: int = 10
    first: float = 0.5
    ceiling: float = 30.0

    def pause(self, failed: int) -> float:
        """Seconds to wait after so many failures one after another, at least one."""
        whole = min(self.first * 2.0 ** min(failed - 1, 30), self.ceiling)
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
