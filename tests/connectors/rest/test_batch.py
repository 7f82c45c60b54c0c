"""One request for many numbers or orders, over real HTTP: every entry is independent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.conftest import HEAD, Acme, complaint

from jiebang.connectors.manifest.template import compile_tree, fill_tree
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.batch import LookupBatchSection, split_entries
from jiebang.sdk import (
    Account,
    Blocked,
    Bound,
    Bug,
    Capability,
    ConnectorError,
    Delivery,
    Denied,
    DenyReason,
    Done,
    Effect,
    NotBound,
    Order,
    Pending,
    ProtocolFault,
    RateLimited,
    Rejected,
    Subject,
    Unavailable,
)

BASE = """\
config: {base_url: {type: url}, realm: {type: text, default: r1}}
limits: {batch: 50}
idempotency: {mode: key, header: Idempotency-Key}
lookup:
  request: {method: GET, path: /b, params: {phone: "${subject.national}"}}
  outcomes: &found
    - {when: {status: 200, jmespath: "length(rows) > `0`"}, bound: {each: rows, handle: id}}
    - {when: {status: 200, jmespath: "rows == `[]`"}, not_bound: {}}
"""
LOOKUP = """\
lookup_batch:
  request:
    method: POST
    path: /b/many
    json: {realm: "${config.realm}", who: {phones: {$each: "${subject.national}"}}}
  entries: results
  key: {from: phone, is: "${subject.national}"}
  outcomes: *found
"""
UNBIND = """\
unbind:
  request: {method: DELETE, path: "/b/${account.handle}"}
  outcomes: [{when: {status: 204}, done: {}}]
unbind_batch:
  request:
    method: POST
    path: /u/many
    json:
      $each: {id: "${account.handle}", phone: "${subject.number}", key: "${call.idempotency_key}",
              notify: "${call.callback_url}"}
  entries: "[]"
  key: {from: id, is: "${account.handle}"}
  outcomes:
    - {when: {jmespath: "state == 'DONE'"}, done: {}}
    - {when: {jmespath: "state == 'WAS'"}, done: {already: true}}
    - {when: {jmespath: "state == 'DEBT'"}, denied: {reason: funds_or_debt_outstanding}}
    - {when: {jmespath: "state == 'LATER'"}, pending: {remote_ref: job}}
"""
STATUS = """\
status:
  request: {method: GET, path: "/jobs/${remote_ref}"}
  outcomes: [{when: {jmespath: "state == 'DONE'"}, done: {}}]
"""
ERRORS = """\
errors:
  - {when: {status: 200, jmespath: "code == 'QUOTA'"}, raise: rate_limited, retry_after: 30s}
  - {when: {status: 200, jmespath: "code == 'BUSY'"}, raise: unavailable}
