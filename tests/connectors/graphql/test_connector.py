"""The kind `graphql`: a schema that is really executed, over real HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import graphql
import pytest
from graphql import build_schema, introspection_from_schema
from tests.connectors.conftest import HEAD, Acme, ReceivedRequest, complaint

from jiebang.connectors.graphql import GraphqlKind, differences
from jiebang.connectors.kinds import load
from jiebang.sdk import (
    Account,
    Blocked,
    Bound,
    Capability,
    ContractError,
    CredentialsFault,
    Delivery,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    NotBound,
    Pending,
    ProtocolFault,
    RateLimited,
    Rejected,
    Unavailable,
)

SDL = """\
type Query {
  bindings(phone: String!, after: String): Bindings!
  caseOf(id: ID!): Case
}
type Bindings { nodes: [Binding!]!  next: String }
type Binding { id: ID!  nick: String  on: String }
type Case { id: ID!  state: State! }
enum State { OPEN DONE REFUSED }
input UnbindInput { id: ID!  key: String! }
type Mutation { unbind(input: UnbindInput!): Case }
"""
LOOKUP = """\
query Bindings($phone: String!, $after: String) {
  bindings(phone: $phone, after: $after) { nodes { ...Row } next }
}
fragment Row on Binding { id nick on }
"""
SECTIONS = """\
config: {base_url: {type: url}, token: {type: secret}}
auth: {scheme: bearer, secret: token}
path: /api/graphql
schema_lock: partner.graphql
idempotency: {mode: key, field: variables.input.key}
lookup:
  document: bindings.graphql
  variables: {phone: "${subject.number}"}
  pages: {next: data.bindings.next, field: variables.after}
  outcomes:
    - when: {jmespath: "length(data.bindings.nodes) > `0`"}
      bound: {each: data.bindings.nodes, handle: id, label: {from: nick, mask: name}}
    - {when: {jmespath: "data.bindings.nodes == `[]`"}, not_bound: {}}
unbind:
  document: |
    mutation Unbind($input: UnbindInput!) { unbind(input: $input) { id state } }
  variables: {input: {id: "${account.handle}"}}
  outcomes:
    - {when: {jmespath: "data.unbind.state == 'DONE'"}, done: {}}
    - {when: {jmespath: "data.unbind.state == 'OPEN'"}, pending: {remote_ref: data.unbind.id}}
    - when: {jmespath: "errors[0].extensions.code == 'ALREADY_UNBOUND'"}
      done: {already: true}
    - {when: {jmespath: "errors[0].extensions.code == 'DEBT'"}, denied: {reason: legal_hold}}
status:
  document: "query ($id: ID!) { caseOf(id: $id) { id state } }"
  variables: {id: "${remote_ref}"}
  outcomes:
    - {when: {jmespath: "data.caseOf.state == 'DONE'"}, done: {}}
    - {when: {jmespath: "data.caseOf.state == 'OPEN'"}, pending: {remote_ref: data.caseOf.id}}
