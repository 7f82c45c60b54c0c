"""The kind `aggregator`: a list of platforms, one answer for each, nothing guessed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.conftest import Acme, complaint

from jiebang.sdk import (
    Account,
    Bound,
    Capability,
    Category,
    ConnectorError,
    Done,
    ErrorCode,
    NotBound,
    Platform,
    Precedence,
    ProtocolFault,
    Unavailable,
)

HEAD = """
manifest: 1
kind: aggregator
id: many
version: 0.1.0
name: {zh-CN: 一览, en: Many}
config:
  base_url: {type: url}
  token: {type: secret}
auth: {scheme: bearer, secret: token}
ids: {KX-1: kuaixiu}
"""
CATALOGUE = """
catalogue:
  request: {method: GET, path: /apps}
  each: items
  id: code
  name: {zh-CN: title, en: title_en}
  category: {from: kind, map: {shop: shopping, doctor: health}}
  sensitive: private
  refresh: 6h
  max_shrink: 12.5%
"""
LOOKUP = """
lookup:
  request: {method: POST, path: /check, json: {n: "${subject.number}", apps: "${call.platforms}"}}
  each: answers
  platform: app
  outcomes:
    - when: {jmespath: "state == 'FOUND'"}
      bound: {each: users, handle: uid}
    - {when: {jmespath: "state == 'NONE'"}, not_bound: {}}
  errors:
    - {when: {jmespath: "state == 'BUSY'"}, raise: unavailable, platform_code: state}
"""
ORDERS = """
unbind:
  request:
    method: POST
    path: /unbind
    json: {app: "${account.platform}", uid: "${account.handle}"}
  outcomes: [{when: {jmespath: "state == 'DONE'"}, done: {}}]
errors:
  - {when: {jmespath: "failure == 'QUOTA'"}, raise: rate_limited}