"""
MANIFEST = HEAD + BASE + LOOKUP + UNBIND + STATUS + ERRORS

NUMBERS = [f"+861380000000{digit}" for digit in range(4)]
SUBJECTS = [Subject(number=number, region="CN") for number in NUMBERS]


@pytest.fixture
def acme(acme: Acme) -> Acme:
    return acme.load(MANIFEST)


def order(handle: str, number: str = NUMBERS[0], **rest: Any) -> Order:
    return Order(
        subject=Subject(number=number, region="CN"),
        account=Account(handle=handle, platform="acme"),
        idempotency_key=f"key-{handle}",
        **rest,
    )


def entry(number: str, *ids: str, **more: object) -> dict[str, object]:
    return {"phone": number.removeprefix("+86"), "rows": [{"id": one} for one in ids]} | more


def summarize(answer: object) -> object:
    """Summarise an answer for assertions: handles, the outcome, or the class of the error."""
    if isinstance(answer, Bound):
        return "".join(account.handle for account in answer.accounts)
    return type(answer) if isinstance(answer, ConnectorError) else answer


async def run_lookup(acme: Acme, reply: object, status: int = 200) -> list[object]:
    acme.answers_with(status, reply)
    return [
        summarize(one) for one in await acme.connector.lookup_batch(SUBJECTS, acme.call(key=""))
    ]


async def run_orders(acme: Acme, reply: object, *orders: Order, status: int = 200) -> list[Any]:
    acme.answers_with(status, reply)
    return list(await acme.connector.unbind_batch(orders, acme.call(key="")))


def test_the_sections_declare_what_the_connector_can_do(acme: Acme) -> None:
    spec = acme.spec
    assert {Capability.LOOKUP_BATCH, Capability.UNBIND_BATCH} <= spec.capabilities
    assert spec.limits.batch == 50
    assert spec.delivery_of(Capability.UNBIND) is Delivery.POLL, "an entry may be left pending"
    assert spec.delivery_of(Capability.LOOKUP) is Delivery.SYNC


async def test_one_request_asks_about_all_and_each_gets_its_own_entry(acme: Acme) -> None:
    first, second, third, fourth = NUMBERS
    reply = {"results": [entry(third, "c"), entry(fourth), entry(first, "a", "b"), entry(second)]}
    answers = await run_lookup(acme, reply)
    absent = NotBound("rows == `[]`")
    assert answers == ["ab", absent, "c", absent]
    (seen,) = acme.seen
    phones = [number.removeprefix("+86") for number in NUMBERS]
    assert (seen.method, seen.path) == ("POST", "/b/many")
    assert seen.json == {"realm": "r1", "who": {"phones": phones}}
    assert "idempotency-key" not in seen.headers


async def test_what_is_wrong_with_one_entry_is_wrong_with_it_alone(acme: Acme) -> None:
    first, second, third, fourth = NUMBERS
    doubled = [entry(second), entry(second)]
    broken = entry(third) | {"rows": None}
    nobodys: list[object] = [{"rows": []}, None, 7]
    reply: object = {"results": [entry(first, "a"), *doubled, broken, *nobodys]}
    answers = await run_lookup(acme, reply)
    assert answers == ["a", ProtocolFault, ProtocolFault, ProtocolFault]
    reply = {"results": [entry("13900000000"), entry(fourth, code="QUOTA") | {"rows": None}]}
    assert await run_lookup(acme, reply) == [ProtocolFault] * 4
    reply = {"results": [{"phone": fourth.removeprefix("+86"), "code": "QUOTA", "rows": "none"}]}
    assert (await run_lookup(acme, reply))[3] is ProtocolFault


async def test_an_entry_has_the_errors_of_the_manifest(acme: Acme) -> None:
    acme.load(MANIFEST.replace("length(rows) > `0`", "rows[0]"))
    first, second, third, fourth = (number.removeprefix("+86") for number in NUMBERS)
    results: list[dict[str, object]] = [
        {"phone": int(first), "rows": []},
        {"phone": second, "code": "QUOTA"},
        {"phone": third, "code": "BUSY"},
        {"phone": fourth, "code": "NEW"},
    ]
    acme.answers_with(200, {"results": results})
    answers = await acme.connector.lookup_batch(SUBJECTS, acme.call())
    expected = [NotBound("rows == `[]`"), RateLimited, Unavailable, ProtocolFault]
    assert [summarize(one) for one in answers] == expected
    assert (answers[1].retry_after, answers[1].maybe_done) == (30, False)


WITHOUT_ENTRIES: list[tuple[int, object, type[ConnectorError]]] = [
    (200, {}, ProtocolFault),
    (200, {"results": []}, ProtocolFault),
    (200, {"results": {"phone": "13800000000"}}, ProtocolFault),
    (200, b"", ProtocolFault),
    (204, b"", ProtocolFault),
    (200, b"<html>Just a moment", Blocked),
    (200, {"code": "QUOTA"}, RateLimited),
    (200, {"code": "BUSY", "results": []}, Unavailable),
    (400, {"results": [{"phone": "13800000000", "rows": []}]}, Rejected),
    (404, b"", Rejected),
    (503, {}, Unavailable),
]


@pytest.mark.parametrize(("status", "reply", "error"), WITHOUT_ENTRIES)
async def test_a_reply_without_entries_fails_for_all(
    acme: Acme, status: int, reply: object, error: type[ConnectorError]
) -> None:
    with pytest.raises(error) as caught:
        await run_lookup(acme, reply, status)
    assert type(caught.value) is error
    assert not caught.value.maybe_done, "a lookup changes nothing"


async def test_orders_keep_their_keys_and_addresses(acme: Acme) -> None:
    reply = [
        {"id": "d", "state": "LATER", "job": 9},
        {"id": "c", "state": "DEBT"},
        {"id": "b", "state": "WAS"},
        {"id": "a", "state": "DONE"},
    ]
    orders = [order(one) for one in "abc"] + [order("d", callback_url="https://us.example/c/1")]
    answers = await run_orders(acme, reply, *orders)
    effects = frozenset({Effect.NUMBER_DETACHED})
    assert answers == [
        Done(effects=effects),
        Done(effects=effects, already=True),
        Denied(reason=DenyReason.FUNDS_OR_DEBT_OUTSTANDING),
        Pending(remote_ref="9"),
    ]
    (seen,) = acme.seen
    assert [one["key"] for one in seen.json] == ["key-a", "key-b", "key-c", "key-d"]
    assert ["notify" in one for one in seen.json] == [False, False, False, True]
    assert "idempotency-key" not in seen.headers, "one key cannot stand for several orders"


async def test_an_order_nobody_answered_may_have_been_carried_out(acme: Acme) -> None:
    reply = [
        {"id": "a", "state": "DONE"},
        {"id": "b", "state": "ODD"},
        {"id": "c", "state": "DONE"},
        {"id": "c", "state": "DONE"},
        {"id": "e", "code": "QUOTA"},
        {"id": "f", "state": "LATER"},
        {"id": "z", "state": "DONE"},
    ]
    answers = await run_orders(acme, reply, *(order(one) for one in "abcdef"))
    assert isinstance(answers[0], Done)
    unknown = (ProtocolFault, True)
    told: list[object] = [(type(one), one.maybe_done) for one in answers[1:]]
    assert told == [unknown, unknown, unknown, (RateLimited, False), unknown]


@pytest.mark.parametrize(
    ("status", "reply", "error", "maybe_done"),
    [
        (200, {"state": "DONE"}, ProtocolFault, True),
        (200, [], ProtocolFault, True),
        (200, {"code": "QUOTA"}, RateLimited, False),
        (500, {}, Unavailable, True),
        (400, {}, Rejected, False),
    ],
)
async def test_a_failed_batch_of_orders_says_whether_it_may_have_been_done(
    acme: Acme, status: int, reply: object, error: type[ConnectorError], maybe_done: bool
) -> None:
    with pytest.raises(error) as caught:
        await run_orders(acme, reply, order("a"), order("b"), status=status)
    assert caught.value.maybe_done is maybe_done


async def test_entries_that_cannot_be_told_apart_are_not_sent(acme: Acme) -> None:
    with pytest.raises(Bug):
        await run_orders(acme, [], order("a"), order("a", NUMBERS[1]))
    assert not acme.seen


async def test_an_answer_for_several_platforms_is_split_by_platform_too(acme: Acme) -> None:
    manifest = MANIFEST.replace(
        "platform: {category: shopping}",
        "platforms:\n"
        "  - {id: east, name: {zh-CN: 东, en: East}, category: shopping}\n"
        "  - {id: west, name: {zh-CN: 西, en: West}, category: shopping}",
    ).replace("handle: id}", "handle: id, platform: {from: at}}")
    acme.load(manifest)
    first, second = SUBJECTS[:2]
    rows = [{"id": "1", "at": "east"}]
    acme.answers_with(
        200, {"results": [entry(second.number), entry(first.number) | {"rows": rows}]}
    )
    answers = await acme.connector.lookup_batch(
        [first, second], acme.call(platforms=frozenset({"east"}))
    )
    assert answers == [
        {"east": Bound(accounts=(Account(handle="1", platform="east"),))},
        {"east": NotBound("rows == `[]`")},
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            '{$each: "${subject.national}"}',
            '["${subject.national}"]',
            "lookup_batch.request.json: expected one {$each: ...}",
        ),
        (
            '"${config.realm}", who',
            '"${subject.number}", who',
            "lookup_batch.request.json.realm: ${subject.number} belongs to one entry; put it into",
        ),
        ('"${config.realm}", who', '"${config.relm}", who', "did you mean config.realm?"),
        ('$each: "${subject.national}"', '$each: "${remote_ref}"', "unknown placeholder"),
        ('is: "${subject.national}"', "is: phone", "expected a placeholder"),
        ('is: "${subject.national}"', 'is: "${config.realm}"', "expected one of subject.national"),
        ('is: "${account.handle}"', 'is: "${subject.number}"', "expected one of account.handle"),
        ("  entries: results\n", "", "lookup_batch.entries: missing; expected a JMESPath"),
        (
            "  outcomes: *found\n",
            "  outcomes: [{when: {status: 200}, bound: {each: a, handle: b}}]\n",
            "an entry does not have a status of its own",
        ),
        (
            "jmespath: \"state == 'DEBT'\"",
            "status: 409, jmespath: \"state == 'DEBT'\"",
            "only a reply with a 2xx has entries",
        ),
        (
            ', key: "${call.idempotency_key}"',
            "",
            "each entry needs its own ${call.idempotency_key}",
        ),
        ("limits: {batch: 50}", "limits: {batch: 1}", "acme.yaml:8:10 limits.batch: "),
        ("params: {phone: ", "params: {$each: ", "only in lookup_batch and unbind_batch"),
        ("lookup:\n", "lookups:\n  -\n", "lookup_batch: requires lookup"),
        ("unbind:\n", "lock_account:\n", "unbind_batch: requires unbind"),
        (STATUS, "", "acme.yaml:39:46 unbind_batch.outcomes[3].pending: a pending order needs"),
    ],
)
def test_a_mistake_is_named_at_load(acme: Acme, right: str, wrong: str, message: str) -> None:
    assert right in MANIFEST
    text = MANIFEST.replace(right, wrong)
    if wrong.startswith("lookups"):
        text = text.replace("  -\n  request: {method: GET", "  - request: {method: GET")
        text = text.replace("  outcomes: &found\n    -", "    outcomes: &found\n    -", 1)
    assert message in complaint(acme.load, text)


def test_graphql_asks_one_at_a_time_and_says_so(acme: Acme) -> None:
    text = (
        (HEAD + BASE[: BASE.index("lookup:")]).replace("rest", "graphql")
        + 'lookup:\n  document: "query ($p: String) { rows(p: $p) { id } }"\n'
        + '  variables: {p: "${subject.number}"}\n'
        + '  outcomes: [{when: {jmespath: "data.rows == `[]`"}, not_bound: {}}]\n'
        + LOOKUP.replace("*found", '[{when: {jmespath: "rows == `[]`"}, not_bound: {}}]')
    )
    assert "lookup_batch: only rest manifests can batch" in complaint(acme.load, text)


SECTION = LookupBatchSection.model_validate(
    {
        "request": {"method": "POST", "path": "/b", "json": {"p": {"$each": "${subject.number}"}}},
        "entries": "rows",
        "key": {"from": "k", "is": "${subject.number}"},
        "outcomes": [{"when": {"jmespath": "v == `0`"}, "not_bound": {}}],
    }
)
keys = st.text("abc", min_size=1, max_size=2)


@given(
    rows=st.lists(st.tuples(keys, st.integers()), min_size=1), wanted=st.lists(keys, unique=True)
)
def test_an_entry_reaches_its_key_and_no_other(
    rows: list[tuple[str, int]], wanted: list[str]
) -> None:
    document = {"rows": [{"k": key, "v": value} for key, value in rows]}
    answer = ParsedAnswer(200, document, empty=False, retry_after=None, write=True)
    for key, part in zip(wanted, split_entries(SECTION, answer, wanted, ()), strict=True):
        values = [value for name, value in rows if name == key]
        if len(values) == 1:
            assert isinstance(part, ParsedAnswer)
            assert part.document == {"k": key, "v": values[0]}
        else:
            assert isinstance(part, ProtocolFault)
            assert part.maybe_done


@given(texts=st.lists(st.text(), min_size=1))
def test_values_stay_values_in_the_list(texts: list[str]) -> None:
    tree = compile_tree({"a": [{"$each": {"x": "${v}", "y": "<${v}>"}}], "b": 1})
    entries = [{"v": text} for text in texts]
    made = fill_tree(tree, {}, entries)
    assert made == {"a": [[{"x": text, "y": f"<{text}>"} for text in texts]], "b": 1}
