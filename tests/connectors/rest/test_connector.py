"""The kind `rest` over real HTTP: what is sent, and what each answer means."""

from __future__ import annotations

from datetime import date

import pytest
from tests.connectors.conftest import HEAD, Acme

from jiebang.sdk import (
    Account,
    BindingDate,
    Blocked,
    Bound,
    Capability,
    ConfigFault,
    ContractError,
    CredentialsFault,
    Delivery,
    Denied,
    DenyReason,
    Done,
    Effect,
    Idempotency,
    NeedsAction,
    NotBound,
    Pending,
    Precedence,
    ProtocolFault,
    RateLimited,
    Rejected,
    StandardWebhooks,
    StepKind,
    Subject,
    TooLate,
    Unavailable,
    Unsupported,
    Update,
    VerifiedCallback,
    Withdrawn,
)

CONFIG = (
    "config: {base_url: {type: url}, token: {type: secret}, realm: {type: text, default: r1}}\n"
)
LOOKUP = """\
lookup:
  request: {method: GET, path: /b, params: {phone: "${subject.number}", realm: "${config.realm}"}}
  outcomes:
    - when: {status: 200, jmespath: "length(bindings) > `0`"}
      bound:
        each: bindings
        handle: id
        label: {from: nick, mask: name}
        bound_date: {from: on, format: date}
        blockers: {from: "why || `[]`", map: {DEBT: funds_or_debt_outstanding, "7": legal_hold}}
        complete: "total == length(bindings)"
    - {when: {status: 200, jmespath: "bindings == `[]`"}, not_bound: {}}
    - {when: {status: 404}, not_bound: {}}
    - when: {status: 401, jmespath: "step == 'otp'"}
      needs_action: {kind: otp, url: next}
"""
UNBIND = """\
unbind:
  request: {method: POST, path: "/b/${account.handle}/unbind", json: {phone: "${subject.national}"}}
  outcomes:
    - {when: {status: 204}, done: {}}
    - {when: {status: 200, jmespath: "already == `true`"}, done: {already: true}}
    - when: {status: 409}
      denied:
        reason: {from: code, map: {BANNED: account_banned}, else: other}
        platform_code: code
errors:
  - {when: {status: 400, jmespath: "code == 'QUOTA'"}, raise: rate_limited, retry_after: 90s}
  - {when: {status: 200, jmespath: "code == 'BUSY'"}, raise: unavailable}
  - {when: {status: 200, jmespath: "code == 'KEY'"}, raise: credentials, platform_code: code}
"""
IN_HEADER = """\
unbind:
  request:
    {method: POST, path: /u, headers: {X-Id: "id ${account.handle}", X-Realm: "${config.realm}"}}
  outcomes: [{when: {status: 204}, done: {}}]
"""
MANIFEST = HEAD + CONFIG + "auth: {scheme: bearer, secret: token}\n" + LOOKUP + UNBIND
ACCOUNT = Account(handle="b/1", platform="acme")


@pytest.fixture
def acme(acme: Acme) -> Acme:
    return acme.load(MANIFEST, token="t0")


def row(**changes: object) -> dict[str, object]:
    return {"id": "b1", "nick": "张三丰", "on": "2022-03-01"} | changes


async def test_an_account_is_read_with_label_date_and_blockers(acme: Acme) -> None:
    acme.answers_with(200, {"total": 2, "bindings": [row(), row(id=7, why=["DEBT", 7, "DEBT"])]})
    answer = await acme.lookup()
    first = Account(
        handle="b1", platform="acme", label="张**", bound=BindingDate.on(date(2022, 3, 1))
    )
    assert answer == Bound(
        accounts=(
            first,
            Account(
                handle="7",
                platform="acme",
                label=first.label,
                bound=first.bound,
                blockers=(DenyReason.FUNDS_OR_DEBT_OUTSTANDING, DenyReason.LEGAL_HOLD),
            ),
        )
    )
    (seen,) = acme.seen
    assert seen.query == {"phone": "+8613800001234", "realm": "r1"}
    assert seen.headers["authorization"] == "Bearer t0"
    assert "idempotency-key" not in seen.headers


