"""`jiebang connector lock`: what a platform's schema changed, and what breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import build_schema, introspection_from_schema
from tests.app.commands.connector.running import assert_one_sentence, run
from typer.testing import Result

SDL = """\
type Query { bindings(phone: String!): [Binding!]! }
type Binding { id: ID!  nick: String  age: Int  state: State }
enum State { OPEN DONE }
"""
MANIFEST = """\
manifest: 1
kind: graphql
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: shopping}
config: {base_url: {type: url}}
schema_lock: partner.graphql
lookup:
  document: "query ($phone: String!) { bindings(phone: $phone) { id nick } }"
  variables: {phone: "${subject.number}"}
  outcomes:
    - {when: {jmespath: "length(data.bindings) > `0`"}, bound: {each: data.bindings, handle: id}}
    - {when: {jmespath: "data.bindings == `[]`"}, not_bound: {}}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    (tmp_path / "partner.graphql").write_text(SDL, encoding="utf-8")
    path = tmp_path / "acme.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    return path


def run_lock(manifest: Path, current: str) -> Result:
    return run("lock", str(manifest), "-", given=current)


def test_the_same_schema_is_no_change(manifest: Path) -> None:
    result = run_lock(manifest, SDL)
    assert (result.exit_code, result.stdout) == (
        0,
        "Nothing relevant has changed since partner.graphql.\n",
    )
    saved = json.dumps({"data": introspection_from_schema(build_schema(SDL))})
    assert run_lock(manifest, saved).exit_code == 0


def test_a_field_that_is_asked_for_and_gone_names_the_document(manifest: Path) -> None:
    result = run_lock(manifest, SDL.replace("nick: String", ""))
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first == "breaking: Field Binding.nick was removed. (FIELD_REMOVED)"
    assert second.startswith("would now be rejected: acme.yaml:10:3 lookup.document: ")
    assert "Cannot query field 'nick'" in second


def test_a_field_that_nobody_asks_for_breaks_no_document(manifest: Path) -> None:
    result = run_lock(manifest, SDL.replace("age: Int", ""))
    assert result.exit_code == 1
    assert "Binding.age was removed" in result.stdout
    assert result.stdout.endswith("All documents of the manifest are still valid.\n")


def test_a_dangerous_change_is_shown_and_breaks_nothing(manifest: Path) -> None:
    result = run_lock(manifest, SDL.replace("OPEN DONE", "OPEN LATER DONE"))
    assert result.exit_code == 0
    assert result.stdout.startswith("dangerous: ")


@pytest.mark.parametrize(
    ("current", "said"),
    [
        ("", "not a schema"),
        ("<html></html>", "not a schema"),
        ("{}", "not a schema"),
        ('{"errors": [{"message": "introspection is off"}], "data": null}', "with errors"),
        ('{"data": null}', "not a schema"),
        ('{"data": []}', "not a schema"),
        ("type Binding { id: ID }", "not have a type Query"),
    ],
)
def test_what_is_no_schema_is_one_sentence(manifest: Path, current: str, said: str) -> None:
    result = run_lock(manifest, current)
    assert_one_sentence(result, said)


def test_a_manifest_without_a_lock_is_told_so(manifest: Path, tmp_path: Path) -> None:
    manifest.write_text(MANIFEST.replace("schema_lock: partner.graphql\n", ""), encoding="utf-8")
    result = run_lock(manifest, SDL)
    assert result.exit_code == 2
    assert "schema_lock: expected the name of a schema" in result.stderr
    manifest.write_text(MANIFEST.replace("kind: graphql", "kind: rest"), encoding="utf-8")
    assert "only this kind locks a schema" in run_lock(manifest, SDL).stderr
    missing = run("lock", str(manifest), str(tmp_path / "none.graphql"))
    assert missing.exit_code == 2
    assert "cannot be read" in missing.stderr
