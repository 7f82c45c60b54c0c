"""Rate limits shared by all processes; each process leases calls in small blocks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from jiebang.sdk import ConnectorSpec

_BLOCK = 0.25  # seconds' worth of calls that a process leases at a time
_KEEP = 1.0  # seconds after which the unused calls of a block expire
_UNLIMITED = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBucket:
    """A token bucket: `rate` calls per second, at most `burst` at once. `max_running` limits the
    durable items running at the same time."""

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
        """Return the bucket for all lookups of a tenant's callers."""
        return cls._of_lookups(f"lookups:{tenant}", lookups_per_minute)

    @classmethod
    def of_holder(cls, tenant: str, number_index: bytes, lookups_per_minute: int) -> TokenBucket:
        """Return the bucket for one holder's lookups of their own number, named by its index."""
        return cls._of_lookups(f"holder:{tenant}:{number_index.hex()}", lookups_per_minute)

    @classmethod
    def _of_lookups(cls, name: str, per_minute: int) -> TokenBucket:
        return cls(name=name, rate=per_minute / 60, burst=float(per_minute))


class TokenSource(Protocol):
    async def lease(self, bucket: TokenBucket, want: int) -> tuple[int, float]:
        """Take up to `want` calls from the shared bucket. Returns the number granted and the
        seconds until the next one. Raises `ServiceUnavailable`."""
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
        """Take one call. Returns None when one was available before `deadline` (loop time),
        otherwise the seconds after which to try again. Raises `ServiceUnavailable`."""
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