@pytest.mark.parametrize(
    ("status", "document", "outcome"),
    [
        (200, {"bindings": []}, NotBound("bindings == `[]`")),
        (404, b"", NotBound("HTTP status 404")),
        (200, {"total": 9, "bindings": [row()]}, False),
        (
            401,
            {"step": "otp", "next": "https://acme.example/otp"},
            NeedsAction(kind=StepKind.OTP, url="https://acme.example/otp"),
        ),
    ],
)
async def test_what_an_answer_means(
    acme: Acme, status: int, document: object, outcome: object
) -> None:
    acme.answers_with(status, document)
    answer = await acme.lookup()
    if outcome is False:
        assert isinstance(answer, Bound)
        assert not answer.complete
    else:
        assert answer == outcome


@pytest.mark.parametrize(
    ("status", "document", "error"),
    [
        (200, {}, ProtocolFault),
        (200, {"bindings": None}, ProtocolFault),
        (200, {"bindings": "none"}, ProtocolFault),
        (200, {"bindings": {}}, ProtocolFault),
        (200, {"bindings": {"b1": row()}}, ProtocolFault),
        (200, [], ProtocolFault),
        (200, b"", ProtocolFault),
        (200, b'{"bindings": [', ProtocolFault),
        (204, b"", ProtocolFault),
        (200, b"<html>Just a moment", Blocked),
        (403, b"<html>Just a moment", Blocked),
        (503, b"<html>Just a moment", Blocked),
        (404, b"<html>Not found", Rejected),
        (404, {"detail": "Not Found"}, Rejected),
        (404, b"Not Found", Rejected),
        (401, {}, CredentialsFault),
        (401, {"step": "otp", "next": "http://acme.example"}, ProtocolFault),
        (500, b"oops", Unavailable),
        (500, {"bindings": []}, Unavailable),
        (400, {"code": "QUOTA"}, RateLimited),
        (200, {"total": 1, "bindings": [row(on="yesterday")]}, ProtocolFault),
        (200, {"total": 1, "bindings": [row(why=["NEW"])]}, ProtocolFault),
        (200, {"total": 1, "bindings": [row(id="")]}, ProtocolFault),
        (200, {"total": 1, "bindings": [row(id=1.5)]}, ProtocolFault),
        (200, {"total": 1, "bindings": [row(id=None)]}, ProtocolFault),
        (200, {"total": 1, "bindings": [row(id=True)]}, ProtocolFault),
        (200, {"total": 1, "bindings": [row(nick=["x"])]}, ProtocolFault),
        (200, {"total": 2, "bindings": [row(), row()]}, ProtocolFault),
        (200, {"total": 1, "bindings": ["b1"]}, ProtocolFault),
    ],
)
async def test_an_answer_nobody_mapped_is_a_fault(
    acme: Acme, status: int, document: object, error: type[Exception]
) -> None:
    acme.answers_with(status, document)
    with pytest.raises(error) as caught:
        await acme.lookup()
    assert type(caught.value) is error
    assert not getattr(caught.value, "maybe_done", None), "a lookup changes nothing"
    assert "13800001234" not in repr(caught.value)


async def test_the_errors_of_a_manifest_bring_their_own_wait(acme: Acme) -> None:
    acme.answers_with(400, {"code": "QUOTA"})
    with pytest.raises(RateLimited) as caught:
        await acme.lookup()
    assert caught.value.retry_after == 90


async def test_an_account_without_a_date_is_undated(acme: Acme) -> None:
    acme.answers_with(200, {"total": 1, "bindings": [row(on=None, nick=None)]})
    answer = await acme.lookup()
    assert isinstance(answer, Bound)
    assert (answer.accounts[0].bound, answer.accounts[0].label) == (None, None)


@pytest.mark.parametrize(
    ("status", "document", "outcome"),
    [
        (204, b"", Done()),
        (200, {"already": True}, Done(already=True)),
        (409, {"code": "BANNED"}, Denied(reason=DenyReason.ACCOUNT_BANNED, platform_code="BANNED")),
        (409, {"code": "NEW"}, Denied(reason=DenyReason.OTHER, platform_code="NEW")),
    ],
)
async def test_what_became_of_an_order(
    acme: Acme, status: int, document: object, outcome: object
) -> None:
    acme.answers_with(status, document)
    assert await acme.unbind(ACCOUNT) == outcome
    (seen,) = acme.seen
    assert (seen.method, seen.path) == ("POST", "/b/b%2F1/unbind")
    assert seen.json == {"phone": "13800001234"}


