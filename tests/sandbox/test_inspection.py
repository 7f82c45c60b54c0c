"""What the sandbox reports about itself suffices to check everything else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route
from tests.fleet import DEPARTING, Fleet

from jiebang.sandbox import Pace, populate
from jiebang.sandbox.callbacks import CallbackSender
from jiebang.sandbox.platforms import PLATFORM_MODULES
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import World

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"


async def test_platforms_come_with_names_and_credentials(fleet: Fleet) -> None:
    listed = (await fleet.request("GET", "/inspect/platforms")).json["platforms"]
    known = {one["id"]: one for one in listed}
    assert len(known) == len(listed) == len(PLATFORM_MODULES)
    assert known["yunpan"]["name"] == {"zh-CN": "云窝网盘", "en": "Yunwo Drive"}
    assert known["yunpan"]["credentials"] == {"token": "sandbox-yunpan-token"}
    apps = [app["id"] for app in known["yijian"]["apps"]]
    assert apps == ["dabo", "taoshi", "meiwei", "kuaixiu"]


async def test_stories_come_with_what_their_people_can_prove(fleet: Fleet) -> None:
    told = (await fleet.request("GET", "/inspect/stories")).json
    assert told["today"] == "2026-06-01"
    assert [(each["id"], each["basis"]) for each in told["stories"]] == [
        ("new_holder", "CURRENT"),
        ("departing", "DEPARTING"),
        ("former", "FORMER"),
        ("quarantined", "QUARANTINED"),
        ("crowded", "CURRENT"),
        ("bulk", "CURRENT"),
    ]
    assert told["stories"][0]["claim"] == {"basis": "CURRENT", "from": "2026-02-01", "to": None}


@pytest.mark.parametrize("written", ["+8613900000004", "8613900000004", "13900000004"])
async def test_a_number_tells_its_history(fleet: Fleet, written: str) -> None:
    told = (await fleet.request("GET", f"/inspect/numbers/{written}")).json
    assert told["story"] == "quarantined"
    assert [each["to"] for each in told["tenures"]] == ["2026-02-21"]
    assert told["quarantine"]["reissue_from"] == "2026-06-21"


async def test_an_unknown_number_is_not_found(fleet: Fleet) -> None:
    assert (await fleet.request("GET", "/inspect/numbers/13812345678")).status == 404
    reply = await fleet.request("GET", "/inspect/accounts", params={"number": "no number"})
    assert reply.status == 400


async def test_requests_are_counted_without_their_query(fleet: Fleet) -> None:
    for _ in range(2):
        await fleet.lookup("yunpan", DEPARTING)
    told = await fleet.request("GET", "/inspect/requests", params={"platform": "yunpan"})
    row = {"platform": "yunpan", "method": "GET", "status": 200}
    assert told.json["counts"] == [{**row, "count": 2}]
    assert told.json["requests"] == [{**row, "path": "/yunpan/v1/bindings"}] * 2
    assert DEPARTING[3:] not in told.text


def test_the_readme_knows_how_many_platforms_there_are() -> None:
    readme = (PAGE.parents[1] / "README.md").read_text()
    assert f"The sandbox's {len(PLATFORM_MODULES)} simulated platforms" in readme


def test_the_page_names_every_path_and_every_credential() -> None:
    page = PAGE.read_text()
    world = World(populate(1, numbers=0), seed=1, pace=Pace())
    for platform, open_site in PLATFORM_MODULES:
        site = Site(platform, world, CallbackSender())
        open_site(site)
        for value in (platform.zh, platform.en, *platform.credentials.values()):
            assert value in page
        for route in site.routes:
            assert isinstance(route, Route)
            fixed = re.split(r"\{", route.path)[0]
            assert fixed in page or fixed.endswith("/signup")
