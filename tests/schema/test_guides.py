"""Guides and checklists in the schema."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.schema.conftest import (
    Endpoint,
    FakeConnector,
    MemoryRenewals,
    ServeConnectors,
    fake_connector,
)

from jiebang.gateway.catalogue.guide import steps_of
from jiebang.gateway.views.checklist_view import CheckedStep, ChecklistState, ChecklistView
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.sdk import Capability, Category, Guide, GuideSource

GUIDE = Guide(
    id="guide_park",
    steps={"zh-CN": ("打开网站", "换号"), "en": ("Open the site", "Change the number")},
    proof={"zh-CN": "身份证", "en": "An identity card"},
    difficulty="hard",
    official_help="https://park.example/help",
    covered_by_official_service="no",
    sources=(
        GuideSource(
            url="https://park.example/phone",
            about=("steps", "proof"),
            dated="2020-01-02",
            read_on="2020-02-03",
        ),
        GuideSource(url="https://list.example/", by="press", about=("coverage",)),
    ),
)
ASK = """
{ registeredAccounts(number: "13800001234") {
    summary { asked guidance }
    platforms { platform { id } outcome guide {
      steps proof difficulty officialHelp coveredByOfficialService liveChecked checkedDaysAgo stale
      sources { url by about dated readOn }
} } } }
"""
CHECKLIST = """
query ($id: ID!) { renewal(id: $id) { inquiries {
  checklist { state steps { id text doneAt } remindOn }
} } }
"""


@dataclass(frozen=True)
class GuideConnector(FakeConnector):
    """A platform with manual steps only."""

    def guide(self, platform: str) -> Guide:
        return GUIDE


def guide_connector(category: Category = Category.TRAVEL) -> GuideConnector:
    spec = fake_connector("a_park", category, None).spec
    return GuideConnector(replace(spec, capabilities=frozenset({Capability.GUIDANCE})), None)


async def fetch_answers(endpoint: Endpoint) -> Any:
    return (await endpoint.ask(ASK, accept_language="en")).data["registeredAccounts"]


async def test_a_guide_shows_what_is_known_and_who_says_so(serve_sites: ServeConnectors) -> None:
    endpoint = await serve_sites(guide_connector())
    (found,) = (await fetch_answers(endpoint))["platforms"]
    guide = found["guide"]
    age = guide.pop("checkedDaysAgo")
    assert age > 180
    assert found["outcome"] == "GUIDANCE"
    assert guide == {
        "steps": ["Open the site", "Change the number"],
        "proof": "An identity card",
        "difficulty": "HARD",
        "officialHelp": "https://park.example/help",
        "coveredByOfficialService": "NO",
        "liveChecked": None,
        "stale": True,
        "sources": [
            {
                "url": "https://park.example/phone",
                "by": "PLATFORM",
                "about": ["steps", "proof"],
                "dated": "2020-01-02",
                "readOn": "2020-02-03",
            },
            {
                "url": "https://list.example/",
                "by": "PRESS",
                "about": ["coverage"],
                "dated": None,
                "readOn": None,
            },
        ],
    }


async def test_platforms_that_can_be_asked_come_first(serve_sites: ServeConnectors) -> None:
    live = fake_connector("zoo", Category.TRAVEL, TimeoutError())
    endpoint = await serve_sites(guide_connector(), live)
    found = await fetch_answers(endpoint)
    assert [one["platform"]["id"] for one in found["platforms"]] == ["zoo", "a_park"]
    assert found["summary"] == {"asked": 2, "guidance": 1}


async def test_a_guide_of_a_sensitive_platform_is_folded_with_it(
    serve_sites: ServeConnectors,
) -> None:
    endpoint = await serve_sites(guide_connector(Category.DATING))
    found = await fetch_answers(endpoint)
    assert found["platforms"] == []
    assert found["summary"] == {"asked": 1, "guidance": 1}


@pytest.mark.parametrize(("language", "text"), [("en", "Open the site"), ("zh-CN", "打开网站")])
async def test_a_checklist_shows_each_step(
    endpoint: Endpoint, renewals: MemoryRenewals, language: str, text: str
) -> None:
    view = renewals.add()
    first, second = steps_of(GUIDE)
    done = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    checklist = ChecklistView(
        state=ChecklistState.BEGUN,
        steps=(CheckedStep(step=first, done_at=done), CheckedStep(step=second, done_at=None)),
        remind_on=date(2026, 1, 9),
    )
    (inquiry,) = view.inquiries
    renewals.views[view.id] = replace(view, inquiries=(replace(inquiry, checklist=checklist),))
    variables = {"id": encode_id(IdKind.RENEWAL, view.id)}
    reply = await endpoint.ask(CHECKLIST, variables, accept_language=language)
    (shown,) = reply.data["renewal"]["inquiries"]
    assert shown["checklist"]["state"] == "BEGUN"
    assert shown["checklist"]["remindOn"] == "2026-01-09"
    assert shown["checklist"]["steps"][0] == {
        "id": first.id,
        "text": text,
        "doneAt": "2026-01-02T03:04:00+00:00",
    }
    assert shown["checklist"]["steps"][1]["doneAt"] is None
