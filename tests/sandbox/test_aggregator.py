"""The aggregator: one interface for four apps, including what it cannot report."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

TODAY = date(2026, 6, 1)
NEW_HOLDER, DEPARTING = "13900000001", "13900000002"


async def test_the_aggregator_answers_for_each_app_and_admits_what_it_cannot(
    fleet: Client,
) -> None:
    activated = (TODAY - timedelta(days=120)).isoformat()
    reply = await fleet.call(
        "POST", "/yijian/v1/query", {"phone": NEW_HOLDER, "held_since": activated}
    )
    results = {
        each["app"]: (each["status"], [account["before"] for account in each["accounts"]])
        for each in reply.json["results"]
    }
    assert results == {
        "dabo": ("REGISTERED", [False]),
        "taoshi": ("NOT_REGISTERED", []),
        "meiwei": ("REGISTERED", [True]),
        "kuaixiu": ("SERVICE_BUSY", []),
    }


async def test_the_aggregator_knows_no_before_without_a_date(fleet: Client) -> None:
    query = {"phone": NEW_HOLDER, "apps": ["meiwei"]}
    reply = await fleet.call("POST", "/yijian/v1/query", query)
    assert [each["app"] for each in reply.json["results"]] == ["meiwei"]
    assert reply.json["results"][0]["accounts"][0]["before"] is None


async def test_the_aggregator_unbinds_at_several_apps_under_one_key(fleet: Client) -> None:
    items = [
        {"app": app, "account_id": await fleet.handle(app, DEPARTING)} for app in ("dabo", "taoshi")
    ]
    items.append({"app": "dabo", "account_id": "nobody"})
    order = {"phone": DEPARTING, "items": items}
    first = await fleet.call("POST", "/yijian/v1/unbind", order, key="order-1")
    assert [each["status"] for each in first.json["results"]] == ["UNBOUND", "UNBOUND", "NOT_FOUND"]
    again = await fleet.call("POST", "/yijian/v1/unbind", order, key="order-1")
    assert again.text == first.text
    key = await fleet.key("yijian", "order-1")
    assert (key["received"], key["effects"]) == (2, 2)
    later = await fleet.call("POST", "/yijian/v1/unbind", order, key="order-2")
    assert later.json["results"][0]["status"] == "ALREADY_UNBOUND"
    order["items"] = items[:1]
    assert (await fleet.call("POST", "/yijian/v1/unbind", order, key="order-1")).status == 422
    assert (await fleet.call("POST", "/dabo/signup", {"phone": DEPARTING})).status == 201


@pytest.mark.parametrize(
    "body",
    [
        {"phone": NEW_HOLDER, "apps": ["weixin"]},
        {"phone": NEW_HOLDER, "apps": [["dabo"]]},
        {"phone": NEW_HOLDER, "apps": "dabo"},
        {"phone": NEW_HOLDER, "held_since": "yesterday"},
        {"phone": 13900000001},
        [],
    ],
)
async def test_the_aggregator_refuses_what_it_does_not_understand(
    fleet: Client, body: object
) -> None:
    reply = await fleet.call("POST", "/yijian/v1/query", body)
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAM")
