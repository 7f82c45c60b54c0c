"""Python steps in manifests: allowed by the operator, checked at load and on every call."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.connectors.conftest import HEAD, Acme, Load, complaint

from jiebang.connectors.kinds import load
from jiebang.connectors.rest import RestKind
from jiebang.sdk import (
    Account,
    Bound,
    Bug,
    Capability,
    Connector,
    ConnectorError,
    Delivery,
    Denied,
    DenyReason,
    Done,
    NotBound,
    ProtocolFault,
    RateLimited,
)

MODULE = "acme_steps"

CONFIG = """\
config: {base_url: {type: url}, pin: {type: secret}}
auth: {scheme: bearer, secret: pin}
idempotency: {mode: key, header: Idempotency-Key}
"""
BASE = HEAD + CONFIG
LOOKUP = """\
lookup:
  request: {method: POST, path: /b, headers: {X-A: a}, python: "acme_steps:body"}
  outcomes:
    - {when: {status: 200}, python: "acme_steps:found"}
"""
PLAIN = """\
lookup:
  request: {method: GET, path: /b}
  outcomes: [{when: {jmespath: "rows == `[]`"}, not_bound: {}}]
"""
UNBIND = """\
unbind:
  request: {method: DELETE, path: "/b/${account.handle}"}
  outcomes:
    - {when: {status: [200, 409]}, python: "acme_steps:done"}
"""
STATUS = """\
status:
  request: {method: GET, path: "/j/${remote_ref}"}
  outcomes: [{when: {jmespath: "done == `true`"}, done: {}}]
"""
STEPS = """
from jiebang.sdk import *

def body(values):
    digits = values["subject.number"].removeprefix("+86")
    signed = digits[::-1] + values["config.pin"].reveal()
    return {"json": {"p": digits, "s": signed}, "params": {"v": "2"}, "headers": {"X-B": "b"}}

def found(values, document):
    if document["n"] == 0:
        return NotBound("n == 0")
    return Bound(accounts=(Account(handle=str(document["n"]), platform="acme"),))

def done(values, document):
    return GIVEN(values, document)

async def later(values, document):
    return None

def odd(document):
    return None