"""
MANIFEST = HEAD.replace("rest", "graphql") + SECTIONS
ACCOUNT = Account(handle='b"1', platform="acme")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "partner.graphql").write_text(SDL, encoding="utf-8")
    (tmp_path / "bindings.graphql").write_text(LOOKUP, encoding="utf-8")
    return tmp_path


@pytest.fixture
def acme(acme: Acme, folder: Path) -> Acme:  # its documents lie there
    return acme.load(MANIFEST, token="t")


def serve(acme: Acme, root: object) -> None:
    schema = build_schema(SDL)

    def respond(seen: ReceivedRequest) -> tuple[int, object]:
        asked = seen.json
        execute = cast(Any, graphql).graphql_sync  # its types are partial
        result = execute(
            schema, asked["query"], root, None, asked["variables"], asked.get("operationName")
        )
        return 200, result.formatted

    acme.platform.respond = respond


async def test_a_lookup_executes_on_a_real_schema_and_turns_its_pages(acme: Acme) -> None:
    pages: dict[object, object] = {
        None: {"nodes": [{"id": "1", "nick": "张三"}], "next": "c"},
        "c": {"nodes": [{"id": "2"}], "next": None},
    }

    class Root:
        def bindings(self, info: object, phone: str, after: str | None = None) -> object:
            assert phone == acme.subject.number
            return pages[after]

    serve(acme, Root())
    answer = await acme.lookup()
    assert answer == Bound(
        accounts=(
            Account(handle="1", platform="acme", label="张**"),
            Account(handle="2", platform="acme"),
        )
    )
    first = acme.seen[0]
    assert (first.method, first.path) == ("POST", "/api/graphql")
    assert first.json["operationName"] == "Bindings"
    assert first.headers["authorization"] == "Bearer t"
    assert "application/graphql-response+json" in first.headers["accept"]
    assert "IntrospectionQuery" not in first.body.decode()
    pages[None] = {"nodes": [], "next": None}
    assert await acme.lookup() == NotBound("data.bindings.nodes == `[]`")


async def test_an_order_carries_its_key_and_is_followed(acme: Acme) -> None:
    assert acme.spec.idempotency is Idempotency.KEY
    assert acme.spec.delivery_of(Capability.UNBIND) is Delivery.POLL
    orders: list[object] = []

    class Root:
        state = "OPEN"

        def unbind(self, info: object, input: object) -> object:
            orders.append(input)
            return {"id": "case 1", "state": self.state}

        def caseOf(self, info: object, id: str) -> object:
            return {"id": id, "state": "DONE"}

    serve(acme, Root())
    pending = await acme.unbind(ACCOUNT, key="k7")
    assert pending == Pending(remote_ref="case 1")
    assert orders == [{"id": 'b"1', "key": "k7"}]
    asked = (acme.subject, Pending(remote_ref="x"), Capability.UNBIND, acme.call())
    assert await acme.connector.status(*asked) == Done()


ERRORS: list[tuple[object, type[Exception]]] = [
    ({"data": None, "errors": [{"message": "x"}]}, ProtocolFault),
    ({"data": {"bindings": {"nodes": []}}, "errors": [{"message": "x"}]}, ProtocolFault),
    ({"data": {"bindings": {"nodes": []}}, "errors": "x"}, ProtocolFault),
    ({"data": {"bindings": None}}, ProtocolFault),
    ({"data": {}}, ProtocolFault),
    ({}, ProtocolFault),
    ([], ProtocolFault),
    ({"errors": [{"extensions": {"code": "UNAUTHENTICATED"}}]}, CredentialsFault),
    ({"errors": [{}, {"extensions": {"code": "THROTTLED"}}]}, RateLimited),
    ({"errors": [{"extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]}, Rejected),
    ({"errors": [{"extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, Unavailable),
    (b"<html>", Blocked),
]


@pytest.mark.parametrize(("document", "error"), ERRORS)
async def test_a_result_with_errors_is_never_an_absence(
    acme: Acme, document: object, error: type[Exception]
) -> None:
    acme.answers_with(200, document)
    with pytest.raises(error) as caught:
        await acme.lookup()
    assert type(caught.value) is error


async def test_accounts_beside_errors_are_an_incomplete_list(acme: Acme) -> None:
    acme.answers_with(
        200,
        {"data": {"bindings": {"nodes": [{"id": "1"}]}}, "errors": [{"message": "one is missing"}]},
    )
    answer = await acme.lookup()
    assert isinstance(answer, Bound)
    assert not answer.complete


async def test_an_absence_told_by_an_error_is_no_absence(acme: Acme) -> None:
    told = "errors[0].extensions.code == 'NOT_FOUND'"
    acme.load(MANIFEST.replace("data.bindings.nodes == `[]`", told))
    acme.answers_with(200, {"errors": [{"extensions": {"code": "NOT_FOUND"}}]})
    with pytest.raises(ProtocolFault):
        await acme.lookup()


ORDERS: list[tuple[object, object]] = [
    ({"data": {"unbind": {"id": "1", "state": "DONE"}}}, Done()),
    ({"errors": [{"extensions": {"code": "ALREADY_UNBOUND"}}]}, Done(already=True)),
    ({"errors": [{"extensions": {"code": "DEBT"}}]}, Denied(reason=DenyReason.LEGAL_HOLD)),
    ({"data": {"unbind": {"id": "1", "state": "DONE"}}, "errors": [{}]}, None),
    ({"data": {"unbind": {"id": "1", "state": "NEW"}}}, None),
    ({"data": {"unbind": None}}, None),
]


@pytest.mark.parametrize(("document", "outcome"), ORDERS)
async def test_what_became_of_an_order(acme: Acme, document: object, outcome: object) -> None:
    acme.answers_with(200, document)
    if outcome is None:
        with pytest.raises(ProtocolFault) as caught:
            await acme.unbind(ACCOUNT)
        assert caught.value.maybe_done
    else:
        assert await acme.unbind(ACCOUNT) == outcome


MISTAKES = [
    ("document: bindings.graphql", "document: nobody.graphql", "there is no file nobody.graphql"),
    (
        "document: bindings.graphql",
        "document: ../bindings.graphql",
        "acme.yaml:13:3 lookup.document: expected the name of a file in the same folder",
    ),
    (
        "document: bindings.graphql",
        "document: 'query { bindings(phone:) { next } }'",
        "lookup.document: not a GraphQL document: line 1, column 24: Unexpected",
    ),
    (
        "document: bindings.graphql",
        "document: 'mutation { unbind(input: {id: 1, key: 2}) { id } }'",
        "acme.yaml:13:3 lookup.document: expected a query, not a mutation",
    ),
    (
        "document: bindings.graphql",
        "document: 'query A { caseOf(id: 1) { id } } query B { caseOf(id: 1) { id } }'",
        "lookup.document: expected one operation; of several, name one by operation: NAME",
    ),
    (
        "document: bindings.graphql",
        "document: 'query A { caseOf(id: 1) { id } }'\n  operation: B",
        "lookup.document: no operation B; expected one of A",
    ),
    (
        "document: bindings.graphql",
        "document: 'type Query { a: Int }'",
        "lookup.document: expected operations and fragments only",
    ),
    (
        "document: bindings.graphql",
        "document: 'query { bindings(phone: \"${subject.number}\") { next } }'",
        "lookup.document: values go into variables",
    ),
    (
        "document: bindings.graphql",
        "document: 'query ($phone: String!) { bindings(phone: $phone) { nexxt } }'",
        "lookup.document: line 1, column 53: Cannot query field 'nexxt' on type 'Bindings'",
    ),
    (
        "variables: {phone:",
        "variables: {phon:",
        "14:15 lookup.variables.phon: the document has no such variable; did you mean phone?",
    ),
    (
        "variables: {phone:",
        "variables: {phon:",
        "lookup.document: the variable $phone needs a value",
    ),
    ("${subject.number}", "${subject.numbr}", "14:15 lookup.variables.phone: unknown placeholder"),
    (
        "field: variables.after",
        "field: after",
        "lookup.pages.field: expected a variable, such as variables.after",
    ),
    ("field: variables.after", "url: true", "lookup.pages.url: only for requests with method GET"),
    ("input.key}", "key}", "the variable $input needs"),
    ("schema_lock: partner.graphql", "schema_lock: ../p.graphql", "10:1 schema_lock: expected the"),
    (
        "schema_lock: partner.graphql",
        "schema_lock: bindings.graphql",
        "acme.yaml:10:1 schema_lock: not a schema",
    ),
    ("path: /api/graphql", 'path: "/${config.x}"', "9:1 path: unknown placeholder ${config.x}"),
    ("  document: bindings.graphql\n", "", "12:1 lookup.document: missing; expected a GraphQL"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place(
    acme: Acme, right: str, wrong: str, message: str
) -> None:
    assert right in MANIFEST
    text = MANIFEST.replace(right, wrong, 1)
    if message.startswith("the variable $input"):
        text = text.replace('variables: {input: {id: "${account.handle}"}}', "variables: {}")
    assert message in complaint(acme.load, text)


async def test_a_subgraph_is_asked_by_its_entities(acme: Acme) -> None:
    text = MANIFEST.replace("schema_lock: partner.graphql\n", "")
    start, end = text.index("  document: bindings"), text.index("  outcomes:")
    asked = """\
  document: |
    query ($who: [_Any!]!) { _entities(representations: $who) { ... on Phone { bindings { id } } } }
  variables: {who: [{__typename: Phone, number: "${subject.number}"}]}
