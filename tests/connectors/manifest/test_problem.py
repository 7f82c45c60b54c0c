"""Invalid manifests: every error names file, line, column, field and what was expected."""

from __future__ import annotations

import pytest
from tests.connectors.conftest import HEAD, Load, complaint

SECTIONS = """\
config:
  base_url: {type: url}
  token: {type: secret}
auth: {scheme: bearer, secret: token}
idempotency: {mode: key, header: Idempotency-Key}
lookup:
  request:
    method: GET
    path: /v1/bindings
    params: {phone: "${subject.number}"}
  outcomes:
    - when: {status: 200, jmespath: "length(bindings) > `0`"}
      bound: {each: bindings, handle: id}
    - when: {status: 200, jmespath: "bindings == `[]`"}
      not_bound: {}
unbind:
  request: {method: DELETE, path: "/v1/bindings/${account.handle}"}
  outcomes:
    - {when: {status: 204}, done: {}}
"""
GOOD = HEAD + SECTIONS


def test_the_manifest_the_mistakes_are_made_in_is_good(loaded: Load) -> None:
    assert loaded(GOOD).spec.id == "acme"


#: By what is replaced and where the mistake stands then: the replacement, and what is said.
MISTAKES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("${subject.number}", "16:14 lookup.request.params.phone: "): [
        ("${subject.numbr}", "unknown placeholder ${subject.numbr}; did you mean subject.number?"),
        ("${config.tokn}", "unknown placeholder ${config.tokn}; did you mean config.token?"),
        ("${account.handle}", "unknown placeholder ${account.handle}"),
        ("${subject.number", "an unclosed placeholder"),
        ("${subject.held_since}", "to use subject.held_since, declare subject_needs: [held_since]"),
    ],
    ("handle: id}", "19:"): [
        (
            "handle: id, label: {from: nick, mask: stars}}",
            "63 lookup.outcomes[0].bound.label.mask: expected 'name', 'phone'",
        ),
        (
            "handle: id, bound_date: {from: before, format: before_flag}}",
            "70 lookup.outcomes[0].bound.bound_date.format: before_flag refers to",
        ),
        (
            "handle: id, blockers: {from: b, map: {X: too_poor}}}",
            "69 lookup.outcomes[0].bound.blockers.map.X: expected 'suspected_fraud'",
        ),
        (
            "handle: id, platform: {from: app}}",
            "43 lookup.outcomes[0].bound.platform: only for manifests with several",
        ),
    ],
    ("id: acme\n", ""): [
        ("id: Acme\n", "3:1 id: expected lower-case letters, digits and _"),
        ("", "1:1 id: missing; expected the connector's id"),
        ("id: 12\n", "3:1 id: expected a text; put it in quotes"),
    ],
    ("version: 0.1.0", "4:1 version: expected a "): [
        ("version: 1.0", "text; put it in quotes"),
        ("version: new", "version such as"),
    ],
    ("secret: token}", "10:24 auth.secret: "): [
        ("secret: tokn}", "there is no setting tokn in config"),
        ("secret: base_url}", "the setting base_url must be of type secret"),
    ],
    ("length(bindings) > `0`", "18:27 lookup.outcomes[0].when.jmespath: "): [
        ("length(bindings > `0`", "not a JMESPath expression\n    length(bindings > `0`\n"),
        (
            "len(bindings) > `0`",
            "no function len; did you mean length?\n    len(bindings) > `0`\n    ^",
        ),
    ],
    ("path: /v1/bindings\n", "15:5 lookup.request.path: "): [
        ("path: v1/bindings\n", "expected a path that begins with /"),
        ("path: /v1/bindings?a=b\n", "a path must not contain ?"),
    ],
    ("{status: 204}, done: {}", "25:"): [
        (
            "{status: [200, 204]}, done: {}",
            "7 unbind.outcomes[0]: a status alone does not prove done",
        ),
        ("{}, done: {}", "8 unbind.outcomes[0].when: expected status, jmespath or both"),
        (
            "{status: 302}, done: {}",
            "8 unbind.outcomes[0].when: expected an HTTP status other than a redirect",
        ),
        (
            '{status: "204"}, done: {}',
            "15 unbind.outcomes[0].when.status: expected a valid integer",
        ),
        (
            "{status: 409}, denied: {reason: debt}",
            "38 unbind.outcomes[0].denied.reason: expected 'suspected_fraud'",
        ),
        (
            "{status: 202}, pending: {remote_ref: id}",
            "29 unbind.outcomes[0].pending: a pending order needs the section status",
        ),
        (
            "{status: 204}, gone: {}",
            "29 unbind.outcomes[0].gone: unexpected field; did you mean done?",
        ),
    ],
}
OTHERS = [
    (
        "    params:",
        "    parms:",
        "16:5 lookup.request.parms: unexpected field; did you mean params?",
    ),
    ("manifest: 1", "manifest: 2", "1:1 manifest: expected 1"),
    (", en: Acme}", "}", "5:1 name: missing in en; expected zh-CN and en"),
    ("{category: shopping}", "{category: shop}", "6:12 platform.category: expected"),
    ("platform: {category: shopping}\n", "", "1:1 manifest: expected either platform"),
    (
        "platform: {category: shopping}",
        "platforms: []",
        "6:1 platforms: expected at least one entry",
    ),
    ("type: url", "type: link", "8:14 config.base_url.type: expected 'text'"),
    (
        "base_url: {type: url}",
        "base: {type: url}",
        "7:1 config: expected the setting base_url of type url",
    ),
    (
        "token: {type: secret}",
        "token: {type: secret, default: abc}",
        "9:3 config.token: a secret must not have a default",
    ),
    ("scheme: bearer", "scheme: oauth", "10:1 auth:"),
    (
        ", header: Idempotency-Key}",
        "}",
        "11:1 idempotency: expected header, query or field with mode key",
    ),
    ("method: GET", "method: FETCH", "14:5 lookup.request.method: expected 'GET'"),
    (
        "      bound: {each: bindings, handle: id}\n",
        "",
        "18:7 lookup.outcomes[0]: expected exactly one of bound, needs_action, not_bound, pending",
    ),
    (
        "bound: {each: bindings, handle: id}",
        "bound: {each: bindings}",
        "19:7 lookup.outcomes[0].bound.handle: missing; expected a JMESPath",
    ),
    (
        "bindings == `[]`",
        "!bindings",
        "20:7 lookup.outcomes[1]: not_bound: the jmespath also holds for an empty",
    ),
    (
        'when: {status: 200, jmespath: "bindings == `[]`"}',
        "when: {status: 200}",
        "20:7 lookup.outcomes[1]: a status alone does not prove not_bound",
    ),
]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        *OTHERS,
        *(
            (right, wrong, place + message)
            for (right, place), mistakes in MISTAKES.items()
            for wrong, message in mistakes
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    loaded: Load, right: str, wrong: str, message: str
) -> None:
    assert right in GOOD
    assert f"acme.yaml:{message}" in complaint(loaded, GOOD.replace(right, wrong, 1))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("limits: {timeout: 2}", "limits.timeout: expected a duration such as 1500ms"),
        ("limits: {rate: 5}", "limits.rate: expected calls per duration, such as 5/1s"),
        ("limits: {attempts: 50}", "limits.attempts: expected less than or equal to 5"),
        ("dates_bindings: true", "lookup.outcomes[0].bound: dates_bindings is true: expected"),
        (
            "withdraw:\n  request: {method: DELETE, path: /x}\n"
            "  outcomes: [{when: {status: 204}, withdrawn: {}}]",
            "withdraw: orders are never pending",
        ),
        (
            "callback:\n  auth: {scheme: standard_webhooks, secret: token}\n"
            "  outcomes: [{when: {jmespath: \"state == 'DONE'\"}, done: {}}]",
            "callback: no request sends the platform ${call.callback_url}",
        ),
        (
            "callback:\n  auth: {scheme: jws, secret: token}\n"
            "  outcomes: [{when: {status: 200}, denied: {reason: other}}]",
            "callback.auth: ",
        ),
        (
            "errors: [{when: {status: 400}, raise: quota}]",
            "errors[0].raise: expected 'config', 'credentials'",
        ),
        ("look_up: {}", "look_up: unexpected field; did you mean lookup?"),
        ("owners: team", "owners: expected a list"),
    ],
)
def test_a_section_that_does_not_fit_is_named(loaded: Load, more: str, message: str) -> None:
    assert message in complaint(loaded, f"{GOOD}{more}\n")