@pytest.mark.parametrize(
    ("status", "document", "error", "maybe_done"),
    [
        (200, {}, ProtocolFault, True),
        (200, {"already": False}, ProtocolFault, True),
        (200, b"ok", ProtocolFault, True),
        (200, b"<html>", Blocked, True),
        (403, b"<html>", Blocked, True),
        (409, b"<html>", Rejected, False),
        (409, {}, ProtocolFault, True),
        (500, {}, Unavailable, True),
        (503, {}, Unavailable, False),
        (200, {"code": "BUSY"}, Unavailable, True),
        (200, {"code": "KEY"}, CredentialsFault, False),
        (400, {"code": "QUOTA"}, RateLimited, False),
        (422, {}, Rejected, False),
    ],
)
async def test_an_order_that_may_have_been_carried_out_says_so(
    acme: Acme, status: int, document: object, error: type[Exception], maybe_done: bool
) -> None:
    acme.answers_with(status, document)
    with pytest.raises(error) as caught:
        await acme.unbind(ACCOUNT)
    assert type(caught.value) is error
    assert getattr(caught.value, "maybe_done", None) is maybe_done


NASTY = '","admin":true,"x":"'


async def test_a_number_or_handle_cannot_change_the_structure_of_a_request(acme: Acme) -> None:
    acme.answers_with(204, b"")
    acme.subject = Subject(number=NASTY, region="CN")
    await acme.unbind(Account(handle="../x?y=1#z", platform="acme"))
    (seen,) = acme.seen
    assert seen.json == {"phone": NASTY}
    assert seen.path.split("/") == ["", "b", "..%2Fx%3Fy=1%23z", "unbind"]
    assert seen.query == {}


@pytest.mark.parametrize("handle", [".", "..", ""])
async def test_a_handle_that_would_name_another_resource_is_not_sent(
    acme: Acme, handle: str
) -> None:
    with pytest.raises(ProtocolFault):
        await acme.unbind(Account(handle=handle, platform="acme"))
    assert not acme.seen


@pytest.mark.parametrize(
    ("auth", "place", "value"),
    [
        ("{scheme: api_key, header: X-Key, secret: token}", "x-key", "s3"),
        ("{scheme: basic, username: realm, password: token}", "authorization", "Basic cjE6czM="),
        ("{scheme: none}", "authorization", None),
        ("{scheme: api_key, query: k, secret: token}", "?k", "s3"),
    ],
)
async def test_credentials_go_where_the_manifest_says(
    acme: Acme, auth: str, place: str, value: str | None
) -> None:
    acme.load(f"{HEAD}{CONFIG}auth: {auth}\n{LOOKUP}")
    acme.answers_with(200, {"bindings": []})
    await acme.lookup(token="s3")
    (seen,) = acme.seen
    assert (seen.query["k"] if place == "?k" else seen.headers.get(place)) == value


async def test_a_missing_secret_is_a_fault_of_the_settings(acme: Acme) -> None:
    acme.settings.clear()
    with pytest.raises(ConfigFault, match="token"):
        await acme.lookup()
    assert not acme.seen


def orders(idempotency: str, request: str) -> str:
    return (
        f"{HEAD}{CONFIG}idempotency: {idempotency}\n{LOOKUP}"
        f"unbind:\n  request: {request}\n  outcomes: [{{when: {{status: 204}}, done: {{}}}}]\n"
    )


