"""How the tests here run `jiebang connector`, and the manifest that they begin with."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from jiebang.app.commands.connector import connector
from jiebang.connectors.scaffold import ConnectorDraft, files

BEIGUO = files(ConnectorDraft(kind="rest", id="beiguo", zh="贝果", en="Bagel"))


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(connector, arguments, input=given)


def assert_one_sentence(result: Result, said: str) -> None:
    """It is refused in one line that says what to do."""
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def manifest(folder: Path, old: str = "", new: str = "") -> Path:
    """What `jiebang connector new` writes, with one change; the path of the manifest."""
    assert old in BEIGUO["beiguo.yaml"]
    for name, text in BEIGUO.items():
        (folder / name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return folder / "beiguo.yaml"
