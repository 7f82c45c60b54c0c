"""How hard interactive lookups may press on a connector: its concurrency in this process, its
rate across all processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from jiebang.sdk import ConnectorSpec, RateLimited

_LEASE = 0.25  # seconds' worth of calls that a process takes from the shared bucket at once
_KEEP = 1.0  # seconds after which unused calls of a lease are forgotten


class RateSource(Protocol):
    async def lease(self, lane: str, want: int) -> tuple[int, float]:
        """Take up to `want` calls from the shared bucket: how many were there, and how many
        seconds until the next one. Raises `gateway.errors.Unavailable`."""
        ...


@dataclass(slots=True)
class _Budget:
    calls: int = 0
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Admission:
    def __init__(self, rates: RateSource) -> None:
        self._rates = rates
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._budgets: dict[str, _Budget] = {}

    @asynccontextmanager
    async def enter(self, spec: ConnectorSpec, *, deadline: float) -> AsyncGenerator[None]:
        """One place and one call. Raises `RateLimited` when neither is free before `deadline`
        (loop time)."""
        slot = self._slots.setdefault(spec.id, asyncio.Semaphore(spec.limits.concurrency))
        try:
            async with asyncio.timeout_at(deadline):
                await slot.acquire()
        except TimeoutError:
            raise RateLimited("all places at this connector are taken") from None
        try:
            if spec.limits.rate is not None:
                await self._take(spec.id, spec.limits.rate.per_second, deadline)
            yield
        finally:
            slot.release()

    async def _take(self, lane: str, per_second: float, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        budget = self._budgets.setdefault(lane, _Budget())
        async with budget.lock:
            while True:
                now = loop.time()
                if budget.calls and now < budget.until:
                    budget.calls -= 1
                    return
                budget.calls, wait = await self._rates.lease(lane, max(1, int(per_second * _LEASE)))
                budget.until = loop.time() + _KEEP
                if budget.calls:
                    continue
                if now + wait >= deadline:
                    raise RateLimited("the rate of this connector is used up", retry_after=wait)
                await asyncio.sleep(wait)