def test_every_mistake_of_a_file_is_in_one_message(loaded: Load) -> None:
    text = (
        GOOD.replace("    params:", "    hedaers:")
        .replace("version: 0.1.0", "version: 1.0")
        .replace("${account.handle}", "${account.hanlde}")
        .replace("bindings == `[]`", "bindings == `[`")
    )
    lines = [line for line in complaint(loaded, text).splitlines() if line.startswith("acme.yaml:")]
    assert [line.split(": ")[0] for line in lines] == [
        "acme.yaml:4:1 version",
        "acme.yaml:16:5 lookup.request.hedaers",
        "acme.yaml:20:27 lookup.outcomes[1].when.jmespath",
        "acme.yaml:23:29 unbind.request.path",
    ]


def test_an_unknown_kind_is_named(loaded: Load) -> None:
    message = complaint(loaded, GOOD.replace("kind: rest", "kind: soap"))
    assert message == (
        "acme.yaml:2:1 kind: expected one of "
        "aggregator, clevertap, graphql, guide, keycloak, rest, scim"
    )


def test_a_mapping_in_place_of_a_text_and_the_reverse_are_named(loaded: Load) -> None:
    text = GOOD.replace("id: acme\n", "id: {a: b}\n").replace("when: {status: 204}", "when: ok")
    message = complaint(loaded, text)
    assert "acme.yaml:3:1 id: expected a text" in message
    assert "acme.yaml:25:8 unbind.outcomes[0].when: expected a mapping" in message
