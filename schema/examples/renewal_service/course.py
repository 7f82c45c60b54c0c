"""One order's way: started under its key, followed until nothing more happens by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from jiebang_client import Client, Refusal, RequestFailed, repeatable_key, unless_refused
from jiebang_client.documents import RENEWAL, RENEWAL_PROGRESS, START_RENEWAL
from jiebang_client.inputs import StartRenewalInput
from jiebang_client.results import Renewal

from renewal_service.order import Order, masked
from renewal_service.report import Entry, entry_of_renewal

log = logging.getLogger("renewal_service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`patience`: seconds to follow one renewal at most. `platforms`: none for every one."""

    client: Client
    secret: bytes = field(repr=False)
    batch: str
    patience: float
    platforms: Sequence[str] = ()

    async def run(self, order: Order) -> Entry:
        """What became of an order. Raises `RequestFailed` and `Unreachable` where it is not the
        order's fault."""
        try:
            renewal = await self._started(order)
        except Refusal as refusal:
            refused = refusal.refused
            log.warning("line %d: refused, %s", order.line, refused["reason"])
            why = " ".join(filter(None, (refused["message"], refused["hint"])))
            return Entry(
                line=order.line, number=masked(order.number), result=refused["reason"], why=why
            )
        renewal = await self._settled(renewal)
        entry = entry_of_renewal(order.line, renewal)
        log.info("line %d: %s", order.line, entry.result)
        return entry

    async def _started(self, order: Order) -> Renewal:
        day = order.activated_on.isoformat()
        given: StartRenewalInput = {
            "idempotencyKey": repeatable_key(self.secret, self.batch, order.number, day),
            "number": order.number,
            "tenure": {"current": {"activatedOn": day}},
        }
        if self.platforms:
            given["platforms"] = list(self.platforms)
        answer = await self.client.ask(START_RENEWAL({"input": given}))
        accepted = unless_refused(answer["startRenewal"])
        again = ", as before" if accepted["replayed"] else ""
        log.info("line %d: started%s", order.line, again)
        return accepted["renewal"]

    async def _settled(self, renewal: Renewal) -> Renewal:
        clock = asyncio.get_running_loop()
        end = clock.time() + self.patience
        while not renewal["settled"] and clock.time() < end:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await self._rested(renewal)
            found = (await self.client.ask(RENEWAL({"id": renewal["id"]})))["renewal"]
            if found is None:
                raise RequestFailed(())
            renewal = found
        return renewal

    async def _rested(self, renewal: Renewal) -> None:
        following = RENEWAL_PROGRESS({"id": renewal["id"], "after": renewal["cursor"]})
        async with contextlib.aclosing(self.client.follow(following)) as steps:
            async for step in steps:
                if step["renewalProgress"]["renewal"]["settled"]:
                    return
