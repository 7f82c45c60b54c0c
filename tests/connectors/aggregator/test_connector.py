"""The kind `aggregator`: a list of platforms, one answer for each, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from jiebang.connectors.aggregator import AggregatorConnector
from jiebang.sdk import (
    Account,
    Bound,
    Capability,
    Category,
    ConnectorError,
    ContractError,
    Done,
    ErrorCode,
    NotBound,
    Platform,
    Precedence,
    ProtocolFault,
    Subject,
    Unavailable,
)

if TYPE_CHECKING:
    from tests.connectors.conftest import CallTo, Load
    from tests.connectors.conftest import Platform as Server

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

Ask = Callable[..., Any]


@pytest.fixture
def many(loaded: Load) -> AggregatorConnector:
    connector = loaded(MANY)
    assert isinstance(connector, AggregatorConnector)
    return connector


def call(many: AggregatorConnector, server: Server, call_to: CallTo, *platforms: str) -> Any:
    return call_to(many.spec, server.url, token="secret", platforms=frozenset(platforms))


async def list_platforms(
    many: AggregatorConnector, server: Server, call_to: CallTo, *entries: object
) -> list[Any]:
    server.answers_with(200, {"items": list(entries)})
    return list(await many.catalogue(call(many, server, call_to)))


async def run_lookup(
    many: AggregatorConnector,
    server: Server,
    call_to: CallTo,
    subject: Subject,
    document: object,
    *platforms: str,
) -> Any:
    server.answers_with(200, document)
    return await many.lookup(subject, call(many, server, call_to, *platforms))


def test_it_declares_a_list_and_names_no_platform(many: AggregatorConnector) -> None:
    spec = many.spec
    assert spec.platforms == ()
    assert spec.precedence is Precedence.AGGREGATOR
    assert spec.capabilities == {Capability.LOOKUP, Capability.UNBIND, Capability.CATALOGUE}
    assert spec.discovery is not None
    assert spec.discovery.refresh.total_seconds() == 6 * 3600
    assert spec.discovery.max_shrink == 0.125


async def test_entries_become_platforms(
    many: AggregatorConnector, platform: Server, call_to: CallTo
) -> None:
    found = await list_platforms(
        many,
        platform,
        call_to,
        ENTRY,
        {"code": "KX-1", "title": "快秀", "title_en": None, "kind": "doctor"},
    )
    assert found == [
        Platform(
            id="market",
            name={"zh-CN": "集市", "en": "Market"},
            category=Category.SHOPPING,
        ),
        Platform(id="kuaixiu", name={"zh-CN": "快秀", "en": "快秀"}, category=Category.HEALTH),
    ]
    assert platform.seen[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("kind", ["spaceship", None, 7, ["shop"]])
async def test_an_unknown_category_is_a_sensitive_tool(
    many: AggregatorConnector, platform: Server, call_to: CallTo, kind: object
) -> None:
    (found,) = await list_platforms(many, platform, call_to, {**ENTRY, "kind": kind})
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
    many: AggregatorConnector,
    platform: Server,
    call_to: CallTo,
    kind: str,
    private: object,
    sensitive: bool,
) -> None:
    (found,) = await list_platforms(
        many, platform, call_to, {**ENTRY, "kind": kind, "private": private}
    )
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
    many: AggregatorConnector, platform: Server, call_to: CallTo, entry: object
) -> None:
    first, second = await list_platforms(many, platform, call_to, ENTRY, entry)
    assert first.id == "market"
    assert isinstance(second, ProtocolFault)


@pytest.mark.parametrize("document", [{}, {"items": None}, {"items": {}}, [], "items"])
async def test_what_is_no_list_is_no_empty_list(
    many: AggregatorConnector, platform: Server, call_to: CallTo, document: object
) -> None:
    platform.answers_with(200, document)
    with pytest.raises(ProtocolFault):
        await many.catalogue(call(many, platform, call_to))


async def test_a_list_is_read_to_its_last_page(
    loaded: Load, platform: Server, call_to: CallTo
) -> None:
    paged = MANY.replace("  each: items\n", "  each: items\n  pages: {next: next, param: from}\n")
    many = loaded(paged)
    assert isinstance(many, AggregatorConnector)
    pages = {
        "": {"items": [ENTRY], "next": "2"},
        "2": {"items": [{**ENTRY, "code": "fair"}], "next": None},
    }
    platform.respond = lambda seen: (200, pages[seen.query.get("from", "")])
    found = await many.catalogue(call(many, platform, call_to))
    assert [one.id for one in found if isinstance(one, Platform)] == ["market", "fair"]
    platform.respond = lambda seen: (200, {"items": [ENTRY], "next": "2"})
    with pytest.raises(ProtocolFault):  # a cycle
        await many.catalogue(call(many, platform, call_to))


async def test_each_platform_has_its_own_answer(
    many: AggregatorConnector, platform: Server, call_to: CallTo, subject: Subject
) -> None:
    answers = await run_lookup(
        many,
        platform,
        call_to,
        subject,
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
    assert platform.seen[0].json["apps"] == ["KX-1", "fair", "market", "radio", "silent"]


async def test_two_answers_for_one_platform_are_none(
    many: AggregatorConnector, platform: Server, call_to: CallTo, subject: Subject
) -> None:
    twice = {"answers": [{"app": "market", "state": "NONE"}] * 2}
    answers = await run_lookup(many, platform, call_to, subject, twice, "market")
    assert isinstance(answers["market"], ProtocolFault)


async def test_an_id_that_stands_for_another_code_is_nobodys_answer(
    many: AggregatorConnector, platform: Server, call_to: CallTo, subject: Subject
) -> None:
    document = {"answers": [{"app": "kuaixiu", "state": "NONE"}]}
    assert await run_lookup(many, platform, call_to, subject, document, "kuaixiu") == {}


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
    many: AggregatorConnector,
    platform: Server,
    call_to: CallTo,
    subject: Subject,
    status: int,
    document: object,
    code: ErrorCode,
) -> None:
    platform.answers_with(status, document)
    with pytest.raises(ConnectorError) as caught:
        await many.lookup(subject, call(many, platform, call_to, "market"))
    assert caught.value.code is code
    assert not caught.value.maybe_done


async def test_orders_carry_the_services_own_code(
    many: AggregatorConnector, platform: Server, call_to: CallTo, subject: Subject
) -> None:
    platform.answers_with(200, {"state": "DONE"})
    account = Account(handle="u1", platform="kuaixiu")
    done = await many.unbind(subject, account, call(many, platform, call_to, "kuaixiu"))
    assert isinstance(done, Done)
    assert platform.seen[0].json == {"app": "KX-1", "uid": "u1"}


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
        (
            "state == 'NONE'\"}",
            "state == 'NONE'\", status: 200}",
            "an entry does not have",
        ),
        ("  platform: app\n", "", "lookup.platform: missing"),
        ("not_bound: {}", "pending: {remote_ref: ref}", "cannot be pending"),
        ("version: 0.1.0", "version: 0.1.0\nplatform: {category: tools}", "omit platform"),
        ("version: 0.1.0", "version: 0.1.0\nlookups: []", "not for an aggregator"),
    ],
)
def test_a_mistake_is_named_at_its_place(loaded: Load, old: str, new: str, message: str) -> None:
    assert old in MANY
    with pytest.raises(ContractError) as caught:
        loaded(MANY.replace(old, new, 1).lstrip())
    assert message in str(caught.value)
