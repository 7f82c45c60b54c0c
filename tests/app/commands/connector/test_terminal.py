"""Third-party text on a terminal: it moves no cursor, clears no line, reverses no text."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.commands.connector.running import manifest, run
from typer.testing import CliRunner

from jiebang.app.commands.connector import connector
from jiebang.app.commands.connector.terminal import escape_controls

ACTIVE = ("Cc", "Cf", "Cs", "Zl", "Zp")
#: Clears the screen; sets the window's title; the same in one character; reverses a line.
EVIL = "\\e[2J\\e]0;owned\\a\\x9b2J\\u202e"


def is_harmless(text: str) -> bool:
    return not any(one != "\n" and category(one) in ACTIVE for one in text)


@given(st.text(st.characters()))
def test_nothing_that_a_terminal_acts_on_is_left(text: str) -> None:
    shown = escape_controls(text)
    assert is_harmless(shown.replace("\t", ""))
    shown.encode()


@pytest.mark.parametrize("text", ["贝果　有限公司", "two\nlines", "a\tb", "café 💳 [bold]"])
def test_text_for_people_stays_as_it_is(text: str) -> None:
    assert escape_controls(text) == text


def test_an_escape_sequence_is_shown_as_what_it_is() -> None:
    assert escape_controls("\x1b[2J\u202e") == "\\x1b[2J\\u202e"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_check_shows_a_manifests_texts_harmlessly(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = manifest(tmp_path, "version: 0.1.0", f'version: 0.1.0\n"{EVIL}": 1')
    result = run("check", *options, str(path))
    assert result.exit_code == 1
    assert "owned" in result.output
    assert is_harmless(result.output)
    assert not options or json.loads(result.output)


def test_so_does_check_with_a_version_and_a_files_name(tmp_path: Path) -> None:
    path = manifest(tmp_path, "version: 0.1.0", f'version: "{EVIL}"')
    named = path.rename(tmp_path / "a\x1b[2J\n.yaml")
    result = run("check", str(named))
    assert "\x1b" not in result.output
    assert "x1b[2J" in result.output


def test_so_does_a_refusal() -> None:
    result = run("explain", "no\x1b[2Jbody", "13912341234")
    assert result.exit_code == 2
    assert "\\x1b[2J" in result.output
    assert is_harmless(result.output)


def test_so_does_explain_with_what_a_platform_answered(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    reply = tmp_path / "reply.json"
    reply.write_text('{"bindings": [{"id": "\\u001b[2J", "nickname": "\\u001b[2J\\u202e"}]}')
    result = run("explain", str(path), "13912341234", "--reply", str(reply))
    assert result.exit_code == 0, result.output
    assert "handle \\x1b** of 4 characters" in result.output
    assert is_harmless(result.output)


def test_so_does_list(tmp_path: Path) -> None:
    manifest(tmp_path)
    (tmp_path / "broken.yaml").write_text(f'manifest: 1\nkind: rest\n"{EVIL}": 1\n')
    environment = {"JIEBANG_MANIFESTS": str(tmp_path), "JIEBANG_GUIDES": "off", "COLUMNS": "400"}
    result = CliRunner().invoke(connector, ["list"], env=environment)
    assert result.exit_code == 0, result.output
    assert "beiguo" in result.output
    assert "\\x1b[2J" in result.output
    assert is_harmless(result.output)
