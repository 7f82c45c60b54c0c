"""The plugin: loads valid manifests, reports invalid ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

import pluggy
import pytest

from jiebang.connectors import CATALOGUE, kinds, one_click
from jiebang.connectors.manifest.inheritance import PRESETS
from jiebang.connectors.rest import RestKind
from jiebang.sandbox.platforms import PLATFORM_MODULES
from jiebang.sdk import METHODS, PROJECT, Connector, Hooks, Kind, ManifestDocument

BROKEN = "manifest: 1\nkind: rest\n"


@dataclass
class RecordingRegistry:
    """The contract's `Registry`."""

    manifests: list[Path]
    code_allowed: bool = False
    kinds: dict[str, Kind] = field(default_factory=dict[str, Kind])
    connectors: dict[str, Connector] = field(default_factory=dict[str, Connector])
    sources: list[str | None] = field(default_factory=list[str | None])
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def add(self, connector: Connector, *, source: str | None = None) -> None:
        self.connectors[connector.spec.id] = connector
        self.sources.append(source)

    def add_kind(self, kind: Kind) -> None:
        self.kinds[kind.name] = kind

    def report(self, source: str, message: str) -> None:
        self.problems.append((source, message))


def register_all(*manifests: Path) -> RecordingRegistry:
    plugins = pluggy.PluginManager(PROJECT)
    plugins.add_hookspecs(Hooks)
    plugins.register(kinds)
    plugins.register(one_click)
    plugins.check_pending()
    shelf = RecordingRegistry(list(manifests))
    plugins.hook.jiebang_register_kinds(registry=shelf)
    plugins.hook.jiebang_register_connectors(registry=shelf)
    return shelf


def test_the_catalogue_of_the_sandbox_loads_without_a_problem() -> None:
    shelf = register_all(CATALOGUE / "sandbox")
    assert shelf.problems == []
    platforms = {platform.id for platform, _ in PLATFORM_MODULES}
    assert platforms < set(shelf.connectors)
    assert len(shelf.connectors) == len(platforms) + 4, "and four guides"
    for connector in shelf.connectors.values():
        for capability in connector.spec.capabilities:
            assert callable(getattr(connector, METHODS[capability]))


def test_no_preset_is_loaded_by_itself() -> None:
    assert PRESETS.parent == CATALOGUE
    shelf = register_all(PRESETS)
    assert (set(shelf.connectors), shelf.problems) == ({"yijian"}, [])


def test_a_broken_manifest_is_reported_and_the_others_are_loaded(tmp_path: Path) -> None:
    good = (CATALOGUE / "sandbox" / "yunpan.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "c.txt").write_text("not a manifest", encoding="utf-8")
    lonely = tmp_path / "empty"
    lonely.mkdir()
    shelf = register_all(tmp_path, lonely, tmp_path / "nothing.yaml")
    assert set(shelf.connectors) == {"yijian", "yunpan"}
    assert str(tmp_path / "b.yaml") in shelf.sources
    (broken, message), (_, empty), (_, missing) = shelf.problems
    assert broken == str(tmp_path / "a.yaml")
    assert "a.yaml:1:1 lookup: missing; expected a mapping with request and outcomes" in message
    assert "no manifest here" in empty
    assert "no manifest here" in missing


def test_a_kind_that_fails_in_its_own_way_takes_no_other_manifest_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: RestKind, document: ManifestDocument) -> Connector:
        raise RecursionError("a bug")

    guide = next((CATALOGUE / "guides").glob("*.yaml")).read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(guide, encoding="utf-8")
    monkeypatch.setattr(RestKind, "build", fail)
    shelf = register_all(tmp_path)
    assert len(shelf.connectors) == 2, "the guide, and the one that is written in Python"
    assert shelf.problems == [(str(tmp_path / "a.yaml"), "RecursionError while loading: a bug")]


def test_both_plugins_are_entry_points() -> None:
    found = {point.name: point.value for point in entry_points(group=PROJECT)}
    assert found["kinds"] == "jiebang.connectors.kinds"
    assert found["one_click"] == "jiebang.connectors.one_click"
