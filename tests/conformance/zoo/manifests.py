"""The good connectors without code: a manifest of each kind for the zoo's platform."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.zoo.faulty_connector import target

from jiebang.conformance import Target
from jiebang.conformance.target import manifest_connector

HEAD = """\
manifest: 1
kind: {kind}
id: acme
version: 0.1.0
name: {{zh-CN: 艾克米商城, en: Acme Mall}}
platform: {{category: shopping}}
owners: [zoo@acme.example]
docs: https://acme.example/docs/jiebang
"""
TALK = """\
config:
  base_url: {type: url}
  token: {type: secret}
auth: {scheme: bearer, secret: token}
limits: {rate: 50/1s}
"""
LOOKUP = """\
lookup:
  request: {method: GET, path: /v1/bindings, params: {phone: "${subject.number}"}}
  outcomes:
    - when: {status: 200, jmespath: "length(bindings) > `0`"}
      bound:
        each: bindings
        handle: id
        label: {from: nick, mask: name}
        bound_date: {from: bound_at, format: instant}
    - {when: {status: 200, jmespath: "bindings == `[]`"}, not_bound: {}}
"""
KEY = "idempotency: {mode: key, header: Idempotency-Key}\ndates_bindings: true\n"
REST = (
    TALK
    + KEY
    + LOOKUP
    + """\
unbind:
  request: {method: DELETE, path: "/v1/bindings/${account.handle}"}
  outcomes:
    - {when: {status: 200, jmespath: "state == 'UNBOUND'"}, done: {}}
    - {when: {status: 200, jmespath: "state == 'ALREADY_UNBOUND'"}, done: {already: true}}
    - {when: {status: 404, jmespath: "code == 'NO_SUCH_ACCOUNT'"}, denied: {reason: no_match}}
"""
)
REST_POLL = (
    TALK
    + KEY
    + LOOKUP
    + """\
unbind:
  request: {method: POST, path: /v1/cases, json: {id: "${account.handle}"}}
  outcomes:
    - {when: {status: 202, jmespath: "state == 'OPEN'"}, pending: {remote_ref: case}}
    - {when: {status: 404, jmespath: "code == 'NO_SUCH_ACCOUNT'"}, denied: {reason: no_match}}
status:
  request: {method: GET, path: "/v1/cases/${remote_ref}"}
  outcomes:
    - {when: {status: 200, jmespath: "state == 'OPEN'"}, pending: {remote_ref: case}}
    - {when: {status: 200, jmespath: "state == 'DONE'"}, done: {}}
    - {when: {status: 200, jmespath: "state == 'ALREADY'"}, done: {already: true}}
"""
)
GRAPHQL = (
    TALK
    + """\
path: /graphql
idempotency: {mode: key, field: variables.input.key}
lookup:
  document: "query ($phone: String!) { bindings(phone: $phone) { nodes { id nick } } }"
  variables: {phone: "${subject.number}"}
  outcomes:
    - when: {jmespath: "length(data.bindings.nodes) > `0`"}
      bound: {each: data.bindings.nodes, handle: id, label: {from: nick, mask: name}}
    - {when: {jmespath: "data.bindings.nodes == `[]`"}, not_bound: {}}
unbind:
  document: "mutation ($input: UnbindInput!) { unbind(input: $input) { state } }"
  variables: {input: {id: "${account.handle}"}}
  outcomes:
    - {when: {jmespath: "data.unbind.state == 'UNBOUND'"}, done: {}}
    - {when: {jmespath: "data.unbind.state == 'ALREADY_UNBOUND'"}, done: {already: true}}
    - when: {jmespath: "errors[0].extensions.code == 'NO_SUCH_ACCOUNT'"}
      denied: {reason: no_match}
"""
)
SCIM = """\
config:
  base_url: {type: url}
  token: {type: secret}
limits: {rate: 50/1s}
"""
GUIDE = """\
guide:
  url: https://bbs.example/account
  steps: {zh-CN: [打开账号安全, 选择更换手机号], en: [Open account security, Choose a new number]}
  source: {url: "https://bbs.example/help", read_on: "2026-10-01"}
"""
BODIES = {
    "rest": REST,
    "rest_poll": REST_POLL,
    "graphql": GRAPHQL,
    "scim": SCIM,
    "guide": GUIDE,
}


def manifest_target(name: str, folder: Path) -> Target:
    """Write the manifest into the folder, and load it as any other."""
    kind = name.partition("_")[0]
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.format(kind=kind) + BODIES[name], encoding="utf-8")
    return target(manifest_connector(path))
