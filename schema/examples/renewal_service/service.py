"""A whole batch: several orders at once, each line for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from jiebang_client import RequestFailed, Unreachable

from renewal_service.course import Course, log
from renewal_service.order import Fault, Order, masked
from renewal_service.report import Entry, entry_of_fault

#: What holds for one line holds for all others.
_OF_ALL = ("UNAUTHENTICATED", "PERMISSION_DENIED")


async def serve(course: Course, items: Iterable[Order | Fault], at_once: int) -> list[Entry]:
    """An entry for each line.

    Raises `RequestFailed` where the token is not good enough, and what reading `items` raises.
    """
    entries, orders = list[Entry](), list[Order]()
    for item in items:
        if isinstance(item, Order):
            orders.append(item)
        else:
            log.warning("line %d: %s, %s", item.line, item.result, item.why)
            entries.append(entry_of_fault(item))
    waiting = iter(orders)

    async def take() -> None:
        for order in waiting:
            entries.append(await _entry(course, order))

    async with course.client:
        takers = [asyncio.create_task(take()) for _ in range(at_once)]
        try:
            await asyncio.gather(*takers)
        finally:
            for taker in takers:
                taker.cancel()
            await asyncio.gather(*takers, return_exceptions=True)
    return entries


async def _entry(course: Course, order: Order) -> Entry:
    try:
        return await course.run(order)
    except Unreachable as error:
        result, why = "UNREACHABLE", str(error)
    except RequestFailed as error:
        if error.code in _OF_ALL:
            raise
        result, why = error.reason or error.code or "FAILED", str(error)
    log.warning("line %d: %s, %s", order.line, result, why)
    return Entry(line=order.line, number=masked(order.number), result=result, why=why)
