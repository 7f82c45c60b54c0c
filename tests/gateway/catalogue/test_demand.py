"""Demand for platforms without an interface: counted by platform and day, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.gateway.conftest import make, started

from jiebang.gateway.catalogue.demand import WINDOW, Demand
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.errors import GatewayError, PermissionDenied, Reason, ServiceUnavailable
from jiebang.gateway.domain.tenure import Current, today
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.coverage import CoverageBoard
from jiebang.gateway.journal.demand_store import DemandStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.gateway.conftest import Serve, Service

    from jiebang.gateway.catalogue.demand import Counts

NUMBER = "+8613800001234"


async def board(service: Service) -> list[tuple[str, int]]:
    return [(one.platform.id, one.asked) for one in await service.demand.missing_platforms()]


async def ask(service: Service, platforms: list[str] | None) -> None:
    request = service.requests.authorize(
        make.caller(), NUMBER, None, platforms, scope=Scope.ACCOUNTS_READ
    )
    await service.lookups.ask(request)


async def test_platforms_that_are_named_count_and_the_most_wanted_come_first(serve: Serve) -> None:
    service = await serve(make.guide("aa"), make.guide("bb"), make.shop())
    await ask(service, ["aa", "bb", "shop"])
    await ask(service, ["bb"])
    assert await board(service) == [("bb", 2), ("aa", 1)]


async def test_asking_everything_says_nothing(serve: Serve) -> None:
    service = await serve(make.guide(), make.shop())
    await ask(service, None)
    await service.start()
    assert await board(service) == []


async def test_a_renewal_counts_once_however_often_it_is_sent(serve: Serve) -> None:
    service = await serve(make.guide())
    for _ in range(3):
        await service.start(key="k", platforms=["byhand"])
    assert await board(service) == [("byhand", 1)]


async def test_beginning_with_the_steps_counts_once(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    (inquiry,) = view.inquiries
    assert inquiry.checklist is not None
    first, second = [one.step.id for one in inquiry.checklist.steps]
    for step, done in ((first, True), (first, False), (first, True), (second, True)):
        await service.handwork.tick(make.caller(), inquiry.id, step, done=done)
    assert await board(service) == [("byhand", 1)]


async def test_names_nobody_knows_are_refused_and_not_kept(serve: Serve) -> None:
    service = await serve(make.guide())
    with pytest.raises(GatewayError) as caught:
        await ask(service, ["13800001234"])
    assert caught.value.reason is Reason.PLATFORM_UNKNOWN
    service.demand.note(["13800001234"])
    assert await board(service) == []
    assert await service.count("demand") == 0


async def test_the_board_looks_thirty_days_back(serve: Serve) -> None:
    service = await serve(make.guide())
    log = DemandStore(service.database)
    last = today() - WINDOW + timedelta(days=1)
    await log.add({("byhand", last): 3, ("byhand", last - timedelta(days=1)): 5})
    assert await board(service) == [("byhand", 3)]


async def test_counters_are_kept_for_a_year(serve: Serve) -> None:
    service = await serve(make.guide())
    log = DemandStore(service.database)
    await log.add({("byhand", today() - timedelta(days=age)): 1 for age in (0, 360, 370)})
    await service.delete_expired()
    assert await log.since(date(2000, 1, 1)) == {"byhand": 2}


async def test_a_platform_that_got_a_connector_is_wanted_no_more(serve: Serve) -> None:
    before = await serve(make.guide("shop"))
    await ask(before, ["shop"])
    await before.demand.flush()
    after = await serve(make.shop(), make.guide("byhand"))
    assert await board(after) == []


async def test_counters_of_all_processes_add_up(serve: Serve) -> None:
    services = [await serve(make.guide("aa"), make.guide("bb")) for _ in range(3)]
    for service in services:
        service.demand.note(["aa", "bb"])
    await asyncio.gather(*(service.demand.flush() for service in services))
    assert await board(services[0]) == [("aa", 3), ("bb", 3)]


async def test_for_operators_and_no_holder_is_one(serve: Serve) -> None:
    service = await serve(make.guide())
    coverage = CoverageBoard(service.catalogue, service.demand, {})
    operator = make.caller()
    assert await coverage.demand(operator) == []
    holder = Holder(number=NUMBER, tenure=Current())
    for caller in (replace(operator, holder=holder), replace(operator, scopes=frozenset())):
        with pytest.raises(PermissionDenied):
            await coverage.demand(caller)


class Broken:
    """A log that fails until it is repaired."""

    def __init__(self) -> None:
        self.broken = True
        self.kept: dict[str, int] = {}

    async def add(self, counts: Counts) -> None:
        if self.broken:
            raise ServiceUnavailable(Reason.JOURNAL_DOWN, Wording("down"))
        for (platform, _), count in counts.items():
            self.kept[platform] = self.kept.get(platform, 0) + count

    async def since(self, day: date) -> Mapping[str, int]:
        return self.kept


async def test_what_the_journal_cannot_take_is_brought_later() -> None:
    log = Broken()
    demand = Demand(make.catalogue(make.guide()), log)
    demand.note(["byhand"])
    with pytest.raises(ServiceUnavailable):
        await demand.flush()
    demand.note(["byhand"])
    log.broken = False
    assert [one.asked for one in await demand.missing_platforms()] == [2]


async def test_what_is_left_at_the_end_is_brought_to_the_log() -> None:
    log = Broken()
    log.broken = False
    demand = Demand(make.catalogue(make.guide()), log)
    running = asyncio.create_task(demand.run())
    await asyncio.sleep(0)
    demand.note(["byhand"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert log.kept == {"byhand": 1}
