"""`jiebang connector new`: what it generates passes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.app.commands.connector.running import assert_one_sentence, run
from typer.testing import Result

from jiebang.connectors.manifest.inheritance import PRESETS as SHIPPED
from jiebang.connectors.scaffold import KINDS, PRESETS, ConnectorDraft, files
from jiebang.sdk import ContractError


def write(folder: Path, kind: str, name: str, **flags: str) -> Result:
    given = {"zh": "贝果 “网盘”: #1", "en": 'Bagel\'s "Drive": #1', **flags}
    words = [word for flag, value in given.items() for word in (f"--{flag}", value)]
    return run("new", "--no-input", "--kind", kind, "--id", name, "--into", str(folder), *words)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_connector_passes_check_its_own_tests_and_the_kit(tmp_path: Path, kind: str) -> None:
    # A name of its own: Python modules of one process share their names.
    name = f"beiguo_{kind}"
    folder = tmp_path / "new"
    assert write(folder, kind, name).exit_code == 0
    assert 3 <= len(list(folder.iterdir())) <= 4
    checked = run("check", str(folder))
    assert checked.exit_code == 0, checked.output
    assert f"ok {name} 0.1.0" in checked.output
    target = folder if kind == "python" else folder / f"{name}.yaml"
    level = ConnectorDraft(kind=kind, id=name, zh="贝果", en="Bagel").level
    tested = run("test", str(target), "--level", level)
    assert tested.exit_code == 0, tested.output
    assert f"level {level}" in tested.output or kind == "python"
    own = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert own.returncode == 0, own.stdout
    assert "passed" in own.stdout


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    assert write(tmp_path / "new", "guide", "beiguo").exit_code == 0
    before = (tmp_path / "new" / "beiguo.yaml").read_text()
    again = write(tmp_path / "new", "guide", "beiguo", en="Other")
    assert again.exit_code == 2
    assert "overwritten" in again.stderr
    assert (tmp_path / "new" / "beiguo.yaml").read_text() == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"kind": "soap"}, "expected one of rest"),
        ({"name": "贝果"}, "pinyin"),
        ({"name": "Beiguo"}, "lower-case letters"),
        ({"name": "true"}, "a keyword of YAML or Python"),
        ({"name": "none"}, "a keyword of YAML or Python"),
        ({"zh": " "}, "Chinese name"),
        ({"en": "a\nb"}, "English name"),
        ({"category": "cakes"}, "category must be one of"),
        ({"base-url": "http://beiguo.example"}, "https://"),
        ({"base-url": "https://beiguo.example/?a=b"}, "https://"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, flags: dict[str, str], said: str) -> None:
    given = {"kind": "rest", "name": "beiguo", **flags}
    result = write(tmp_path / "new", given.pop("kind"), given.pop("name"), **given)
    assert_one_sentence(result, said)
    assert not (tmp_path / "new").exists()


def test_every_preset_that_ships_can_be_begun_with() -> None:
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == set(PRESETS)


def test_answers_may_come_through_a_pipe_and_a_wrong_one_is_asked_for_again(tmp_path: Path) -> None:
    words = "soap\nkeycloak\nBei Guo\nbeiguo\n贝果\nBagel\n"
    folder = tmp_path / "new"
    result = run("new", "--into", str(folder), given=words)
    assert result.exit_code == 0, result.output
    assert "Unknown kind soap" in result.output
    assert "lower-case letters" in result.output
    # Nobody answered the last question, and it has an answer of its own.
    assert "https://beiguo.example" in (folder / "beiguo.yaml").read_text()


@pytest.mark.parametrize("kind", ["rest", "clevertap", "guide"])
def test_the_commands_of_the_readme_end_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    assert write(tmp_path / "new", kind, "beiguo").exit_code == 0
    monkeypatch.chdir(tmp_path / "new")
    lines = (tmp_path / "new" / "README.md").read_text("utf-8").splitlines()
    commands = [line.split()[2:] for line in lines if line.startswith("    jiebang connector")]
    assert len(commands) >= 2
    for words in commands:
        assert run(*words).exit_code == 0, words


def test_names_cannot_change_what_is_written() -> None:
    draft = ConnectorDraft(kind="rest", id="beiguo", zh='"}@EN@', en="x: y # z")
    manifest = files(draft)["beiguo.yaml"]
    assert 'en: "x: y # z"' in manifest
    assert '"\\"}@EN@"' in manifest


def test_a_draft_says_what_it_expected() -> None:
    with pytest.raises(ContractError, match="an id has 2 to 40"):
        ConnectorDraft(kind="rest", id="x", zh="贝果", en="Bagel")
