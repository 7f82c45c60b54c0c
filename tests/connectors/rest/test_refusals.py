"""Invalid input, kind by kind: what manifests must not contain, with position and remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.connectors.conftest import HEAD, KINDS, Load, complaint

from jiebang.conformance.fixture import fixtures_at
from jiebang.connectors.kinds import load, manifest_files
from jiebang.sdk import ContractError

NAMED = HEAD.partition("platform:")[0]
REST = f"""\
{HEAD}config: {{base_url: {{type: url}}, token: {{type: secret}}}}
lookup:
  request: {{method: GET, path: /v1/b, params: {{p: "${{subject.number}}"}}}}
  outcomes: [{{when: {{jmespath: "rows == `[]`"}}, not_bound: {{}}}}]
"""
MANIFESTS = {
    "rest": REST,
    "graphql": f"""\
{HEAD}config: {{base_url: {{type: url}}}}
lookup:
  document: "{{a}}"
  outcomes: [{{when: {{jmespath: "data.a == `[]`"}}, not_bound: {{}}}}]
""",
    "scim": HEAD,
    "aggregator": f"""\
{NAMED}config: {{base_url: {{type: url}}}}
catalogue:
  request: {{method: GET, path: /apps}}
  each: items
  id: code
  name: {{zh-CN: title}}
  category: tools
lookup:
  request: {{method: POST, path: /check, json: {{p: "${{subject.number}}"}}}}
  each: answers
  platform: app
  outcomes: [{{when: {{jmespath: "state == 'NONE'"}}, not_bound: {{}}}}]
