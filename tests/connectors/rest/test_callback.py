"""The section `callback` of a manifest: what it declares, what is refused, what is read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.connectors.conftest import HEAD, Load, complaint

from jiebang.connectors.rest import RestConnector
from jiebang.sdk import (
    Bound,
    CallbackAuth,
    CallbackPart,
    Capability,
    Delivery,
    Done,
    Effect,
    HttpSignatures,
    KeyFormat,
    NotBound,
    PlainHmac,
    ProtocolFault,
    SignatureAlgorithm,
    StandardWebhooks,
    Update,
    VerifiedCallback,
)

SECTIONS = """\
config:
  base_url: {type: url}
  hook: {type: secret}
  public: {type: text}
lookup:
  request:
    method: POST
    path: /ask
    json: {phone: "${subject.number}", notify: "${call.callback_url}"}
  outcomes:
    - {when: {status: 202, jmespath: "state == 'OPEN'"}, pending: {remote_ref: job}}
lookup_status:
  request: {method: GET, path: "/ask/${remote_ref}"}
  outcomes: &answer
    - when: {jmespath: "length(users) > `0`"}
      bound: {each: users, handle: id}
    - {when: {jmespath: "users == `[]`"}, not_bound: {}}
lock_account:
  request:
    method: POST
    path: /lock
    json: {user: "${account.handle}", notify: "${call.callback_url}"}
  outcomes:
    - {when: {status: 202, jmespath: "state == 'OPEN'"}, pending: {remote_ref: job}}
status:
  request: {method: GET, path: "/lock/${remote_ref}"}
  outcomes: &verdict
    - {when: {jmespath: "state == 'LOCKED'"}, done: {}}
callback:
  remote_ref: job
  outcomes: *verdict
  lookup_outcomes: *answer