"""
    rows = "'data._entities[0].bindings'"
    outcomes = text[end:].replace("each: data.bindings.nodes", f"each: {rows}")
    text = text[:start] + asked + outcomes.replace("data.bindings.nodes", rows.strip("'"))
    acme.load(text)
    acme.answers_with(200, {"data": {"_entities": [{"bindings": [{"id": "e1"}]}]}})
    answer = await acme.lookup()
    assert isinstance(answer, Bound)
    sent = acme.seen[0].json["variables"]
    assert sent == {"who": [{"__typename": "Phone", "number": acme.subject.number}]}


def test_documents_of_a_family_lie_beside_the_family(folder: Path) -> None:
    head, rest = MANIFEST.split("config:", 1)
    (folder / "family.yaml").write_text(
        "manifest: 1\nfamily: true\nkind: graphql\nconfig:" + rest, encoding="utf-8"
    )
    child = folder / "child.yaml"
    child.write_text(head.replace("kind: graphql", "extends: ./family.yaml"), encoding="utf-8")
    assert load(child, {"graphql": GraphqlKind()}).spec.id == "acme"


CHANGES: list[tuple[str, str, list[str]]] = [
    (SDL, SDL, []),
    (SDL, SDL.replace("nick: String", "nick: String  age: Int"), []),
    (
        SDL,
        SDL.replace("nick: String", ""),
        ["breaking: Field Binding.nick was removed. (FIELD_REMOVED)"],
    ),
    (SDL, SDL.replace("OPEN DONE", "DONE"), [r"breaking: .*OPEN.* was removed.*"]),
    (SDL, SDL.replace("OPEN DONE", "OPEN NEW DONE"), [r"dangerous: .*NEW.* was added.*"]),
    (SDL, SDL.replace("after: String)", "after: String, all: Boolean!)"), [r"breaking: .*all.*"]),
]


@pytest.mark.parametrize(("locked", "current", "lines"), CHANGES)
def test_a_change_of_the_locked_schema_is_told_in_words(
    locked: str, current: str, lines: list[str]
) -> None:
    found = [str(one) for one in differences(locked, current)]
    assert len(found) == len(lines)
    for line, pattern in zip(found, lines, strict=True):
        assert line == pattern or re.fullmatch(pattern, line)


def test_breaking_changes_come_first() -> None:
    current = SDL.replace("OPEN DONE", "OPEN NEW DONE").replace("nick: String", "")
    assert [one.breaking for one in differences(SDL, current)] == [True, False]


def test_a_saved_introspection_is_a_schema_too() -> None:
    result = introspection_from_schema(build_schema(SDL))
    assert differences(SDL, json.dumps({"data": result})) == ()
    assert differences(json.dumps(result), SDL) == ()


def test_the_sdl_of_a_subgraph_may_use_directives_it_does_not_define() -> None:
    subgraph = SDL + 'type Phone @key(fields: "number") { number: String! }\n'
    assert differences(subgraph, subgraph) == ()


@pytest.mark.parametrize(
    "text", ["", "query { a }", "{", "{}", "[1]", "type A {", "type Query { b: C }"]
)
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(ContractError, match="not a schema"):
        differences(SDL, text)