""",
    "guide": f"{HEAD}guide:\n  steps: {{zh-CN: [打开设置], en: [Open settings]}}\n",
}


def manifest(kind: str) -> str:
    return MANIFESTS[kind].replace("kind: rest", f"kind: {kind}")


@pytest.mark.parametrize("kind", MANIFESTS)
def test_the_manifests_the_mistakes_are_made_in_are_good(loaded: Load, kind: str) -> None:
    assert loaded(manifest(kind)).spec.id == "acme"


BAD_TEXT: list[tuple[str | bytes, str]] = [
    ("owners: [+8613800001234]\n", "+8613800001234 would be read as a int; put it in"),
    ("owners: [13800001234]\n", "owners[0]: expected a text; put it in quotes"),
    ("id: other\n", "the key id occurs twice"),
    ("owners:\n\t- team\n", "a tab; YAML indents with spaces"),
    ("#" + "x" * 5_000_000, "acme.yaml:1:1: larger than 256 KiB"),
    (b"docs: \xff\n", "not valid UTF-8"),
    ("extends: ../family.yaml\n", "extends: expected ./name.yaml in the same folder"),
    (f"extends: ./{'a' * 300}.yaml\n", "extends: expected the name of a file in the same folder"),
    ("docs: https://user:pin@acme.example/\n", "docs: expected an address that begins with https"),
]


@pytest.mark.parametrize("kind", MANIFESTS)
@pytest.mark.parametrize(("more", "message"), BAD_TEXT, ids=[text for _, text in BAD_TEXT])
def test_no_kind_takes_a_file_that_is_damaged_or_climbs(
    loaded: Load, kind: str, more: str | bytes, message: str
) -> None:
    added = more if isinstance(more, bytes) else more.encode()
    assert message in complaint(loaded, manifest(kind).encode() + added)


RECORDED = [one for one in BAD_TEXT[:6] if "owners[0]" not in one[1]]


@pytest.mark.parametrize(("more", "message"), RECORDED, ids=[text for _, text in RECORDED])
def test_nor_does_a_file_of_recorded_exchanges(
    tmp_path: Path, more: str | bytes, message: str
) -> None:
    path = tmp_path / "acme.yaml"
    added = (more if isinstance(more, bytes) else more.encode()).replace(b"\n", b"\n  ")
    path.write_bytes(b"- name: a\n  id: b\n  " + added)
    with pytest.raises(ContractError) as caught:
        fixtures_at(path)
    assert message in str(caught.value)


def test_a_number_in_a_recorded_exchange_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text("- {call: lookup, subject: {number: 13800001234}, error: blocked}\n")
    with pytest.raises(ContractError, match=r"acme\.yaml:1:18 .*subject: expected number, quoted"):
        fixtures_at(path)


@pytest.mark.parametrize("kind", ["rest", "graphql", "aggregator"])
@pytest.mark.parametrize("section", ["lookup: null\n", "lookups: null\n"])
def test_no_kind_that_asks_goes_without_a_question(loaded: Load, kind: str, section: str) -> None:
    head, _, _ = manifest(kind).partition("lookup:")
    assert "lookup: missing; expected a mapping" in complaint(loaded, head + section)


def test_a_member_of_a_family_replaces_its_lookups_by_one(loaded: Load) -> None:
    config, _, lookup = manifest("rest").partition("lookup:")
    config = config.replace("kind: rest", "extends: preset:casdoor").partition("config:")[0]
    text = f"{config}lookups: null\nunbind: null\nlookup:{lookup}"
    assert loaded(text).spec.id == "acme"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/v1/b,", "/v1/../b,", "9:26 lookup.request.path: a path must not contain the segments"),
        ("/v1/b,", "/v1/%2E%2e/b,", "lookup.request.path: a path must not contain the segments"),
        ("/v1/b,", '"/v1/b\\n",', "lookup.request.path: a path must not contain the segments"),
        ("/v1/b,", '/b, headers: {X: "a\\nb"},', "headers.X: a header must be one line"),
        ("/v1/b,", '/b, headers: {"X\\nY": a},', "expected a header name, such as X-App"),
        ("/v1/b,", '/b, headers: {"X A": a},', "expected a header name, such as X-App"),
        ("/v1/b,", "/b, headers: {Host: a.example},", "Host is set by the client; leave it out"),
        (
            "/v1/b,",
            "/b, headers: {Authorization: Bearer abc},",
            "9:36 lookup.request.headers: Authorization holds a credential: declare a secret",
        ),
        ("/v1/b,", "/b, headers: {X-Acme-Token: abc},", "X-Acme-Token holds a credential"),
        ("{p:", "{api_key: abc, p:", "lookup.request.params: api_key holds a credential"),
        ("/v1/b,", "/b, json: {a: [{api_key: abc}]},", "api_key holds a credential"),
        ("{type: url}", "{type: url, default: acme}", "config.base_url: expected an address such"),
        (
            "{type: url}",
            '{type: url, default: "https://u:pin@acme.example"}',
            "config.base_url: expected an address such as https://api.acme.example/v1, without us",
        ),
        (
            "{type: url}",
            '{type: url, default: "https://acme.example/?key=abc"}',
            "7:10 config.base_url: expected an address",
        ),
        (
            "{type: url}",
            '{type: url}, path: {type: text, default: "${config.path}"}',
            "config.path: a default is taken literally; it must not contain a placeholder",
        ),
        ("${subject.number}", "${${subject.number}}", "an unclosed placeholder"),
        ("rows ==", f"{'(' * 3000}rows ==", "a JMESPath expression that is nested too deeply"),
        ("`[]`", f"`{'[' * 5000}{']' * 5000}`", "a JMESPath expression that is nested too deeply"),
        ("rows ==", f"{'a || ' * 9000}rows ==", "a JMESPath expression that is nested too deeply"),
        ("rows ==", "length(rows, rows) ==", "length takes 1 argument, not 2"),
        ("rows ==", "merge() ==", "merge takes 1 or more arguments, not 0"),
        ("{p:", "{app_secret: abc, p:", "lookup.request.params: app_secret holds a credential"),
        ("/v1/b,", "/b, json: {userPassword: abc},", "userPassword holds a credential"),
        ("en: Acme", r'en: "A\u202ecme"', "name.en: expected one line of text, without control"),
        ("en: Acme", r'en: "\e[31mAcme"', "name.en: expected one line of text, without control"),
        ("en: Acme", f"en: {'A' * 501}", "name.en: expected at most 500 characters"),
    ],
)
def test_a_request_holds_no_climb_no_line_break_no_credential_and_no_loop(
    loaded: Load, old: str, new: str, message: str
) -> None:
    text = manifest("rest")
    assert old in text
    assert message in complaint(loaded, text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('auth: {scheme: api_key, header: "X\\nY", secret: token}', "expected a header name"),
        ("auth: {scheme: bearer, secret: sk-live-1}", "auth.secret: there is no setting sk-live-1"),
        ('idempotency: {mode: key, header: "X Y"}', "idempotency.header: expected a header name"),
        (
            'auth: {scheme: hmac, secret: token, header: X, parts: [method], prefix: "a\\n"}',
            "prefix: a header must be one line",
        ),
        ("limits: {give_up_after: 999999999d}", "limits.give_up_after: expected a duration of at"),
        (
            "auth: {scheme: oauth2, token: /t, client_id: token, client_secret: token, "
            "more: {password: hunter2}}",
            "auth.more: password holds a credential",
        ),
    ],
)
def test_a_section_holds_no_line_break_no_credential_and_no_endless_wait(
    loaded: Load, more: str, message: str
) -> None:
    assert message in complaint(loaded, f"{manifest('rest')}{more}\n")


@pytest.mark.parametrize("name", ["api_key", "access_token", "client_secret", "password"])
def test_a_credential_is_no_default_of_a_text(loaded: Load, name: str) -> None:
    more = f"{name}: {{type: text, default: hunter2}}, token: {{type: secret}}"
    said = complaint(loaded, manifest("rest").replace("token: {type: secret}", more))
    assert "acme.yaml:7:1 config: " in said
    assert f"{name} holds a credential: make it `type: secret`" in said
    assert "hunter2" not in said


def test_a_credential_from_a_setting_is_taken(loaded: Load) -> None:
    more = '/v1/b, headers: {Authorization: "Key ${config.token}"},'
    assert loaded(manifest("rest").replace("/v1/b,", more)).spec.id == "acme"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"{a}"', "../a.graphql", "9:3 lookup.document: expected the name of a file in the same"),
        ('"{a}"', f"{'a' * 300}.graphql", "9:3 lookup.document: expected the name of a file"),
        ('"{a}"', f'"{"{a" * 3000}{"}" * 3000}"', "lookup.document: not a GraphQL document"),
        ("lookup:", "schema_lock: ../a.graphql\nlookup:", "8:1 schema_lock: expected the name of"),
        ("lookup:", "path: /a/../b\nlookup:", "8:1 path: a path must not contain the segments"),
    ],
)
def test_a_graphql_manifest_reads_nothing_outside_its_folder(
    loaded: Load, old: str, new: str, message: str
) -> None:
    assert message in complaint(loaded, manifest("graphql").replace(old, new, 1))


@pytest.mark.parametrize("old", ["/apps", "/check"])
def test_nor_does_an_aggregator_ask_outside_its_paths(loaded: Load, old: str) -> None:
    text = manifest("aggregator").replace(old, "/a/..", 1)
    assert "request.path: a path must not contain the segments" in complaint(loaded, text)


def test_what_only_looks_like_a_manifest_harms_no_other(tmp_path: Path) -> None:
    """A link to itself, a folder, a pipe and noise, each named like a manifest."""
    (tmp_path / "a.yaml").symlink_to("a.yaml")
    (tmp_path / "b.yaml").mkdir()
    os.mkfifo(tmp_path / "c.yaml")
    (tmp_path / "d.yaml").write_bytes(b"\x7fELF\x02\x01\x00\xff")
    (tmp_path / "good.yaml").write_text(manifest("guide"), encoding="utf-8")
    told: list[str] = []
    for path in manifest_files(tmp_path):
        try:
            told.append(load(path, KINDS).spec.id)
        except ContractError as error:
            told.append(str(error))
    assert told == [
        "a.yaml: cannot be read: Too many levels of symbolic links",
        "b.yaml: cannot be read: Is a directory",
        "c.yaml: cannot be read: not a file",
        "d.yaml:1:8: not valid UTF-8",
        "acme",
    ]