"""
WEBHOOKS = "{scheme: standard_webhooks, secret: hook}"


def manifest(auth: str = WEBHOOKS) -> str:
    return f"{HEAD}{SECTIONS}  auth: {auth}\n"


@pytest.fixture
def acme(loaded: Load) -> RestConnector:
    made = loaded(manifest())
    assert isinstance(made, RestConnector)
    return made


@pytest.mark.parametrize(
    ("auth", "declared"),
    [
        (WEBHOOKS, StandardWebhooks(key="hook")),
        (
            "{scheme: http_signatures, algorithm: hmac-sha256, key: hook, key_format: base64}",
            HttpSignatures(
                key="hook", algorithm=SignatureAlgorithm.HMAC_SHA256, key_format=KeyFormat.BASE64
            ),
        ),
        (
            "{scheme: http_signatures, algorithm: ed25519, key: public, keyid: k, tag: t}",
            HttpSignatures(key="public", algorithm=SignatureAlgorithm.ED25519, keyid="k", tag="t"),
        ),
        (
            '{scheme: hmac, secret: hook, header: X-S, parts: [body], prefix: "sha256=",'
            " event_pointer: /id}",
            PlainHmac(
                key="hook",
                header="X-S",
                parts=(CallbackPart.BODY,),
                prefix="sha256=",
                event_pointer="/id",
            ),
        ),
        (
            '{scheme: hmac, secret: hook, header: X-S, parts: [timestamp, body], separator: "",'
            " timestamp_header: X-T, timestamp_unit: ms, encoding: base64}",
            PlainHmac(
                key="hook",
                header="X-S",
                separator="",
                timestamp_header="X-T",
                milliseconds=True,
                base64=True,
            ),
        ),
    ],
)
def test_each_scheme_is_declared(loaded: Load, auth: str, declared: CallbackAuth) -> None:
    spec = loaded(manifest(auth)).spec
    assert spec.callback_auth == declared
    assert Capability.CALLBACK in spec.capabilities
    assert spec.delivery_of(Capability.LOOKUP) is Delivery.CALLBACK
    assert spec.delivery_of(Capability.LOCK_ACCOUNT) is Delivery.CALLBACK


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        ("{scheme: standard_webhooks}", "callback.auth.secret: missing"),
        ("{scheme: standard_webhooks, secret: nobody}", "no setting nobody in config"),
        ("{scheme: standard_webhooks, secret: public}", "public must be of type secret"),
        (
            "{scheme: http_signatures, algorithm: hmac-sha256, key: public}",
            "callback.auth.key: the setting public must be of type secret",
        ),
        ("{scheme: http_signatures, algorithm: rsa, key: hook}", "callback.auth.algorithm: "),
        (
            "{scheme: http_signatures, algorithm: ed25519, key: nobody}",
            "callback.auth.key: there is no setting nobody",
        ),
        (
            "{scheme: http_signatures, algorithm: ed25519, key: public, key_format: hex}",
            "a public key takes no key_format",
        ),
        (
            "{scheme: hmac, secret: hook, header: X-S, parts: [body]}",
            "no time is signed, so an old callback is known only by its id",
        ),
        (
            "{scheme: hmac, secret: hook, header: X-S, parts: [body], event_header: X-Id}",
            "the id must be a part if and only if it has a header",
        ),
        (
            "{scheme: hmac, secret: hook, header: X-S, parts: [timestamp, body]}",
            "the timestamp must be a part if and only if it has a header",
        ),
        (
            "{scheme: hmac, secret: hook, header: X-S, parts: [body], event_pointer: id}",
            "a JSON pointer, such as /event/id",
        ),
        ("{scheme: hmac, secret: hook, header: X-S, parts: []}", "at least one entry"),
        ("{scheme: hmac, secret: hook, parts: [body]}", "callback.auth.header: missing"),
        ("{scheme: hmac, secret: hook, heder: X}", "did you mean header?"),
        ("{scheme: jws, secret: hook}", "callback.auth: "),
    ],
)
def test_a_declaration_that_cannot_hold_is_named_with_its_place(
    loaded: Load, auth: str, message: str
) -> None:
    said = complaint(loaded, manifest(auth))
    assert message in said
    line = 1 + manifest(auth)[: manifest(auth).index("  auth:")].count("\n")
    assert f"acme.yaml:{line}:" in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  lookup_outcomes: *answer\n", "", "lookup: sends ${call.callback_url}"),
        (
            '"${subject.number}", notify: "${call.callback_url}"',
            '"${subject.number}"',
            "the lookup does not send the platform ${call.callback_url}",
        ),
        (
            "  outcomes: *verdict\n  lookup_outcomes: *answer\n",
            "",
            "callback: expected outcomes (of orders), lookup_outcomes, or both",
        ),
        (
            "  lookup_outcomes: *answer\n",
            "  lookup_outcomes: [{when: {status: 204}, not_bound: {}}]\n",
            "lookup_outcomes[0]: a callback does not have a status",
        ),
        (
            "bound: {each: users, handle: id}",
            "bound: {each: users, handle: id, bound_date: {from: old, format: before_flag}}",
            "a callback does not know held_since",
        ),
        (
            "lock_account:\n",
            "cease_contact:\n  request: {method: POST, path: /stop}\n  outcomes:\n"
            "    - {when: {status: 202, jmespath: job}, pending: {remote_ref: job}}\n"
            "lock_account:\n",
            "callback.outcomes[0].done: expected effects: several kinds of order",
        ),
    ],
)
def test_parts_that_do_not_fit_are_named(loaded: Load, old: str, new: str, message: str) -> None:
    text = manifest()
    assert old in text
    assert message in complaint(loaded, text.replace(old, new))


def parse_updates(acme: RestConnector, document: object) -> Sequence[Update]:
    return acme.parse_callback(VerifiedCallback(event_id="e", headers={}, json=document))


def test_a_body_about_an_order_says_what_that_order_does(acme: RestConnector) -> None:
    done = Done(effects=frozenset({Effect.LOGIN_DISABLED}))
    assert parse_updates(acme, {"job": "j1", "state": "LOCKED", "users": None}) == (
        Update(outcome=done, remote_ref="j1"),
    )


def test_a_body_about_a_lookup_is_read_as_its_answer(acme: RestConnector) -> None:
    assert parse_updates(acme, {"job": "q1", "users": []}) == (
        Update(outcome=NotBound("users == `[]`"), remote_ref="q1"),
    )
    (update,) = parse_updates(acme, {"job": "q1", "users": [{"id": "u"}]})
    assert isinstance(update.outcome, Bound)


@pytest.mark.parametrize(
    "document", [{}, [], None, {"job": "q1"}, {"users": []}, {"job": "q1", "users": "none"}]
)
def test_a_body_nobody_mapped_says_nothing(acme: RestConnector, document: object) -> None:
    with pytest.raises(ProtocolFault):
        parse_updates(acme, document)
