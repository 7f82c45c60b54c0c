"""`jiebang connector check`, `schema` and `migrate`: manifests checked without sending anything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.app.commands.connector.running import assert_one_sentence, manifest, run

from jiebang.app.commands.connector.manifest_migration import apply_migrations
from jiebang.app.commands.connector.source import shipped_manifests
from jiebang.connectors import CATALOGUE
from jiebang.connectors.kinds import manifest_files
from jiebang.connectors.manifest import read
from jiebang.connectors.scaffold import KINDS, ConnectorDraft, files
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.catalogue.registry import ConnectorRegistry

BROKEN = """\
manifest: 1
kind: rest
id: beiguo
version: 0.1.0
name: {zh-CN: 贝果, en: Bagel}
platform: {category: tools}
config: {base_url: {type: url}}
lookup:
  request: {metod: GET, path: /x}
  outcomes: [{when: {status: 404}, not_bound: {}}]
"""
PLUGIN = """\
from jiebang.connectors.one_click import OneClick
from jiebang.sdk import hookimpl

@hookimpl
def jiebang_register_connectors(registry):
    registry.add(OneClick())
"""


def test_a_mistake_is_told_with_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "beiguo.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert f"{path}:9:13 lookup.request.metod unexpected field; did you mean method?" in (
        result.output.splitlines()
    )


def test_mistakes_are_data_for_machines(tmp_path: Path) -> None:
    path = tmp_path / "beiguo.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    told: list[dict[str, Any]] = json.loads(run("check", "--json", str(path)).stdout)
    assert {
        "file": str(path),
        "line": 9,
        "column": 13,
        "field": "lookup.request.metod",
        "message": "unexpected field; did you mean method?",
    } in told


def test_all_files_of_a_folder_are_checked_and_recordings_are_no_manifests(tmp_path: Path) -> None:
    manifest(tmp_path)
    (tmp_path / "broken.yaml").write_text(BROKEN.replace("beiguo", "other"), encoding="utf-8")
    assert (tmp_path / "beiguo.fixtures.yaml").exists()
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert "ok beiguo 0.1.0, for beiguo" in result.output
    assert "fixtures" not in result.output


def test_two_connectors_cannot_have_one_id(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    (tmp_path / "twin.yaml").write_text(path.read_text("utf-8"), encoding="utf-8")
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert "its id is taken" in result.output


def test_everything_that_ships_is_right_and_found_by_its_id() -> None:
    ids = sorted(shipped_manifests())
    result = run("check", *ids, "yijian")
    assert result.exit_code == 0, result.output
    told = {line.split()[1] for line in result.output.splitlines()}
    assert told == {*ids, "yijian"}


def test_a_python_file_or_module_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "plugin_of_a_test.py"
    path.write_text(PLUGIN, encoding="utf-8")
    for target in (str(path), "jiebang.connectors.one_click"):
        result = run("check", target)
        assert result.exit_code == 0, result.output
        assert "ok yijian" in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [("x = 1\n", "registers no connector"), ("import nowhere_at_all\n", "ModuleNotFoundError")],
)
def test_a_python_file_without_a_connector_is_a_mistake(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / f"empty_{len(content)}_of_a_test.py"
    path.write_text(content, encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert said in result.output


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "none.yaml"))
    assert result.exit_code == 1
    assert "no manifest here" in result.output


def test_a_schema_knows_the_fields_of_every_kind() -> None:
    whole = json.loads(run("schema").stdout)
    kinds = whole["properties"]["kind"]["enum"]
    assert {"rest", "graphql", "scim", "guide", "aggregator"} <= set(kinds)
    for kind in kinds:
        one = json.loads(run("schema", kind).stdout)
        assert one["properties"]["kind"] == {"const": kind}
        assert {"manifest", "extends", "version"} <= set(one["properties"])
    lookup = whole["$defs"]["rest"]["$defs"]["When"]["properties"]
    assert lookup["jmespath"]["anyOf"][0] == {"type": "string"}


def test_the_schema_holds_for_what_ships_and_for_what_new_writes(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(run("schema").stdout, encoding="utf-8")
    manifests = [
        path
        for folder in ("sandbox", "guides", "presets")
        for path in manifest_files(CATALOGUE / folder)
    ]
    for kind in KINDS:
        draft = ConnectorDraft(kind=kind, id=f"new_{kind}", zh="贝果", en="Bagel")
        for name, text in files(draft).items():
            if name == f"new_{kind}.yaml":
                manifests.append(tmp_path / name)
                manifests[-1].write_text(text, encoding="utf-8")
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--schemafile", schema, *manifests], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_current_manifest_is_left_alone(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    before = path.read_bytes()
    result = run("migrate", str(path))
    assert result.exit_code == 0
    assert "already current" in result.output
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("2", "install a newer Jiebang"),
        ("0", "does not exist"),
        ("true", "states no version"),
        ("'1'", "states no version"),
    ],
)
def test_other_versions_are_explained(tmp_path: Path, version: str, said: str) -> None:
    path = manifest(tmp_path)
    text = path.read_text("utf-8").replace("manifest: 1", f"manifest: {version}")
    path.write_text(text, encoding="utf-8")
    result = run("migrate", str(path))
    assert result.exit_code == 2
    assert said in result.stderr
    assert path.read_text("utf-8") == text


def test_a_migration_keeps_comments_order_and_quotes(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    before, old = path.read_text("utf-8"), read(path).data

    def rename_field(content: Any) -> None:
        content.insert(list(content).index("owners"), "keepers", content.pop("owners"))

    after = apply_migrations(before, 1, {1: rename_field}, 2)
    assert after.splitlines()[0] == before.splitlines()[0]
    assert '"${subject.number}"' in after
    path.write_text(after, encoding="utf-8")
    found = read(path).data
    assert found["keepers"] == old["owners"]
    assert found["manifest"] == 2
    assert [*found] == ["keepers" if key == "owners" else key for key in old]


def test_thousands_of_files_are_each_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work for one file does not grow with the files before it: they are not listed again."""
    text = manifest(tmp_path).read_text("utf-8")
    for name in ("beiguo2", "beiguo3", "beiguo4"):
        (tmp_path / f"{name}.yaml").write_text(text.replace("beiguo", name), encoding="utf-8")
    (tmp_path / "twin.yaml").write_text(text, encoding="utf-8")

    listed: list[object] = []
    catalogue = ConnectorRegistry.catalogue

    def count_call(registry: ConnectorRegistry) -> Catalogue:
        listed.append(registry)
        return catalogue(registry)

    monkeypatch.setattr(ConnectorRegistry, "catalogue", count_call)
    result = run("check", str(tmp_path))
    assert [line.split()[1] for line in result.output.splitlines() if line[:3] == "ok "] == [
        "beiguo",
        "beiguo2",
        "beiguo3",
        "beiguo4",
    ]
    assert "its id is taken" in result.output
    assert listed == []


def test_every_manifest_of_a_folder_is_brought_forward_and_recordings_are_none(
    tmp_path: Path,
) -> None:
    path = manifest(tmp_path)
    result = run("migrate", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert result.output == f"{path} is already current (version 1).\n"


def test_a_folder_without_a_manifest_is_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(run("migrate", str(tmp_path)), "no manifest here")


def test_one_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("manifest: 1\n", encoding="utf-8")
    result = run("migrate", str(tmp_path))
    assert result.exit_code == 2
    assert "a.yaml:2:1: the key a occurs twice" in result.stderr
    assert "b.yaml is already current" in result.stdout
