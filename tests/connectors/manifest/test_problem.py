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


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "    params:",
            "    parms:",
            "acme.yaml:16:5 lookup.request.parms: unexpected field; did you mean params?",
        ),
        ("manifest: 1", "manifest: 2", "acme.yaml:1:1 manifest: expected 1"),
        ("id: acme\n", "id: Acme\n", "acme.yaml:3:1 id: expected lower-case letters, digits and _"),
        ("id: acme\n", "", "acme.yaml:1:1 id: missing; expected the connector's id"),
        ("id: acme\n", "id: 12\n", "acme.yaml:3:1 id: expected a text; put it in quotes"),
        (
            "version: 0.1.0",
            "version: 1.0",
            "acme.yaml:4:1 version: expected a text; put it in quotes",
        ),
        ("version: 0.1.0", "version: new", "acme.yaml:4:1 version: expected a version such as"),
        (", en: Acme}", "}", "acme.yaml:5:1 name: missing in en; expected zh-CN and en"),
        ("{category: shopping}", "{category: shop}", "acme.yaml:6:12 platform.category: expected"),
        (
            "platform: {category: shopping}\n",
            "",
            "acme.yaml:1:1 manifest: expected either platform",
        ),
        (
            "platform: {category: shopping}",
            "platforms: []",
            "acme.yaml:6:1 platforms: expected at least one entry",
        ),
        ("type: url", "type: link", "acme.yaml:8:14 config.base_url.type: expected 'text'"),
        (
            "base_url: {type: url}",
            "base: {type: url}",
            "acme.yaml:7:1 config: expected the setting base_url of type url",
        ),
        (
            "token: {type: secret}",
            "token: {type: secret, default: abc}",
            "acme.yaml:9:3 config.token: a secret must not have a default",
        ),
        ("scheme: bearer", "scheme: oauth", "acme.yaml:10:1 auth:"),
        (
            "secret: token}",
            "secret: tokn}",
            "acme.yaml:10:24 auth.secret: there is no setting tokn in config",
        ),
        (
            "secret: token}",
            "secret: base_url}",
            "acme.yaml:10:24 auth.secret: the setting base_url must be of type secret",
        ),
        (
            ", header: Idempotency-Key}",
            "}",
            "acme.yaml:11:1 idempotency: expected header, query or field with mode key",
        ),
        ("method: GET", "method: FETCH", "acme.yaml:14:5 lookup.request.method: expected 'GET'"),
        (
            "path: /v1/bindings\n",
            "path: v1/bindings\n",
            "acme.yaml:15:5 lookup.request.path: expected a path that begins with /",
        ),
        (
            "path: /v1/bindings\n",
            "path: /v1/bindings?a=b\n",
            "acme.yaml:15:5 lookup.request.path: a path must not contain ?",
        ),
        (
            "${subject.number}",
            "${subject.numbr}",
            "acme.yaml:16:14 lookup.request.params.phone: unknown placeholder ${subject.numbr}; "
            "did you mean subject.number?",
        ),
        (
            "${subject.number}",
            "${config.tokn}",
            "acme.yaml:16:14 lookup.request.params.phone: unknown placeholder ${config.tokn}; "
            "did you mean config.token?",
        ),
        (
            "${subject.number}",
            "${account.handle}",
            "acme.yaml:16:14 lookup.request.params.phone: unknown placeholder ${account.handle}",
        ),
        (
            "${subject.number}",
            "${subject.number",
            "acme.yaml:16:14 lookup.request.params.phone: an unclosed placeholder",
        ),
        (
            "${subject.number}",
            "${subject.held_since}",
            "acme.yaml:16:14 lookup.request.params.phone: to use subject.held_since, declare "
            "subject_needs: [held_since]",
        ),
        (
            "length(bindings) > `0`",
            "length(bindings > `0`",
            "acme.yaml:18:27 lookup.outcomes[0].when.jmespath: not a JMESPath expression\n"
            "    length(bindings > `0`\n",
        ),
        (
            "length(bindings) > `0`",
            "len(bindings) > `0`",
            "acme.yaml:18:27 lookup.outcomes[0].when.jmespath: no function len; "
            "did you mean length?\n    len(bindings) > `0`\n    ^",
        ),
        (
            "      bound: {each: bindings, handle: id}\n",
            "",
            "acme.yaml:18:7 lookup.outcomes[0]: expected exactly one of bound, needs_action, "
            "not_bound, pending",
        ),
        (
            "bound: {each: bindings, handle: id}",
            "bound: {each: bindings}",
            "acme.yaml:19:7 lookup.outcomes[0].bound.handle: missing; expected a JMESPath",
        ),
        (
            "handle: id}",
            "handle: id, label: {from: nick, mask: stars}}",
            "acme.yaml:19:63 lookup.outcomes[0].bound.label.mask: expected 'name', 'phone'",
        ),
        (
            "handle: id}",
            "handle: id, bound_date: {from: before, format: before_flag}}",
            "acme.yaml:19:70 lookup.outcomes[0].bound.bound_date.format: before_flag refers to",
        ),
        (
            "handle: id}",
            "handle: id, blockers: {from: b, map: {X: too_poor}}}",
            "acme.yaml:19:69 lookup.outcomes[0].bound.blockers.map.X: expected 'suspected_fraud'",
        ),
        (
            "handle: id}",
            "handle: id, platform: {from: app}}",
            "acme.yaml:19:43 lookup.outcomes[0].bound.platform: only for manifests with several",
        ),
        (
            "bindings == `[]`",
            "!bindings",
            "acme.yaml:20:7 lookup.outcomes[1]: not_bound: the jmespath also holds for an empty",
        ),
        (
            'when: {status: 200, jmespath: "bindings == `[]`"}',
            "when: {status: 200}",
            "acme.yaml:20:7 lookup.outcomes[1]: a status alone does not prove not_bound",
        ),
        (
            "{when: {status: 204}, done: {}}",
            "{when: {status: [200, 204]}, done: {}}",
            "acme.yaml:25:7 unbind.outcomes[0]: a status alone does not prove done",
        ),
        (
            "{when: {status: 204}, done: {}}",
            "{when: {}, done: {}}",
            "acme.yaml:25:8 unbind.outcomes[0].when: expected status, jmespath or both",
        ),
        (
            "{when: {status: 204}, done: {}}",
            "{when: {status: 302}, done: {}}",
            "acme.yaml:25:8 unbind.outcomes[0].when: expected an HTTP status other than a redirect",
        ),
        (
            "{when: {status: 204}, done: {}}",
            '{when: {status: "204"}, done: {}}',
            "acme.yaml:25:15 unbind.outcomes[0].when.status: expected a valid integer",
        ),
        (
            "{when: {status: 204}, done: {}}",
            "{when: {status: 409}, denied: {reason: debt}}",
            "acme.yaml:25:38 unbind.outcomes[0].denied.reason: expected 'suspected_fraud'",
        ),
        (
            "{when: {status: 204}, done: {}}",
            "{when: {status: 202}, pending: {remote_ref: id}}",
            "acme.yaml:25:29 unbind.outcomes[0].pending: a pending order needs the section status",
        ),
        (
            "{when: {status: 204}, done: {}}",
            "{when: {status: 204}, gone: {}}",
            "acme.yaml:25:29 unbind.outcomes[0].gone: unexpected field; did you mean done?",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    loaded: Load, right: str, wrong: str, message: str
) -> None:
    assert right in GOOD
    assert message in complaint(loaded, GOOD.replace(right, wrong, 1))


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
