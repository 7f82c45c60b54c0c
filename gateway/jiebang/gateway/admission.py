"""How hard interactive lookups may press: on a connector, its concurrency in this process and its
rate over all processes; on us, each tenant's number of lookups."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from jiebang.gateway.errors import Reason, TooManyRequests
from jiebang.gateway.leases import Bucket, Leases, RateSource
from jiebang.gateway.question import Question
from jiebang.gateway.wording import Wording
from jiebang.sdk import ConnectorSpec, RateLimited


class Admission:
    def __init__(self, rates: RateSource) -> None:
        self._leases = Leases(rates)
        self._slots: dict[str, asyncio.Semaphore] = {}

    async def charge(self, question: Question) -> None:
        """Count a lookup against its tenant. Raises `TooManyRequests`, or `Unavailable` when the
        budget cannot be read: without it a lookup would be a way to try numbers."""
        tenant = question.caller.tenant
        bucket = Bucket.of_tenant(tenant, question.policy.lookups_per_minute)
        wait = await self._leases.take(bucket, deadline=asyncio.get_running_loop().time())
        if wait is not None:
            raise TooManyRequests(
                Reason.TOO_MANY_LOOKUPS,
                Wording("Your lookups of this minute are used up."),
                hint=Wording(
                    "Try again in {seconds} s, or have the limit raised.", seconds=math.ceil(wait)
                ),
            )

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
                wait = await self._leases.take(Bucket.of(spec), deadline=deadline)
                if wait is not None:
                    raise RateLimited("the connector's rate is used up", retry_after=wait)
            yield
        finally:
            slot.release()