@pytest.mark.parametrize(
    ("idempotency", "request_", "place"),
    [
        ("{mode: key, header: X-Once}", "{method: DELETE, path: /x}", "header"),
        (
            "{mode: key, field: req.no}",
            "{method: POST, path: /x, json: {req: {a: 1}}}",
            {"req": {"a": 1, "no": "k-77"}},
        ),
        ("{mode: key, field: no}", "{method: POST, path: /x, form: {a: b}}", "a=b&no=k-77"),
    ],
)
async def test_an_order_carries_its_key(
    acme: Acme, idempotency: str, request_: str, place: object
) -> None:
    acme.load(orders(idempotency, request_))
    assert acme.spec.idempotency is Idempotency.KEY
    acme.answers_with(204, b"")
    for _ in range(2):
        await acme.unbind(ACCOUNT, key="k-77")
    assert len(acme.seen) == 2
    for seen in acme.seen:
        if place == "header":
            assert seen.headers["x-once"] == "k-77"
        else:
            assert (seen.json if isinstance(place, dict) else seen.body.decode()) == place


async def test_an_order_without_its_key_is_not_sent(acme: Acme) -> None:
    acme.load(orders("{mode: key, header: X-Once}", "{method: DELETE, path: /x}"))
    with pytest.raises(ContractError, match="key"):
        await acme.unbind(ACCOUNT, key="")
    assert not acme.seen


CASES = (
    HEAD
    + CONFIG.replace("}}\n", "}, hook: {type: secret}}\n")
    + LOOKUP
    + """\
unbind:
  request:
    method: POST
    path: /cases
    json: {account: "${account.handle}", notify: "${call.callback_url}"}
  outcomes:
    - when: {status: 202, jmespath: "state == 'OPEN'"}
      pending: {remote_ref: case, expected_within: 6h}
status:
  request: {method: GET, path: "/cases/${remote_ref}"}
  outcomes: &verdict
    - {when: {jmespath: "state == 'DONE'"}, done: {effects: [number_detached, label_cleared]}}
    - {when: {jmespath: "state == 'OPEN'"}, pending: {remote_ref: case}}
    - {when: {jmespath: "state == 'REFUSED'"}, denied: {reason: legal_hold}}
withdraw:
  request: {method: DELETE, path: "/cases/${remote_ref}"}
  outcomes:
    - {when: {status: 204}, withdrawn: {}}
    - {when: {status: 409}, too_late: {}}
callback:
  auth: {scheme: standard_webhooks, secret: hook}
  remote_ref: case
  outcomes: *verdict
"""
)


def test_what_a_connector_can_do_follows_from_its_sections(acme: Acme) -> None:
    spec = acme.load(CASES).spec
    assert spec.capabilities == {
        Capability.LOOKUP,
        Capability.UNBIND,
        Capability.STATUS,
        Capability.WITHDRAW,
        Capability.CALLBACK,
    }
    assert spec.delivery_of(Capability.UNBIND) is Delivery.CALLBACK
    assert spec.delivery_of(Capability.LOOKUP) is Delivery.SYNC
    assert spec.callback_auth == StandardWebhooks(key="hook")
    assert (spec.precedence, spec.dates_bindings) == (Precedence.OWN, True)
    assert [platform.id for platform in spec.platforms] == ["acme"]
    poll = CASES.partition("callback:\n")[0].replace("${call.callback_url}", "none")
    assert acme.load(poll).spec.delivery_of(Capability.UNBIND) is Delivery.POLL


async def test_a_case_is_opened_followed_and_withdrawn(acme: Acme) -> None:
    acme.load(CASES)
    call = acme.call(callback_url="https://me.example/cb/t")
    acme.answers_with(202, {"state": "OPEN", "case": "c 1"})
    pending = await acme.connector.unbind(acme.subject, ACCOUNT, call)
    assert isinstance(pending, Pending)
    assert pending.remote_ref == "c 1"
    assert pending.expected_by is not None
    assert acme.seen[0].json == {"account": "b/1", "notify": "https://me.example/cb/t"}
    acme.answers_with(200, {"state": "DONE"})
    done = await acme.connector.status(acme.subject, pending, Capability.UNBIND, call)
    assert done == Done(effects=frozenset({Effect.NUMBER_DETACHED, Effect.LABEL_CLEARED}))
    assert acme.seen[1].path == "/cases/c%201"
    acme.answers_with(204, b"")
    assert await acme.connector.withdraw(acme.subject, pending, call) == Withdrawn()
    acme.answers_with(409, {})
    assert await acme.connector.withdraw(acme.subject, pending, call) == TooLate()