"""
MANY = HEAD + CATALOGUE + LOOKUP + ORDERS
#: An entry of the list.
ENTRY = {"code": "market", "title": "集市", "title_en": "Market", "kind": "shop"}


@pytest.fixture
def many(acme: Acme) -> Acme:
    return acme.load(MANY, token="secret")


async def list_platforms(many: Acme, *entries: object) -> list[Any]:
    many.answers_with(200, {"items": list(entries)})
    return list(await many.connector.catalogue(many.call()))


async def run_lookup(many: Acme, document: object, *platforms: str) -> Any:
    many.answers_with(200, document)
    return await many.lookup(platforms=frozenset(platforms))


def test_it_declares_a_list_and_names_no_platform(many: Acme) -> None:
    spec = many.spec
    assert spec.platforms == ()
    assert spec.precedence is Precedence.AGGREGATOR
    assert spec.capabilities == {Capability.LOOKUP, Capability.UNBIND, Capability.CATALOGUE}
    assert spec.discovery is not None
    assert spec.discovery.refresh.total_seconds() == 6 * 3600
    assert spec.discovery.max_shrink == 0.125


async def test_entries_become_platforms(many: Acme) -> None:
    other = {"code": "KX-1", "title": "快秀", "title_en": None, "kind": "doctor"}
    assert await list_platforms(many, ENTRY, other) == [
        Platform(id="market", name={"zh-CN": "集市", "en": "Market"}, category=Category.SHOPPING),
        Platform(id="kuaixiu", name={"zh-CN": "快秀", "en": "快秀"}, category=Category.HEALTH),
    ]
    assert many.seen[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("kind", ["spaceship", None, 7, ["shop"]])
async def test_an_unknown_category_is_a_sensitive_tool(many: Acme, kind: object) -> None:
    (found,) = await list_platforms(many, {**ENTRY, "kind": kind})
    assert (found.category, found.is_sensitive) == (Category.TOOLS, True)


@pytest.mark.parametrize(
    ("kind", "private", "sensitive"),
    [
        ("shop", None, False),
        ("shop", False, False),
        ("shop", True, True),
        ("shop", "who knows", True),
        ("doctor", False, True),
    ],
)
async def test_a_list_can_call_a_platform_sensitive_but_never_harmless(
    many: Acme, kind: str, private: object, sensitive: bool
) -> None:
    (found,) = await list_platforms(many, {**ENTRY, "kind": kind, "private": private})
    assert found.is_sensitive is sensitive


@pytest.mark.parametrize(
    "entry",
    [
        {"title": "无码"},
        {**ENTRY, "code": ""},
        {**ENTRY, "code": {"a": 1}},
        {**ENTRY, "title": "", "title_en": None},
        {**ENTRY, "code": "kuaixiu"},
        "market",
        None,
    ],
)
async def test_an_entry_that_cannot_be_read_is_named_and_the_others_stay(
    many: Acme, entry: object
) -> None:
    first, second = await list_platforms(many, ENTRY, entry)
    assert first.id == "market"
    assert isinstance(second, ProtocolFault)


@pytest.mark.parametrize("document", [{}, {"items": None}, {"items": {}}, [], "items"])
async def test_what_is_no_list_is_no_empty_list(many: Acme, document: object) -> None:
    many.answers_with(200, document)
    with pytest.raises(ProtocolFault):
        await many.connector.catalogue(many.call())


async def test_a_list_is_read_to_its_last_page(many: Acme) -> None:
    paged = MANY.replace("  each: items\n", "  each: items\n  pages: {next: next, param: from}\n")
    many.load(paged)
    pages = {
        "": {"items": [ENTRY], "next": "2"},
        "2": {"items": [{**ENTRY, "code": "fair"}], "next": None},
    }
    many.platform.respond = lambda seen: (200, pages[seen.query.get("from", "")])
    found = await many.connector.catalogue(many.call())
    assert [one.id for one in found if isinstance(one, Platform)] == ["market", "fair"]
    many.platform.respond = lambda seen: (200, {"items": [ENTRY], "next": "2"})
    with pytest.raises(ProtocolFault):  # a cycle
        await many.connector.catalogue(many.call())


async def test_each_platform_has_its_own_answer(many: Acme) -> None:
    answers = await run_lookup(
        many,
        {
            "answers": [
                {"app": "KX-1", "state": "FOUND", "users": [{"uid": "u1"}]},
                {"app": "market", "state": "NONE"},
                {"app": "fair", "state": "BUSY"},
                {"app": "radio", "state": "夢"},
                {"app": "uninvited", "state": "NONE"},
                {"state": "NONE"},
            ]
        },
        *("kuaixiu", "market", "fair", "radio", "silent"),
    )
    assert answers["kuaixiu"] == Bound(accounts=(Account(handle="u1", platform="kuaixiu"),))
    assert isinstance(answers["market"], NotBound)
    assert isinstance(answers["fair"], Unavailable)
    assert answers["fair"].platform_code == "BUSY"
    assert isinstance(answers["radio"], ProtocolFault)
    assert set(answers) == {"kuaixiu", "market", "fair", "radio"}
    assert many.seen[0].json["apps"] == ["KX-1", "fair", "market", "radio", "silent"]


async def test_two_answers_for_one_platform_are_none(many: Acme) -> None:
    twice = {"answers": [{"app": "market", "state": "NONE"}] * 2}
    answers = await run_lookup(many, twice, "market")
    assert isinstance(answers["market"], ProtocolFault)


async def test_an_id_that_stands_for_another_code_is_nobodys_answer(many: Acme) -> None:
    document = {"answers": [{"app": "kuaixiu", "state": "NONE"}]}
    assert await run_lookup(many, document, "kuaixiu") == {}


@pytest.mark.parametrize(
    ("status", "document", "code"),
    [
        (200, {}, ErrorCode.PROTOCOL),
        (200, {"answers": None}, ErrorCode.PROTOCOL),
        (200, {"failure": "QUOTA", "answers": []}, ErrorCode.RATE_LIMITED),
        (401, {"answers": []}, ErrorCode.CREDENTIALS),
        (500, {"answers": []}, ErrorCode.UNAVAILABLE),
    ],
)
async def test_an_answer_that_is_a_failure_is_one_for_all(
    many: Acme, status: int, document: object, code: ErrorCode
) -> None:
    many.answers_with(status, document)
    with pytest.raises(ConnectorError) as caught:
        await many.lookup(platforms=frozenset({"market"}))
    assert caught.value.code is code
    assert not caught.value.maybe_done


async def test_orders_carry_the_services_own_code(many: Acme) -> None:
    many.answers_with(200, {"state": "DONE"})
    assert isinstance(await many.unbind(Account(handle="u1", platform="kuaixiu")), Done)
    assert many.seen[0].json == {"app": "KX-1", "uid": "u1"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("max_shrink: 12.5%", "max_shrink: 0.1", "acme.yaml:20:3 catalogue.max_shrink"),
        ("max_shrink: 12.5%", "max_shrink: 120%", "0% to 100%"),
        ("refresh: 6h", "refresh: 5s", "1m or more"),
        ("refresh: 6h", "refresh: 360", "expected a duration"),
        ("shop: shopping", "shop: shoping", "catalogue.category"),
        ("KX-1: kuaixiu", "KX-1: KuaiXiu", "ids.KX-1: expected lower-case letters"),
        ("KX-1: kuaixiu", "KX-1: kuaixiu, KX-2: kuaixiu", "two codes for one platform"),
        ("  each: items\n", "", "catalogue.each: missing"),
        ("path: /apps}", 'path: /apps, params: {q: "${subject.number}"}}', "unknown placeholder"),
        ('"${call.platforms}"}}', '"x${call.platforms}"}}', "as a whole value in json"),
        ("path: /check,", 'path: "/check/${call.platforms}",', "as a whole value in json"),
        ("state == 'NONE'\"}", "state == 'NONE'\", status: 200}", "an entry does not have"),
        ("  platform: app\n", "", "lookup.platform: missing"),
        ("not_bound: {}", "pending: {remote_ref: ref}", "cannot be pending"),
        ("version: 0.1.0", "version: 0.1.0\nplatform: {category: tools}", "omit platform"),
        ("version: 0.1.0", "version: 0.1.0\nlookups: []", "not for an aggregator"),
    ],
)
def test_a_mistake_is_named_at_its_place(many: Acme, old: str, new: str, message: str) -> None:
    assert old in MANY
    assert message in complaint(many.load, MANY.replace(old, new, 1).lstrip())
