"""SCIM, GraphQL and lists: the dialects of a few platforms, each by its own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jiebang.sandbox import Pace

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Driver, Reply

NEW_HOLDER, DEPARTING, CROWDED = "13900000001", "13900000002", "13900000005"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def patch_body(*operations: dict[str, object]) -> dict[str, object]:
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


async def test_the_mailbox_describes_itself_and_its_users_as_scim_does(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    able = (await fleet.call("GET", "/yunjian/ServiceProviderConfig")).json
    assert {name: able[name]["supported"] for name in ("patch", "filter", "etag")} == {
        "patch": True,
        "filter": True,
        "etag": True,
    }
    reply = await drivers["yunjian"].ask(fleet, DEPARTING)
    assert reply.headers["content-type"] == "application/scim+json"
    (user,) = reply.json["Resources"]
    read = await fleet.call("GET", f"/yunjian/Users/{user['id']}")
    assert read.json == user
    assert read.headers["etag"] == user["meta"]["version"] == 'W/"1"'


async def test_the_mailbox_changes_no_user_that_somebody_else_has_changed(fleet: Client) -> None:
    handle = await fleet.handle("yunjian", DEPARTING)
    path = f"/yunjian/Users/{handle}"
    change = patch_body({"op": "remove", "path": f'phoneNumbers[value eq "+86{DEPARTING}"]'})
    stale = await fleet.call("PATCH", path, change, headers={"If-Match": 'W/"0"'})
    assert (stale.status, stale.json["status"]) == (412, "412")
    fresh = await fleet.call("PATCH", path, change, headers={"If-Match": 'W/"1"'})
    assert (fresh.status, fresh.headers["etag"], fresh.json["phoneNumbers"]) == (200, 'W/"2"', [])


@pytest.mark.parametrize(
    ("platform", "change", "kind"),
    [
        ("yunjian", {"schemas": []}, "invalidSyntax"),
        ("yunjian", patch_body({"op": "remove", "path": "phoneNumbers"}), "invalidPath"),
        (
            "yunjian",
            patch_body({"op": "remove", "path": 'phoneNumbers[value eq "+8613911112222"]'}),
            "noTarget",
        ),
        ("kejiang", {"schemas": []}, "invalidSyntax"),
        (
            "kejiang",
            patch_body({"op": "remove", "path": f'phoneNumbers[value eq "{DEPARTING}"]'}),
            "invalidPath",
        ),
    ],
)
async def test_a_change_that_is_not_understood_changes_nothing(
    fleet: Client, platform: str, change: object, kind: str
) -> None:
    handle = await fleet.handle(platform, DEPARTING)
    reply = await fleet.call("PATCH", f"/{platform}/Users/{handle}", change)
    assert (reply.status, reply.json["scimType"]) == (400, kind)
    assert await fleet.effects(platform) == []


@pytest.mark.parametrize("platform", ["yunjian", "kejiang"])
async def test_only_searches_by_number_are_understood(fleet: Client, platform: str) -> None:
    for text in ("", "userName sw", 'phoneNumbers[type eq "mobile"]'):
        reply = await fleet.call("GET", f"/{platform}/Users", params={"filter": text})
        assert (reply.status, reply.json["scimType"]) == (400, "invalidFilter")


async def test_the_workshop_shows_two_users_a_page_whatever_is_asked_for(fleet: Client) -> None:
    seen: list[str] = []
    for written in (CROWDED, f"tel:+86{CROWDED}"):
        query = {"filter": f'phoneNumbers.value eq "{written}"', "count": "100"}
        start, total = 1, 1
        while start <= total:
            reply = await fleet.call(
                "GET", "/kejiang/Users", params=query | {"startIndex": f"{start}"}
            )
            total = reply.json["totalResults"]
            found = [str(each["id"]) for each in reply.json["Resources"]]
            assert len(found) == min(2, total + 1 - start)
            seen += found
            start += 2
    assert len(seen) == len(set(seen)) == 9


async def test_the_workshop_keeps_the_landline_of_a_user_whose_number_goes(fleet: Client) -> None:
    path = f"/kejiang/Users/{await fleet.handle('kejiang', DEPARTING)}"
    before = (await fleet.call("GET", path)).json["phoneNumbers"]
    left = [one for one in before if one["type"] == "work"]
    kept = await fleet.call(
        "PATCH", path, patch_body({"op": "replace", "path": "phoneNumbers", "value": before})
    )
    assert kept.status == 204
    assert await fleet.effects("kejiang") == []
    await fleet.call(
        "PATCH", path, patch_body({"op": "replace", "path": "phoneNumbers", "value": left})
    )
    assert (await fleet.call("GET", path)).json["phoneNumbers"] == left
    assert len(await fleet.effects("kejiang")) == 1


async def graphql(fleet: Client, platform: str, document: str, **variables: object) -> Reply:
    body = {"query": document, "variables": variables}
    return await fleet.call("POST", f"/{platform}/graphql", body)


async def test_an_answer_holds_what_the_document_selects(fleet: Client) -> None:
    document = """
    query Few($phone: String!) {  # a comment
      who: listeners(phone: $phone, after: "3") { all: total, next nodes { id } }
    }
    """
    reply = await graphql(fleet, "luming", document, phone=f"+86{CROWDED}")
    told = reply.json["data"]["who"]
    assert set(told) == {"all", "next", "nodes"}
    assert (told["all"], told["next"]) == (7, "6")
    assert [set(node) for node in told["nodes"]] == [{"id"}] * 3


async def test_what_is_missing_at_first_is_named_by_its_path(fleet: Client) -> None:
    document = "query ($p: String!) { listeners(phone: $p) { nodes { id nickname } } }"
    first, second = [
        (await graphql(fleet, "luming", document, p=f"+86{NEW_HOLDER}")).json for _ in range(2)
    ]
    (error,) = first["errors"]
    assert error["path"] == ["listeners", "nodes", 0, "nickname"]
    assert error["extensions"] == {"code": "PROFILES_OUT_OF_REACH"}
    assert first["data"]["listeners"]["nodes"][0]["nickname"] is None
    assert "errors" not in second
    assert second["data"]["listeners"]["nodes"][0]["nickname"]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "{ }}",
        "{ nobody }",
        "query { listeners(phone: $p) }",
        "query { listeners(phone: $p) { size } }",
        "query { listeners(phone: [1]) { total } }",
        "query { listeners(phone: $p) @skip(if: true) { total } }",
        "query { listeners(phone: %) { total } }",
        "mutation { listeners(phone: $p) { total } }",
    ],
)
async def test_a_document_that_cannot_be_read_is_refused(fleet: Client, document: str) -> None:
    reply = await graphql(fleet, "luming", document, p=f"+86{NEW_HOLDER}")
    assert reply.status == 400
    assert reply.json["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_subgraph_answers_for_each_entity_in_turn(fleet: Client) -> None:
    document = (
        "query ($who: [_Any!]!) { _entities(representations: $who) "
        "{ __typename ... on Phone { number riders { id } } } }"
    )
    numbers = [f"+86{NEW_HOLDER}", "+8613911112222"]
    who = [{"__typename": "Phone", "number": number} for number in numbers]
    reply = await graphql(fleet, "shundao", document, who=who)
    told = reply.json["data"]["_entities"]
    assert [(one["number"], len(one["riders"])) for one in told] == [
        (numbers[0], 1),
        (numbers[1], 0),
    ]
    wrong = await graphql(fleet, "shundao", document, who=[{"__typename": "User", "number": "1"}])
    assert wrong.json["data"] == {"_entities": None}
    assert wrong.effective_status == 400


@pytest.mark.parametrize(("page", "last"), [("luming", 3), ("moye", 10)])
async def test_pages_follow_each_other_to_the_end(
    fleet: Client, drivers: dict[str, Driver], page: str, last: int
) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        if page == "moye":
            params = {"phone": f"86{CROWDED}", "api_key": fleet.keys["moye"], "cursor": cursor}
            reply = await fleet.call("GET", "/moye/readers", params=params)
            cursor = reply.json["cursor"]
        else:
            document = (
                "query ($phone: String!, $after: String) "
                "{ listeners(phone: $phone, after: $after) { nodes { id } next } }"
            )
            reply = await graphql(
                fleet, "luming", document, phone=f"+86{CROWDED}", after=cursor or None
            )
            cursor = reply.json["data"]["listeners"]["next"]
        part = drivers[page].read(reply)
        assert 0 < len(part) <= last
        found += part
    assert len(found) == len(set(found)) == {"moye": 45, "luming": 7}[page]


async def test_a_cursor_that_is_not_theirs_is_refused(fleet: Client) -> None:
    for cursor in ("x", "10", "ZnJvbTp4"):
        params = {"phone": f"86{CROWDED}", "api_key": fleet.keys["moye"], "cursor": cursor}
        assert (await fleet.call("GET", "/moye/readers", params=params)).status == 400


async def test_the_hotel_finds_a_number_only_as_it_was_typed(fleet: Client) -> None:
    found: dict[str, set[str]] = {}
    for typed in (CROWDED, f"+86{CROWDED}"):
        path: str | None = f"/qishan/api/guests?tel={typed.replace('+', '%2B')}"
        found[typed] = set()
        while path is not None:
            reply = await fleet.call("GET", path)
            found[typed] |= {str(guest["guest"]) for guest in reply.json["guests"]}
            path = reply.json["links"]["next"]
    one, other = found.values()
    assert one
    assert other
    assert one.isdisjoint(other)
    assert len(one | other) == 9


async def test_each_entry_of_a_list_has_an_answer_of_its_own(fleet: Client) -> None:
    entries = [{"mobile": NEW_HOLDER}, {"mobile": "13911112222"}, {"mobile": "no number"}, {}]
    reply = await fleet.call("POST", "/shimin/v1/cards/lookup", {"entries": entries})
    told = {
        each["mobile"]: (each["code"], len(each.get("cards", ()))) for each in reply.json["entries"]
    }
    assert told == {
        NEW_HOLDER: ("FOUND", 1),
        "13911112222": ("NONE", 0),
        "no number": ("BAD_REQUEST", 0),
        "": ("BAD_REQUEST", 0),
    }


async def test_each_order_of_a_list_has_a_key_of_its_own(fleet: Client) -> None:
    entries: list[dict[str, Any]] = [
        {"mobile": number, "card": await fleet.handle("shimin", number), "serial": f"s-{number}"}
        for number in (NEW_HOLDER, CROWDED)
    ]
    strange = {"mobile": NEW_HOLDER, "card": "nobody", "serial": "s-0"}
    reused = {**entries[1], "serial": entries[0]["serial"]}

    async def release(*given: object) -> list[str]:
        path = "/shimin/v1/cards/release-all"
        reply = await fleet.call("POST", path, {"entries": list(given)})
        return [each["code"] for each in reply.json["entries"]]

    assert await release(entries[0], strange, reused, None) == [
        "RELEASED",
        "NO_CARD",
        "SERIAL_REUSED",
        "BAD_REQUEST",
    ]
    assert await release(*entries) == ["RELEASED", "RELEASED"]
    assert await release({**entries[0], "serial": "s-9"}) == ["RELEASED_EARLIER"]
    assert len(await fleet.effects("shimin")) == 2


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (100, 200), (101, 413)])
async def test_a_list_has_one_to_a_hundred_entries(fleet: Client, count: int, status: int) -> None:
    for path in ("lookup", "release-all"):
        body = {"entries": [{"mobile": "no number"}] * count}
        reply = await fleet.call("POST", f"/shimin/v1/cards/{path}", body)
        assert reply.status == status


@pytest.mark.parametrize("pace", [Pace(allowance=2, window_seconds=3600)])
async def test_the_fuel_card_counts_calls_and_says_how_many_are_left(
    fleet: Client, drivers: dict[str, Driver]
) -> None:
    replies = [await drivers["tuyou"].ask(fleet, DEPARTING) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert [reply.headers["x-ratelimit-remaining"] for reply in replies] == ["1", "0", "0"]
    assert all(0 < int(reply.headers["x-ratelimit-reset"]) <= 3600 for reply in replies)


async def test_the_fuel_card_takes_forms_only(fleet: Client) -> None:
    body = {"app_key": fleet.keys["tuyou"], "mobile": DEPARTING}
    assert (await fleet.call("POST", "/tuyou/gateway/cards", body)).status == 415
