"""Demand for platforms without an interface, which decides what to connect next.

Counted are platforms that a caller named in a lookup or new renewal, and those where somebody began
the manual steps; lookups of all platforms do not count. Only platforms in the catalogue are
counted, and only platform, day and count are stored.
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

#: The days the board covers, including today.
WINDOW = timedelta(days=30)

_FLUSH = 5.0  # seconds; the most that a crash loses

#: Requests for each platform, by platform and day (Asia/Shanghai).
Counts = Mapping[tuple[str, date], int]


class DemandLog(Protocol):
    async def add(self, counts: Counts) -> None:
        """Add the counts to the store, all or nothing. Raises `ServiceUnavailable`."""
        ...

    async def since(self, day: date) -> Mapping[str, int]:
        """Return each platform's requests since `day`, inclusive. Raises `ServiceUnavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandView:
    platform: Platform
    asked: int


class Demand:
    """Counts in memory and writes to the log periodically; `run` does so until cancelled."""

    def __init__(self, catalogue: Catalogue, log: DemandLog) -> None:
        self._catalogue = catalogue
        self._log = log
        self._counts: Counter[tuple[str, date]] = Counter()

    def note(self, platforms: Collection[str]) -> None:
        """Count a request for these platforms; those with an interface are ignored."""
        day = today()
        self._counts.update((name, day) for name in set(platforms) if self._is_missing(name))

    async def missing_platforms(self) -> list[DemandView]:
        """Return the platforms still without an interface, most requested first.

        Raises `ServiceUnavailable`.
        """
        await self.flush()
        asked = await self._log.since(today() - WINDOW + timedelta(days=1))
        return [
            DemandView(platform=self._catalogue.platform(name), asked=count)
            for name, count in sorted(asked.items(), key=lambda pair: (-pair[1], pair[0]))
            if self._is_missing(name)
        ]

    async def flush(self) -> None:
        """Write the counts to the log. Raises `ServiceUnavailable`; the counts are then kept."""
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
        with contextlib.suppress(ServiceUnavailable):  # kept for the next attempt
            await self.flush()

    def _is_missing(self, platform: str) -> bool:
        return platform in self._catalogue.platforms and self._catalogue.is_by_hand(platform)
