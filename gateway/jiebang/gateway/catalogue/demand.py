"""What people ask for that has no interface yet, so that the next connector is chosen by need.

Counted are platforms that somebody named, in a lookup or a new renewal, and those where somebody
began with the steps by hand; asking everything says nothing. Only platforms of the catalogue
count: free text may hold anything. Kept are a platform, a day and a number, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.domain.tenure import today
from jiebang.sdk import Platform

#: The days that the board counts, today among them.
WINDOW = timedelta(days=30)

_FLUSH = 5.0  # seconds; what a crash may lose

#: How often each platform was asked for, by platform and day in Asia/Shanghai.
Counts = Mapping[tuple[str, date], int]


class DemandLog(Protocol):
    async def add(self, counts: Counts) -> None:
        """Add to what is kept, all or nothing. Raises `Unavailable`."""
        ...

    async def since(self, day: date) -> Mapping[str, int]:
        """How often each platform was asked for on `day` and later. Raises `Unavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandView:
    platform: Platform
    asked: int


class Demand:
    """Counts in memory, and brings it to the log now and then; `run` does that until cancelled."""

    def __init__(self, catalogue: Catalogue, log: DemandLog) -> None:
        self._catalogue = catalogue
        self._log = log
        self._counts: Counter[tuple[str, date]] = Counter()

    def note(self, platforms: Collection[str]) -> None:
        """Somebody asked for these; those that can be asked do not count."""
        day = today()
        self._counts.update((name, day) for name in set(platforms) if self._is_missing(name))

    async def missing_platforms(self) -> list[DemandView]:
        """The platforms that are still missing, the most wanted first. Raises `Unavailable`."""
        await self.flush()
        asked = await self._log.since(today() - WINDOW + timedelta(days=1))
        return [
            DemandView(platform=self._catalogue.platform(name), asked=count)
            for name, count in sorted(asked.items(), key=lambda pair: (-pair[1], pair[0]))
            if self._is_missing(name)
        ]

    async def flush(self) -> None:
        """Raises `Unavailable`; then nothing is lost."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._log.add(counts)
        except BaseException:
            self._counts.update(counts)
            raise

    async def run(self) -> None:
        try:
            while True:
                await asyncio.sleep(_FLUSH)
                await self._try_flush()
        finally:
            await self._try_flush()

    async def _try_flush(self) -> None:
        with contextlib.suppress(ServiceUnavailable):  # then the next time
            await self.flush()

    def _is_missing(self, platform: str) -> bool:
        return platform in self._catalogue.platforms and self._catalogue.is_by_hand(platform)
