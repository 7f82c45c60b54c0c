"""`make` explains itself, and says what to do when Python is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def make(
    *arguments: str, folder: Path = REPOSITORY, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    # This very run may stand inside a `make test`, whose flags must not reach the inner one.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    environment.pop("ARGS", None)
    environment.pop("PYTHON", None)
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment | ({"PATH": path} if path else {}),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the repository without an environment, and with nothing to install."""
    for name in ("Makefile", "pyproject.toml", "requirements", "scripts"):
        source = REPOSITORY / name
        target = tmp_path / "house" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return tmp_path / "house"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with what make and its scripts call, but without Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("make", "sh", "dirname", "env", "touch"):
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


def write_script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_help_is_the_default_and_lists_every_target() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    phony = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split()
    done = make()
    assert done.returncode == 0
    assert re.findall(r"^  make ([\w-]+) ", done.stdout, re.MULTILINE) == phony


def test_without_a_python_it_says_what_to_install(bare: Path, tools: Path) -> None:
    done = make("demo", folder=bare, path=str(tools))
    assert done.returncode != 0
    assert "No Python 3.11 or newer was found" in done.stderr


def test_a_named_python_that_does_not_fit_is_refused_not_replaced(bare: Path, tools: Path) -> None:
    write_script(tools / "old", "exit 1")
    write_script(tools / "python3", "exit 0")
    done = make("demo", "PYTHON=old", folder=bare, path=str(tools))
    assert done.returncode != 0
    assert "PYTHON=old is no Python 3.11 or newer" in done.stderr


def test_a_python_without_venv_is_told_apart(bare: Path, tools: Path) -> None:
    write_script(tools / "python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    done = make("demo", folder=bare, path=str(tools))
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr


def test_what_is_installed_is_not_installed_again(bare: Path, tools: Path) -> None:
    program = bare / ".venv/bin/jiebang"
    program.parent.mkdir(parents=True)
    write_script(program, 'echo "demo $*"')
    (bare / ".venv/.run").touch()
    done = make("demo", "ARGS=--once", folder=bare, path=str(tools))
    assert (done.returncode, done.stdout) == (0, "demo demo --once\n")


def test_the_demo_replaces_the_shell_so_that_ctrl_c_finds_it(bare: Path, tools: Path) -> None:
    program = bare / ".venv/bin/jiebang"
    program.parent.mkdir(parents=True)
    write_script(program, "echo $PPID")
    (bare / ".venv/.run").touch()
    # The recipe's parent is make itself: no shell stands between them.
    done = subprocess.Popen(
        ["make", "demo"],
        cwd=bare,
        env={"PATH": str(tools)},
        stdout=subprocess.PIPE,
        text=True,
    )
    output, _ = done.communicate()
    assert int(output) == done.pid
