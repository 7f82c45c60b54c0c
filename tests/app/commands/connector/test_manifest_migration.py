"""`jiebang connector migrate` takes folders like the other commands."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from jiebang.app.commands.connector import connector


def run(*arguments: str) -> Result:
    return CliRunner().invoke(connector, arguments)


def test_every_manifest_of_a_folder_is_brought_forward_and_recordings_are_none(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "beiguo"
    flags = ("--zh", "贝果", "--en", "Bagel", "--no-input", "--into", str(folder))
    assert run("new", "--kind", "rest", "--id", "beiguo", *flags).exit_code == 0
    result = run("migrate", str(folder))
    assert result.exit_code == 0, result.output
    told = f"{folder / 'beiguo.yaml'} is already current (version 1).\n"
    assert result.output == told


def test_a_folder_without_a_manifest_is_one_sentence(tmp_path: Path) -> None:
    result = run("migrate", str(tmp_path))
    assert result.exit_code == 2
    assert "no manifest here" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_one_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("manifest: 1\n", encoding="utf-8")
    result = run("migrate", str(tmp_path))
    assert result.exit_code == 2
    assert "a.yaml:2:1: the key a occurs twice" in result.stderr
    assert "b.yaml is already current" in result.stdout
