"""`extends`: what is inherited from the shared file, and which file an error refers to."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebang.connectors.guide import GuideKind
from jiebang.connectors.kinds import jiebang_register_connectors, load
from jiebang.connectors.rest import RestConnector, RestKind
from jiebang.sdk import Capability, Connector, ContractError, Kind

KINDS: dict[str, Kind] = {"rest": RestKind(), "guide": GuideKind()}

FAMILY = """\
manifest: 1
family: true
kind: rest
config: {base_url: {type: url}, token: {type: secret}}
auth: {scheme: bearer, secret: token}
limits: {timeout: 1s, concurrency: 3}
lookup:
  request: {method: GET, path: /v1/b, params: {p: "${subject.number}"}}
  outcomes: [{when: {jmespath: "rows == `[]`"}, not_bound: {}}]
unbind:
  request: {method: POST, path: /v1/u}
  outcomes: [{when: {status: 204}, done: {}}]
"""
CHILD = """\
manifest: 1
extends: ./family.yaml
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: shopping}
"""


@pytest.fixture
def child(tmp_path: Path) -> Path:
    (tmp_path / "family.yaml").write_text(FAMILY, encoding="utf-8")
    (tmp_path / "acme.yaml").write_text(CHILD, encoding="utf-8")
    return tmp_path / "acme.yaml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def complaint(path: Path) -> str:
    with pytest.raises(ContractError) as caught:
        load(path, KINDS)
    return str(caught.value)


def test_what_a_manifest_leaves_out_comes_from_its_family(child: Path) -> None:
    connector = load(child, KINDS)
    assert isinstance(connector, RestConnector)
    assert connector.spec.id == "acme"
    assert connector.spec.capabilities == {Capability.LOOKUP, Capability.UNBIND}
    assert connector.spec.limits.concurrency == 3
    assert {setting.name for setting in connector.spec.settings} == {"base_url", "token"}


def test_a_section_replaces_the_familys_and_settings_and_limits_are_added(child: Path) -> None:
    append(
        child,
        "config: {pin: {type: secret}}\nlimits: {concurrency: 5}\nunbind: null\n"
        "auth: {scheme: api_key, header: X-Key, secret: pin}\n",
    )
    connector = load(child, KINDS)
    assert isinstance(connector, RestConnector)
    assert connector.spec.capabilities == {Capability.LOOKUP}
    assert connector.manifest.auth.scheme == "api_key"
    assert connector.spec.limits.concurrency == 5
    assert connector.spec.limits.timeout.total_seconds() == 1
    assert {setting.name for setting in connector.spec.settings} == {"base_url", "token", "pin"}


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("family.yaml", "/v1/b,", "v1/b,", "family.yaml:8:26 lookup.request.path: expected a path"),
        ("family.yaml", "timeout: 1s", "timeout: 1", "family.yaml:6:10 limits.timeout: expected"),
        ("family.yaml", "params", "parms", "family.yaml:8:39 lookup.request.parms: unexpected"),
        ("acme.yaml", "id: acme", "id: Acme", "acme.yaml:3:1 id: expected lower-case letters"),
        (
            "acme.yaml",
            "id: acme",
            "config: {token: {type: txt}}\nid: acme",
            "acme.yaml:3:18 config.token.type: expected",
        ),
        (
            "acme.yaml",
            "id: acme",
            "lookup: {request: {method: GET, path: /x}}\nid: acme",
            "acme.yaml:3:1 lookup.outcomes: missing",
        ),
        ("family.yaml", "auth:", "\tauth:", "family.yaml:5:1: a tab"),
    ],
)
def test_a_mistake_is_named_with_the_file_it_stands_in(
    child: Path, file: str, old: str, new: str, message: str
) -> None:
    edit(child.with_name(file), old, new)
    assert message in complaint(child)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("../family.yaml", "expected ./name.yaml in the same folder, or preset:name"),
        ("./sub/family.yaml", "expected ./name.yaml in the same folder"),
        ("./..yaml", "expected ./name.yaml in the same folder"),
        ("/etc/family.yaml", "expected ./name.yaml in the same folder"),
        ("family.yaml", "expected ./name.yaml in the same folder"),
        ("https://acme.example/f.yaml", "expected ./name.yaml in the same folder"),
        ("[./family.yaml]", "expected ./name.yaml in the same folder"),
        ("./nobody.yaml", "there is no file nobody.yaml in the same folder"),
        ("preset:nobody", "no preset nobody"),
        ("preset:../sandbox/leshop", "expected ./name.yaml in the same folder"),
    ],
)
def test_nothing_outside_the_folder_is_read(child: Path, value: str, message: str) -> None:
    edit(child, "./family.yaml", value)
    assert f"acme.yaml:2:1 extends: {message}" in complaint(child)


def test_a_link_out_of_the_folder_is_not_followed(child: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (child.parent / "family.yaml").rename(outside / "family.yaml")
    (child.parent / "family.yaml").symlink_to(outside / "family.yaml")
    assert "extends: family.yaml links to a file outside the folder" in complaint(child)


def test_links_into_one_folder_are_followed_as_a_mounted_volume_has_them(
    child: Path, tmp_path: Path
) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for name in ("acme.yaml", "family.yaml"):
        (mounted / name).symlink_to(child.with_name(name))
    assert load(mounted / "acme.yaml", KINDS).spec.id == "acme"


def test_a_circle_is_refused(child: Path) -> None:
    edit(child.with_name("family.yaml"), "family: true", "extends: ./acme.yaml")
    assert "family.yaml:2:1 extends: acme.yaml extends itself" in complaint(child)


def test_three_files_on_top_of_each_other_are_enough(child: Path) -> None:
    folder = child.parent
    (folder / "family.yaml").rename(folder / "d0.yaml")
    for depth in range(1, 4):
        text = f"manifest: 1\nfamily: true\nextends: ./d{depth - 1}.yaml\n"
        (folder / f"d{depth}.yaml").write_text(text, encoding="utf-8")
    edit(child, "./family.yaml", "./d2.yaml")
    assert load(child, KINDS).spec.id == "acme"
    edit(child, "./d2.yaml", "./d3.yaml")
    assert "d1.yaml:3:1 extends: a chain of more than 3 files" in complaint(child)


class RecordingRegistry:
    """Collects what the plugin registers."""

    def __init__(self, *manifests: Path) -> None:
        self.manifests = manifests
        self.kinds = KINDS
        self.code_allowed = False
        self.added: list[str] = []
        self.problems: list[str] = []

    def add(self, connector: Connector, *, source: str | None = None) -> None:
        self.added.append(connector.spec.id)

    def add_kind(self, kind: Kind) -> None:
        raise AssertionError(kind)

    def report(self, source: str, message: str) -> None:
        self.problems.append(message)


def test_in_a_folder_a_family_is_no_connector_and_no_problem(child: Path) -> None:
    shelf = RecordingRegistry(child.parent)
    jiebang_register_connectors(shelf)
    assert (shelf.added, shelf.problems) == (["acme"], [])


def test_a_family_that_is_named_itself_is_a_problem(child: Path) -> None:
    shelf = RecordingRegistry(child.with_name("family.yaml"))
    jiebang_register_connectors(shelf)
    assert shelf.added == []
    assert shelf.problems == ["family.yaml:2:1 family: not a connector itself; extend it"]