async def test_without_a_callback_address_the_field_is_left_out(acme: Acme) -> None:
    acme.load(CASES)
    acme.answers_with(202, {"state": "OPEN", "case": 5})
    await acme.unbind(ACCOUNT)
    assert acme.seen[0].json == {"account": "b/1"}


def test_a_callback_is_parsed_without_io(acme: Acme) -> None:
    acme.load(CASES)

    def updates(document: object) -> object:
        event = VerifiedCallback(event_id="e1", headers={}, json=document)
        return acme.connector.parse_callback(event)

    assert updates({"case": "c1", "state": "REFUSED"}) == (
        Update(outcome=Denied(reason=DenyReason.LEGAL_HOLD), remote_ref="c1"),
    )
    strange: list[object] = [{"case": "c1", "state": "NEW"}, {"state": "REFUSED"}, [], None, "DONE"]
    for unknown in strange:
        with pytest.raises(ProtocolFault):
            updates(unknown)


async def test_what_a_manifest_leaves_out_is_unsupported(acme: Acme) -> None:
    acme.load(HEAD + CONFIG + LOOKUP)
    pending, call = Pending(remote_ref="x"), acme.call()
    with pytest.raises(Unsupported):
        await acme.unbind(ACCOUNT)
    with pytest.raises(Unsupported):
        await acme.connector.status(acme.subject, pending, Capability.LOOKUP, call)
    with pytest.raises(Unsupported):
        await acme.connector.withdraw(acme.subject, pending, call)


AGGREGATOR = """\
manifest: 1
kind: rest
id: many
version: 0.1.0
name: {zh-CN: 多家, en: Many}
platforms:
  - {id: one, name: {zh-CN: 一, en: One}, category: shopping}
  - {id: two, name: {zh-CN: 二, en: Two}, category: dating}
config: {base_url: {type: url}}
subject_needs: [held_since]
lookup:
  request: {method: POST, path: /q, json: {since: "${subject.held_since}"}}
  outcomes:
    - when: {jmespath: "length(rows) > `0`"}
      bound:
        each: rows
        handle: id
        platform: {from: app, map: {A1: one}}
        bound_date: {from: before, format: before_flag}
    - {when: {jmespath: "rows == `[]`"}, not_bound: {}}
"""


async def test_an_aggregator_answers_for_each_platform_it_has_evidence_about(acme: Acme) -> None:
    acme.load(AGGREGATOR)
    assert acme.spec.precedence is Precedence.AGGREGATOR
    since = date(2025, 5, 1)
    subject = Subject(number="+8613800001234", region="CN", held_since=since)
    rows = [{"id": "1", "app": "A1", "before": True}, {"id": "2", "app": "ZZ", "before": False}]
    acme.answers_with(200, {"rows": rows})
    one = Account(handle="1", platform="one", bound=BindingDate.before(since))
    assert await acme.lookup(subject) == {"one": Bound(accounts=(one,))}
    assert acme.seen[0].json == {"since": "2025-05-01"}
    acme.answers_with(200, {"rows": []})
    assert await acme.lookup(subject) == dict.fromkeys(("one", "two"), NotBound("rows == `[]`"))


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\0"])
async def test_a_line_break_in_an_id_is_the_platforms_mistake(acme: Acme, mark: str) -> None:
    """A value from the platform goes into a header of the next request: nothing is sent."""
    acme.load(MANIFEST.replace(UNBIND, IN_HEADER))
    account = Account(handle=f"b1{mark}X-Evil: 1", platform="acme")
    with pytest.raises(ProtocolFault, match="line break") as caught:
        await acme.unbind(account)
    assert not caught.value.maybe_done
    assert "Evil" not in str(caught.value)
    assert acme.seen == []


async def test_a_line_break_in_a_setting_is_the_operators_mistake(acme: Acme) -> None:
    acme.load(MANIFEST.replace(UNBIND, IN_HEADER))
    with pytest.raises(ConfigFault, match="line break"):
        await acme.unbind(ACCOUNT, realm="r\nX-Evil: 1")
    assert acme.seen == []
