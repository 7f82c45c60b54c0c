"""Shared budgets: calls per second that hold over all processes, taken in small blocks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from jiebang.sdk import ConnectorSpec

_BLOCK = 0.25  # seconds' worth of calls that a process takes from the shared bucket at once
_KEEP = 1.0  # seconds after which unused calls of a block are forgotten
_UNLIMITED = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBucket:
    """A token bucket: `rate` calls per second, at most `burst` at once; and for durable work, how
    many items may run at the same time."""

    name: str
    rate: float
    burst: float
    max_running: int = 1

    @classmethod
    def of(cls, spec: ConnectorSpec) -> TokenBucket:
        rate, running = spec.limits.rate, spec.limits.concurrency
        if rate is None:
            return cls(name=spec.id, rate=_UNLIMITED, burst=_UNLIMITED, max_running=running)
        burst = max(1.0, rate.burst or rate.calls)
        return cls(name=spec.id, rate=rate.per_second, burst=burst, max_running=running)

    @classmethod
    def of_tenant(cls, tenant: str, lookups_per_minute: int) -> TokenBucket:
        """How often a tenant's callers may look numbers up."""
        return cls._of_lookups(f"lookups:{tenant}", lookups_per_minute)

    @classmethod
    def of_holder(cls, tenant: str, number_index: bytes, lookups_per_minute: int) -> TokenBucket:
        """How often one holder may look the own number up; which one is not said."""
        return cls._of_lookups(f"holder:{tenant}:{number_index.hex()}", lookups_per_minute)

    @classmethod
    def _of_lookups(cls, name: str, per_minute: int) -> TokenBucket:
        return cls(name=name, rate=per_minute / 60, burst=float(per_minute))


class TokenSource(Protocol):
    async def lease(self, bucket: TokenBucket, want: int) -> tuple[int, float]:
        """Take up to `want` calls from the shared bucket: how many were there, and how many
        seconds until the next one. Raises `gateway.errors.Unavailable`."""
        ...


@dataclass(slots=True)
class _Lease:
    calls: int = 0
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class TokenLeases:
    def __init__(self, rates: TokenSource) -> None:
        self._rates = rates
        self._blocks: dict[str, _Lease] = {}

    async def take(self, bucket: TokenBucket, *, deadline: float) -> float | None:
        """One call. None when it was had before `deadline` (loop time), else the seconds after
        which it is worth trying again. Raises `Unavailable`."""
        loop = asyncio.get_running_loop()
        block = self._blocks.setdefault(bucket.name, _Lease())
        async with block.lock:
            while not (block.calls and loop.time() < block.until):
                want = max(1, int(bucket.rate * _BLOCK))
                block.calls, wait = await self._rates.lease(bucket, want)
                block.until = loop.time() + _KEEP
                if block.calls:
                    break
                if loop.time() + wait >= deadline:
                    return wait
                await asyncio.sleep(wait)
            block.calls -= 1
            return None
