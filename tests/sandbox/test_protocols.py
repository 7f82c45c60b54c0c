"""SCIM, GraphQL and lists: the dialects of a few platforms, each by its own rules."""

from __future__ import annotations

import pytest
from tests.fleet import CROWDED, DEPARTING, NEW_HOLDER, Fleet, RawReply

from jiebang.sandbox import Pace

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def patch_body(*operations: dict[str, object]) -> dict[str, object]:
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


async def test_the_mailbox_describes_itself_and_its_users_as_scim_does(fleet: Fleet) -> None:
    able = (await fleet.request("GET", "/yunjian/ServiceProviderConfig")).json
    assert {name: able[name]["supported"] for name in ("patch", "filter", "etag")} == {
        "patch": True,
        "filter": True,
        "etag": True,
    }
    params = {"filter": f'phoneNumbers.value eq "{DEPARTING}"'}
    reply = await fleet.request("GET", "/yunjian/Users", params=params)
    assert reply.headers["content-type"] == "application/scim+json"
    (user,) = reply.json["Resources"]
    read = await fleet.request("GET", f"/yunjian/Users/{user['id']}")
    assert read.json == user
    assert read.headers["etag"] == user["meta"]["version"] == 'W/"1"'


async def test_the_mailbox_changes_no_user_that_somebody_else_has_changed(fleet: Fleet) -> None:
    _, account = await fleet.account("yunjian", None, DEPARTING)
    path = f"/yunjian/Users/{account.handle}"
    change = patch_body({"op": "remove", "path": f'phoneNumbers[value eq "{DEPARTING}"]'})
    stale = await fleet.request("PATCH", path, change, headers={"If-Match": 'W/"0"'})
    assert (stale.status, stale.json["status"]) == (412, "412")
    fresh = await fleet.request("PATCH", path, change, headers={"If-Match": 'W/"1"'})
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
    fleet: Fleet, platform: str, change: object, kind: str
) -> None:
    _, account = await fleet.account(platform, None, DEPARTING)
    reply = await fleet.request("PATCH", f"/{platform}/Users/{account.handle}", change)
    assert (reply.status, reply.json["scimType"]) == (400, kind)
    assert await fleet.effects(platform) == []


@pytest.mark.parametrize("platform", ["yunjian", "kejiang"])
async def test_only_searches_by_number_are_understood(fleet: Fleet, platform: str) -> None:
    for text in ("", "userName sw", 'phoneNumbers[type eq "mobile"]'):
        reply = await fleet.request("GET", f"/{platform}/Users", params={"filter": text})
        assert (reply.status, reply.json["scimType"]) == (400, "invalidFilter")


async def test_the_workshop_keeps_the_landline_of_a_user_whose_number_goes(fleet: Fleet) -> None:
    _, account = await fleet.account("kejiang", None, DEPARTING)
    path = f"/kejiang/Users/{account.handle}"
    before = (await fleet.request("GET", path)).json["phoneNumbers"]
    left = [one for one in before if one["type"] == "work"]
    kept = await fleet.request(
        "PATCH", path, patch_body({"op": "replace", "path": "phoneNumbers", "value": before})
    )
    assert kept.status == 204
    assert await fleet.effects("kejiang") == []
    await fleet.request(
        "PATCH", path, patch_body({"op": "replace", "path": "phoneNumbers", "value": left})
    )
    assert (await fleet.request("GET", path)).json["phoneNumbers"] == left
    assert len(await fleet.effects("kejiang")) == 1


async def graphql(fleet: Fleet, platform: str, document: str, **variables: object) -> RawReply:
    body = {"query": document, "variables": variables}
    return await fleet.request("POST", f"/{platform}/graphql", body)


async def test_an_answer_holds_what_the_document_selects(fleet: Fleet) -> None:
    document = """
    query Few($phone: String!) {  # a comment
      who: listeners(phone: $phone, after: "3") { all: total, next nodes { id } }
    }
    """
    reply = await graphql(fleet, "luming", document, phone=CROWDED)
    told = reply.json["data"]["who"]
    assert set(told) == {"all", "next", "nodes"}
    assert (told["all"], told["next"]) == (7, "6")
    assert [set(node) for node in told["nodes"]] == [{"id"}] * 3


