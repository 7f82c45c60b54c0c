"""Discovery: lists reach every process, survive a start without their service, and never change
during a lookup."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from tests.gateway.conftest import Fake, NoHttp, make

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.call import CallFactory
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.domain.errors import NotFound
from jiebang.gateway.flows.discovery import PlatformDiscovery
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.listing_store import ListingStore
from jiebang.gateway.journal.rate_limit_store import RateLimitStore
from jiebang.sdk import (
    Call,
    Capability,
    Category,
    ConfigFault,
    ConnectorError,
    Discovery,
    Platform,
    Precedence,
    Unavailable,
)


class Lister:
    """A connector that lists `names`, or fails."""

    def __init__(self, *names: str, connector: str = "many", **more: Any) -> None:
        more.setdefault("discovery", Discovery(max_shrink=0.5))
        more.setdefault("precedence", Precedence.AGGREGATOR)
        spec = make.spec(connector, capabilities={Capability.LOOKUP, Capability.CATALOGUE}, **more)
        object.__setattr__(spec, "platforms", more.get("platforms", ()))
        self.spec = spec
        self.names = list(names)
        self.error: Exception | None = None
        self.spoils = False
        self.asked = 0

    async def catalogue(self, call: Call) -> Any:
        self.asked += 1
        if self.spoils:
            return None
        if self.error is not None:
            raise self.error
        return [
            Platform(id=name, name={"zh-CN": name, "en": name}, category=Category.MEDIA)
            for name in self.names
        ]

    async def lookup(self, subject: object, call: Call) -> dict[str, Any]:
        return {}


@pytest.fixture
async def database(dsn: str) -> AsyncGenerator[Database]:
    opened = Database(dsn)
    yield opened
    await opened.close()


class Process:
    """A process of the service, as far as discovery is concerned."""

    def __init__(self, database: Database, *connectors: Any) -> None:
        self.catalogue: Catalogue = make.catalogue(*connectors)
        self.discoveries = PlatformDiscovery(
            self.catalogue,
            CallFactory(NoHttp()),
            Admission(RateLimitStore(database), str.encode),
            ListingStore(database),
        )

    @property
    def platforms(self) -> list[str]:
        return list(self.catalogue.platforms)

    @property
    def problems(self) -> str:
        return "\n".join(one.message for one in self.catalogue.problems)


Start = Callable[..., Process]


@pytest.fixture
def start(database: Database) -> Start:
    return lambda *connectors: Process(database, *connectors)


async def test_what_a_connector_lists_can_be_asked(start: Start) -> None:
    many = Lister("aa", "bb")
    process = start(many, make.shop())
    assert process.platforms == ["shop"]
    await process.discoveries.step()
    assert process.platforms == ["aa", "bb", "shop"]
    assert process.catalogue.speaker("aa").spec.id == "many"
    assert process.catalogue.connectors["many"].listing is not None


async def test_it_is_asked_once_in_its_time_however_many_processes_there_are(start: Start) -> None:
    many = Lister("aa")
    processes = [start(many) for _ in range(4)]
    await asyncio.gather(*(process.discoveries.step() for process in processes))
    assert many.asked == 1
    for process in processes:
        await process.discoveries.step()
        assert process.platforms == ["aa"]
    assert many.asked == 1


async def test_growth_reaches_another_process_without_a_start(start: Start) -> None:
    many = Lister("aa")
    one, other = start(many), start(many)
    await one.discoveries.step()
    await other.discoveries.step()
    many.names = ["aa", "bb"]
    change = await one.discoveries.ask("many")
    assert change.added == ("bb",)
    assert one.platforms == ["aa", "bb"]
    await other.discoveries.step()
    assert other.platforms == ["aa", "bb"]


@pytest.mark.parametrize("error", [Unavailable("down"), ValueError("broken")])
async def test_a_start_without_the_service_knows_the_platforms(
    start: Start, error: Exception
) -> None:
    many = Lister("aa")
    await start(many).discoveries.step()
    many.error = error
    many.spec = make.spec(
        "many",
        platforms=(make.platform("fixed"),),
        capabilities=many.spec.capabilities,
        precedence=Precedence.AGGREGATOR,
        discovery=Discovery(),
    )
    object.__setattr__(many.spec, "version", "2")  # so that it is due at once
    process = start(many)
    await process.discoveries.step()
    assert process.platforms == ["aa", "fixed"]
    assert "could not be fetched" in process.problems


async def test_a_first_start_without_the_service_knows_none_and_says_so(start: Start) -> None:
    many = Lister()
    many.error = Unavailable("down")
    process = start(many)
    await process.discoveries.step()
    assert process.platforms == []
    assert "UNAVAILABLE" in process.problems


async def test_a_list_that_shrinks_too_much_is_an_incident(start: Start) -> None:
    many = Lister("aa", "bb", "cc")
    process = start(many)
    await process.discoveries.step()
    many.names = ["aa"]
    assert (await process.discoveries.ask("many")).incident
    assert process.platforms == ["aa", "bb", "cc"]
    assert "lacks 2 of 3" in process.problems
    await process.discoveries.ask("many", accept=True)
    assert process.platforms == ["aa"]
    assert process.problems == ""
    # A renewal that is open there still shows what it is about.
    assert process.catalogue.describe("bb").category is Category.MEDIA
    with pytest.raises(NotFound):
        process.catalogue.speaker("bb")


async def test_its_own_connector_speaks_first_and_nobody_notices(start: Start) -> None:
    many = Lister("aa", "bb")
    before = start(many)
    await before.discoveries.step()
    own = make.shop("aa")
    later = start(many, own)
    await later.discoveries.step()
    assert later.platforms == before.platforms == ["aa", "bb"]
    assert before.catalogue.speaker("aa").spec.id == "many"
    assert later.catalogue.speaker("aa").spec.id == "aa"
    # What was begun with the aggregator goes on with it.
    assert later.catalogue.enabled_connector("many") is not None
    assert later.problems == ""


async def test_of_two_that_list_one_platform_one_speaks(start: Start) -> None:
    first, second = (Lister("aa", "shop", connector=name) for name in ("first", "second"))
    fixed = Fake(
        make.spec(
            "fixed",
            platforms=(make.platform("shop"), make.platform("other")),
            precedence=Precedence.AGGREGATOR,
            capabilities={Capability.LOOKUP},
        ),
        lookup=second.lookup,
    )
    process = start(second, first, fixed)
    await process.discoveries.step()
    assert process.catalogue.speaker("aa").spec.id == "first"
    assert process.catalogue.speaker("shop").spec.id == "fixed"
    assert "first already serves aa" in process.problems
    assert process.problems.count("fixed already serves shop") == 2


async def test_a_question_keeps_the_platforms_it_was_asked_for(start: Start) -> None:
    many = Lister("aa", "bb")
    process = start(many)
    await process.discoveries.step()
    request = make.request(process.catalogue)
    many.names = ["bb"]
    await process.discoveries.ask("many", accept=True)
    assert process.platforms == ["bb"]
    assert request.platforms == ("aa", "bb")
    assert request.catalogue.speaker("aa").spec.id == "many"


async def test_only_those_that_list_can_be_asked_to(start: Start) -> None:
    with pytest.raises(ConfigFault):
        await start(make.shop()).discoveries.ask("shop")


async def test_what_is_no_list_is_the_connectors_fault(start: Start) -> None:
    many = Lister()
    many.spoils = True
    with pytest.raises(ConnectorError):
        await start(many).discoveries.ask("many")
