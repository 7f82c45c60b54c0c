"""The aggregator: one interface for four apps, including what it cannot report."""

from __future__ import annotations

import pytest
from tests.fleet import Fleet

NEW_HOLDER, DEPARTING = "13900000001", "13900000002"


async def test_the_aggregator_knows_no_before_without_a_date(fleet: Fleet) -> None:
    query = {"phone": NEW_HOLDER, "apps": ["meiwei"]}
    reply = await fleet.request("POST", "/yijian/v1/query", query)
    assert [each["app"] for each in reply.json["results"]] == ["meiwei"]
    assert reply.json["results"][0]["accounts"][0]["before"] is None


async def test_the_aggregator_unbinds_at_several_apps_under_one_key(fleet: Fleet) -> None:
    items: list[dict[str, str]] = []
    for app in ("dabo", "taoshi"):
        _, account = await fleet.account(app, None, DEPARTING)
        items.append({"app": app, "account_id": account.handle})
    items.append({"app": "dabo", "account_id": "nobody"})
    order = {"phone": DEPARTING, "items": items}
    first = await fleet.request("POST", "/yijian/v1/unbind", order, key="order-1")
    assert [each["status"] for each in first.json["results"]] == ["UNBOUND", "UNBOUND", "NOT_FOUND"]
    again = await fleet.request("POST", "/yijian/v1/unbind", order, key="order-1")
    assert again.text == first.text
    assert await fleet.key("yijian", "order-1") == (2, 2, 0)
    later = await fleet.request("POST", "/yijian/v1/unbind", order, key="order-2")
    assert later.json["results"][0]["status"] == "ALREADY_UNBOUND"
    order["items"] = items[:1]
    assert (await fleet.request("POST", "/yijian/v1/unbind", order, key="order-1")).status == 422
    assert (await fleet.request("POST", "/dabo/signup", {"phone": DEPARTING})).status == 201


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
    fleet: Fleet, body: object
) -> None:
    reply = await fleet.request("POST", "/yijian/v1/query", body)
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAM")