async def test_what_is_missing_at_first_is_named_by_its_path(fleet: Fleet) -> None:
    document = "query ($p: String!) { listeners(phone: $p) { nodes { id nickname } } }"
    first, second = [
        (await graphql(fleet, "luming", document, p=NEW_HOLDER)).json for _ in range(2)
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
async def test_a_document_that_cannot_be_read_is_refused(fleet: Fleet, document: str) -> None:
    reply = await graphql(fleet, "luming", document, p=NEW_HOLDER)
    assert reply.status == 400
    assert reply.json["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_subgraph_answers_for_each_entity_in_turn(fleet: Fleet) -> None:
    document = (
        "query ($who: [_Any!]!) { _entities(representations: $who) "
        "{ __typename ... on Phone { number riders { id } } } }"
    )
    numbers = [NEW_HOLDER, "+8613911112222"]
    who = [{"__typename": "Phone", "number": number} for number in numbers]
    reply = await graphql(fleet, "shundao", document, who=who)
    told = reply.json["data"]["_entities"]
    assert [(one["number"], len(one["riders"])) for one in told] == [
        (numbers[0], 1),
        (numbers[1], 0),
    ]
    wrong = await graphql(fleet, "shundao", document, who=[{"__typename": "User", "number": "1"}])
    assert wrong.json["data"] == {"_entities": None}
    assert wrong.json["errors"][0]["extensions"]["code"] == "BAD_REPRESENTATION"


async def test_a_cursor_that_is_not_theirs_is_refused(fleet: Fleet) -> None:
    for cursor in ("x", "10", "ZnJvbTp4"):
        params = {"phone": CROWDED[1:], "cursor": cursor}
        assert (await fleet.request("GET", "/moye/readers", params=params)).status == 400


async def test_each_entry_of_a_list_has_an_answer_of_its_own(fleet: Fleet) -> None:
    entries = [{"mobile": NEW_HOLDER[3:]}, {"mobile": "13911112222"}, {"mobile": "no number"}, {}]
    reply = await fleet.request("POST", "/shimin/v1/cards/lookup", {"entries": entries})
    told = {
        each["mobile"]: (each["code"], len(each.get("cards", ()))) for each in reply.json["entries"]
    }
    assert told == {
        NEW_HOLDER[3:]: ("FOUND", 1),
        "13911112222": ("NONE", 0),
        "no number": ("BAD_REQUEST", 0),
        "": ("BAD_REQUEST", 0),
    }


async def test_each_order_of_a_list_has_a_key_of_its_own(fleet: Fleet) -> None:
    entries: list[dict[str, str]] = []
    for number in (NEW_HOLDER, CROWDED):
        subject, account = await fleet.account("shimin", None, number)
        card = {"mobile": subject.national, "card": account.handle, "serial": f"s-{number}"}
        entries.append(card)
    strange = {"mobile": NEW_HOLDER[3:], "card": "nobody", "serial": "s-0"}
    reused = {**entries[1], "serial": entries[0]["serial"]}

    async def release(*given: object) -> list[str]:
        path = "/shimin/v1/cards/release-all"
        reply = await fleet.request("POST", path, {"entries": list(given)})
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
async def test_a_list_has_one_to_a_hundred_entries(fleet: Fleet, count: int, status: int) -> None:
    for path in ("lookup", "release-all"):
        body = {"entries": [{"mobile": "no number"}] * count}
        reply = await fleet.request("POST", f"/shimin/v1/cards/{path}", body)
        assert reply.status == status


@pytest.mark.parametrize("pace", [Pace(allowance=2, window_seconds=3600)])
async def test_the_fuel_card_counts_calls_and_says_how_many_are_left(fleet: Fleet) -> None:
    form = {"mobile": DEPARTING[3:]}
    replies = [await fleet.request("POST", "/tuyou/gateway/cards", form=form) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert [reply.headers["x-ratelimit-remaining"] for reply in replies] == ["1", "0", "0"]
    assert all(0 < int(reply.headers["x-ratelimit-reset"]) <= 3600 for reply in replies)


async def test_the_fuel_card_takes_forms_only(fleet: Fleet) -> None:
    body = {"mobile": DEPARTING[3:]}
    assert (await fleet.request("POST", "/tuyou/gateway/cards", body)).status == 415
