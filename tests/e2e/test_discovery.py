"""A service that lists its platforms, end to end: growth, loss, failures."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import Service

NUMBER = "13900000001"
APPS = {"pinwei", "xiaodeng", "qingsong", "anmian"}


async def change_listing(service: Service, **what: object) -> None:
    """Change what the simulated service lists, and fetch the list again."""
    async with service.session.post(f"{service.sandbox}/control/catalogue", json=what) as reply:
        assert reply.status == 200
    await service.components.discovery.ask("yilan")


async def sign_up(service: Service, app: str) -> None:
    url = f"{service.sandbox}/{app}/signup"
    async with service.session.post(url, json={"phone": NUMBER}) as reply:
        assert reply.status == 201


def known_platforms(service: Service) -> set[str]:
    return set(service.components.catalogue.platforms) & (APPS | {"bailing"})


async def outcomes(service: Service, *platforms: str) -> dict[str, Any]:
    token = service.holder_token("new_holder")
    found = await service.lookup(token, platforms=list(platforms))
    return {one["platform"]["id"]: one["outcome"] for one in found["platforms"]}


async def test_a_start_knows_what_the_service_lists(service: Service) -> None:
    assert known_platforms(service) == APPS
    assert service.components.catalogue.platforms["anmian"].is_sensitive
    assert service.components.catalogue.speaker("pinwei").spec.id == "yilan"


async def test_one_platforms_failure_is_its_own(service: Service) -> None:
    await sign_up(service, "pinwei")
    await change_listing(service, troubles={"xiaodeng": "busy"})
    asked = await outcomes(service, "pinwei", "xiaodeng", "qingsong")
    assert asked == {"pinwei": "BOUND", "xiaodeng": "UNKNOWN", "qingsong": "NOT_BOUND"}
    await change_listing(service, troubles={"PW-01": "missing", "qingsong": "garbage"})
    asked = await outcomes(service, "pinwei", "xiaodeng", "qingsong")
    assert asked == {"pinwei": "UNKNOWN", "xiaodeng": "NOT_BOUND", "qingsong": "UNKNOWN"}


async def test_the_list_grows_and_shrinks_while_the_service_runs(service: Service) -> None:
    start = ["PW-01", "xiaodeng", "qingsong", "anmian"]
    await change_listing(service, listed=[*start, "bailing"], names={"xiaodeng": "大灯问答"})
    assert known_platforms(service) == APPS | {"bailing"}
    assert service.components.catalogue.platforms["xiaodeng"].name["zh-CN"] == "大灯问答"
    assert await outcomes(service, "bailing") == {"bailing": "NOT_BOUND"}
    await change_listing(service, listed=start)
    # Missing once: still asked, and what is not answered is not known.
    assert await outcomes(service, "bailing") == {"bailing": "UNKNOWN"}
    await change_listing(service, listed=["PW-01"])
    assert known_platforms(service) == APPS | {"bailing"}
    problems = [one.message for one in service.components.catalogue.problems]
    assert any("was not accepted" in text for text in problems)


async def test_a_bad_entry_harms_no_other(service: Service) -> None:
    await change_listing(service, broken=True)
    assert known_platforms(service) == APPS
    assert any("entry 5" in one.message for one in service.components.catalogue.problems)
