"""Rate and concurrency limits for interactive lookups, per connector, holder and tenant."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from jiebang.gateway.calls.rate_limit import TokenBucket, TokenLeases, TokenSource
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.domain.errors import Reason, TooManyRequests
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import ConnectorSpec, RateLimited


class Admission:
    def __init__(self, rates: TokenSource, number_index: Callable[[str], bytes]) -> None:
        """`number_index` maps a number to a keyed index, so that no bucket holds a number."""
        self._rates = rates
        self._number_index = number_index
        self._leases = TokenLeases(rates)
        self._slots: dict[str, asyncio.Semaphore] = {}

    async def charge(self, request: LookupRequest) -> None:
        """Charge a lookup to its holder, so that one holder cannot use up the budget, and to its
        tenant.

        Raises `TooManyRequests`, or `ServiceUnavailable` when the budget cannot be read: an
        unlimited lookup would let anyone enumerate numbers.
        """
        caller, policy = request.caller, request.policy
        if caller.holder is not None:
            index = self._number_index(caller.holder.number)
            own = TokenBucket.of_holder(caller.tenant, index, policy.lookups_per_holder)
            calls, wait = await self._rates.lease(own, 1)
            if not calls:
                raise _too_many_lookups(wait)
        bucket = TokenBucket.of_tenant(caller.tenant, policy.lookups_per_minute)
        late = await self._leases.take(bucket, deadline=asyncio.get_running_loop().time())
        if late is not None:
            raise _too_many_lookups(late)

    @asynccontextmanager
    async def enter(self, spec: ConnectorSpec, *, deadline: float) -> AsyncGenerator[None]:
        """Hold one concurrency slot and one call of the connector's rate. Raises `RateLimited` when
        neither is free before `deadline` (loop time)."""
        slot = self._slots.setdefault(spec.id, asyncio.Semaphore(spec.limits.concurrency))
        try:
            async with asyncio.timeout_at(deadline):
                await slot.acquire()
        except TimeoutError:
            raise RateLimited("the connector's concurrency limit is reached") from None
        try:
            if spec.limits.rate is not None:
                wait = await self._leases.take(TokenBucket.of(spec), deadline=deadline)
                if wait is not None:
                    raise RateLimited("the connector's rate limit is reached", retry_after=wait)
            yield
        finally:
            slot.release()


def _too_many_lookups(wait: float) -> TooManyRequests:
    """`wait`: seconds until the next lookup is allowed."""
    return TooManyRequests(
        Reason.TOO_MANY_LOOKUPS,
        Wording("You have used up this minute's lookups."),
        hint=Wording(
            "Try again in {seconds} s, or ask for a higher limit.", seconds=math.ceil(wait)
        ),
    )
