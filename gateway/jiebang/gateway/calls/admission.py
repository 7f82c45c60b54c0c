"""How hard interactive lookups may press: on a connector, its concurrency in this process and its
rate over all processes; on us, each holder's and each tenant's number of lookups."""

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
        """`number_index` tells numbers apart without saying them."""
        self._rates = rates
        self._number_index = number_index
        self._leases = TokenLeases(rates)
        self._slots: dict[str, asyncio.Semaphore] = {}

    async def charge(self, request: LookupRequest) -> None:
        """Count a lookup against its holder, who cannot use up what everybody has, and against
        its tenant. Raises `TooManyRequests`, or `Unavailable` when the budget cannot be read:
        without it a lookup would be a way to try numbers."""
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
                wait = await self._leases.take(TokenBucket.of(spec), deadline=deadline)
                if wait is not None:
                    raise RateLimited("the connector's rate is used up", retry_after=wait)
            yield
        finally:
            slot.release()


def _too_many_lookups(wait: float) -> TooManyRequests:
    """`wait`: seconds until the next one."""
    return TooManyRequests(
        Reason.TOO_MANY_LOOKUPS,
        Wording("Your lookups of this minute are used up."),
        hint=Wording(
            "Try again in {seconds} s, or have the limit raised.", seconds=math.ceil(wait)
        ),
    )