number = 7
"""


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write the module that manifests name; it stays importable until the test ends."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def write(text: str) -> Path:
        path = tmp_path / f"{MODULE}.py"
        path.write_text(text, encoding="utf-8")
        sys.modules.pop(MODULE, None)
        importlib.invalidate_caches()
        return path

    write(STEPS)
    return write


@pytest.fixture(autouse=True)
def _forgotten(steps: Callable[[str], Path]) -> Any:
    yield
    sys.modules.pop(MODULE, None)


@pytest.fixture
def acme(acme: Acme, tmp_path: Path) -> Acme:
    """Where the operator allows code."""

    def allowed(text: str | bytes) -> Connector:
        path = tmp_path / "acme.yaml"
        path.write_text(str(text), encoding="utf-8")
        return load(path, {"rest": RestKind(code_allowed=True)})

    acme.loaded, acme.settings = allowed, {"pin": "k1"}
    return acme


async def test_a_function_makes_the_body_and_another_reads_the_answer(acme: Acme) -> None:
    acme.load(BASE + LOOKUP)
    acme.platform.answers = [
        (200, b'{"n": 0}', "application/json"),
        (200, b'{"n": 4}', "application/json"),
    ]
    assert await acme.lookup() == NotBound("n == 0")
    answer = await acme.lookup()
    assert answer == Bound(accounts=(Account(handle="4", platform="acme"),))
    seen = acme.seen[0]
    assert (seen.method, seen.path, seen.query) == ("POST", "/b", {"v": "2"})
    assert seen.json == {"p": "13800001234", "s": "43210000831k1"}
    assert (seen.headers["x-a"], seen.headers["x-b"]) == ("a", "b")
    assert seen.headers["authorization"] == "Bearer k1", "credentials are the manifest's"


async def test_an_answer_that_the_rule_is_not_for_is_not_shown_to_the_function(acme: Acme) -> None:
    acme.load(BASE + LOOKUP)
    acme.answers_with(429, {"n": 0})
    with pytest.raises(RateLimited):
        await acme.lookup()


GIVES: list[tuple[str, object]] = [
    ("lambda v, d: Done(already=d['was'])", Done(already=True)),
    ("lambda v, d: Denied(reason=DenyReason.LEGAL_HOLD)", Denied(reason=DenyReason.LEGAL_HOLD)),
    ("lambda v, d: None", (Bug, True)),
    ("lambda v, d: True", (Bug, True)),
    ("lambda v, d: NotBound('x')", (Bug, True)),
    ("lambda v, d: Pending(remote_ref='1')", (Bug, True)),
    ("lambda v, d: d['missing ' + v['account.handle']]", (Bug, True)),
    ("lambda v, d: (_ for _ in ()).throw(ProtocolFault('odd'))", (ProtocolFault, True)),
    ("lambda v, d: (_ for _ in ()).throw(RateLimited('later'))", (RateLimited, False)),
]


@pytest.mark.parametrize(("given", "expected"), GIVES)
async def test_what_an_order_function_gives_is_held_against_the_contract(
    acme: Acme, steps: Callable[[str], Path], given: str, expected: object
) -> None:
    steps(f"{STEPS}\nGIVEN = {given}\n")
    acme.load(BASE + PLAIN + UNBIND)
    acme.answers_with(200, {"was": True})
    account = Account(handle="h-77", platform="acme")
    if not isinstance(expected, tuple):
        assert await acme.unbind(account) == expected
        return
    with pytest.raises(ConnectorError) as caught:
        await acme.unbind(account)
    assert (type(caught.value), caught.value.maybe_done) == expected
    assert "h-77" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_order_may_be_left_pending_where_there_is_a_status(acme: Acme) -> None:
    spec = acme.load(BASE + PLAIN + UNBIND + STATUS).spec
    assert spec.delivery_of(Capability.UNBIND) is Delivery.POLL
    assert acme.load(BASE + PLAIN + UNBIND).spec.delivery_of(Capability.UNBIND) is Delivery.SYNC


def test_nobody_knows_whether_a_function_dates_every_account(acme: Acme) -> None:
    assert not acme.load(BASE + LOOKUP).spec.dates_bindings
    assert acme.load(BASE + "dates_bindings: true\n" + LOOKUP).spec.dates_bindings


@pytest.mark.parametrize(
    "given",
    [
        "None",
        "['json']",
        "{'jsn': {}}",
        "{'json_': {}}",
        "{'params': {'a': 1}}",
        "{'json': {}, 'form': {}}",
        "{'headers': {'a': values['config.pin']}}",
    ],
)
async def test_a_request_that_is_none_is_not_sent(
    acme: Acme, steps: Callable[[str], Path], given: str
) -> None:
    steps(f"{STEPS}\ndef body(values):\n    return {given}\n")
    acme.load(BASE + LOOKUP)
    with pytest.raises(Bug) as caught:
        await acme.lookup()
    assert acme.seen == []
    assert not caught.value.maybe_done
    assert "k1" not in str(caught.value)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("acme_steps:body", "acme_steps.body", "python: expected package.module:function"),
        (
            "acme_steps:body",
            "no_such_steps:body",
            "no_such_steps cannot be imported: ModuleNotFoundError",
        ),
        ("acme_steps:body", "acme_steps:none", "acme_steps does not have none"),
        ("acme_steps:body", "acme_steps:number", "expected a plain function def number(values)"),
        (
            "acme_steps:body",
            "acme_steps:odd",
            "acme.yaml:11:56 lookup.request.python: expected a plain function def odd(values), "
            "not odd(document)",
        ),
        (
            "acme_steps:found",
            "acme_steps:later",
            "lookup.outcomes[0].python: expected a plain function def later(values, document)",
        ),
        ("/b, headers", "/b, json: {a: 1}, headers", "the body comes from python"),
    ],
)
def test_a_function_is_found_and_checked_at_load(
    acme: Acme, right: str, wrong: str, message: str
) -> None:
    assert message in complaint(acme.load, BASE + LOOKUP.replace(right, wrong))


def test_more_than_two_pieces_of_code_are_a_connector_in_python(acme: Acme) -> None:
    assert complaint(acme.load, BASE + LOOKUP + UNBIND) == (
        "acme.yaml:17:36 unbind.outcomes[0].python: more than 2 functions: write a Python connector"
    )


def test_code_is_not_even_imported_unless_the_operator_allows_it(loaded: Load) -> None:
    first, second = complaint(loaded, BASE + LOOKUP).splitlines()
    assert first == (
        "acme.yaml:11:56 lookup.request.python: code in manifests is off; "
        "the operator can allow it with JIEBANG_ALLOW_CODE_IN_MANIFESTS=true"
    )
    assert "JIEBANG_ALLOW_CODE_IN_MANIFESTS" in second
    assert MODULE not in sys.modules


def test_functions_have_no_place_in_other_kinds(loaded: Load) -> None:
    text = (
        BASE.replace("rest", "graphql")
        + 'lookup:\n  document: "query ($p: String) { rows(p: $p) { id } }"\n'
        + '  variables: {p: "${subject.number}"}\n'
        + '  outcomes: [{when: {jmespath: data}, python: "acme_steps:found"}]\n'
    )
    only = "lookup.outcomes[0].python: functions read answers in rest manifests only"
    assert only in complaint(loaded, text)
    assert MODULE not in sys.modules
