"""Real platforms' guides over HTTP: shown, checked off, and counted by demand."""

from __future__ import annotations

from typing import TypeAlias

from jiebang_client.documents import SET_REMINDER, TICK_GUIDE_STEP
from tests.e2e.conftest import Json, Service, run_service

from jiebang.connectors import CATALOGUE

Checks: TypeAlias = "list[Json]"

GUIDES = len(list((CATALOGUE / "guides").glob("*.yaml")))
LIST = "{ registeredAccounts { summary { asked guidance } platforms { outcome } } }"
DEMAND = "{ coverage { demand { asked platform { id } } } }"


async def fetch_outcomes(service: Service) -> tuple[list[str], Json]:
    """Return the outcomes in order, and the counts."""
    status, answer = await service.post(service.holder_token("new_holder"), {"query": LIST})
    assert (status, "errors" in answer) == (200, False)
    found: Json = answer["data"]["registeredAccounts"]
    return [one["outcome"] for one in found["platforms"]], found["summary"]


async def test_real_guides_come_last_on_request(dsn: str, sandbox: str) -> None:
    async with run_service(dsn, sandbox, GUIDES="on") as service:
        outcomes, counts = await fetch_outcomes(service)
    assert counts["guidance"] > GUIDES
    assert outcomes.index("GUIDANCE") == len(outcomes) - outcomes.count("GUIDANCE")


async def test_a_person_ticks_a_guide_off_to_the_end(dsn: str, sandbox: str) -> None:
    async with run_service(dsn, sandbox, GUIDES="on") as service:
        token = service.holder_token("new_holder")
        accepted = await service.start(token, platforms=["steam", "github"])
        renewal = accepted["renewal"]
        inquiries: Checks = renewal["inquiries"]
        assert [one["platform"]["id"] for one in inquiries] == ["github", "steam"]
        for inquiry in inquiries:
            assert inquiry["guide"]["steps"] == [s["text"] for s in inquiry["checklist"]["steps"]]
            for step in inquiry["checklist"]["steps"]:
                given = {"inquiryId": inquiry["id"], "stepId": step["id"]}
                data = await service.ask(token, TICK_GUIDE_STEP, input=given)
                renewal = data["tickGuideStep"]["renewal"]
        assert renewal["status"] == "FULFILLED"
        assert {one["checklist"]["state"] for one in renewal["inquiries"]} == {"ATTESTED"}
        course = await service.follow_until(token, renewal, lambda course: bool(course.inquiries))
        assert all(one["confirmedAt"] for one in course.inquiries.values())
        _, board = await service.post(service.token(), {"query": DEMAND})
        assert {
            one["platform"]["id"]: one["asked"] for one in board["data"]["coverage"]["demand"]
        } == {"steam": 2, "github": 2}, "named in a renewal, and begun"


async def test_a_reminder_that_is_over_is_refused(service: Service) -> None:
    token = service.holder_token("new_holder")
    accepted = await service.start(token)
    inquiry = next(one for one in accepted["renewal"]["inquiries"] if one["checklist"])
    given = {"inquiryId": inquiry["id"], "remindOn": "2020-01-01"}
    data = await service.ask(token, SET_REMINDER, input=given)
    refused = data["setReminder"]
    assert (refused["reason"], refused["field"]) == ("REMINDER_PAST", "remindOn")
