"""The repository contains no machine names, secrets or leftovers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def scan(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, REPOSITORY / "scripts/repository_files.py", folder],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def test_this_repository_is_clean() -> None:
    done = scan(REPOSITORY)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "gateway/jiebang/__init__.py",
        "tests/__init__.py",
        "gateway/jiebang/gateway/utils.py",
        "schema/jiebang/schema/common/types.py",
        ".env",
        "deploy/server.key",
        "gateway/journal.py.orig",
    ],
)
def test_a_forbidden_name_is_refused(repository: Path, name: str) -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    done = scan(repository)
    assert done.returncode == 1
    assert name in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        "see /" + "home/somebody/jiebang",
        "--index-url https://py" + "pi.org/simple",
        "<" * 7 + " HEAD",
    ],
)
def test_a_forbidden_content_is_refused_with_its_line(repository: Path, content: str) -> None:
    (repository / "page.md").write_text(f"# A page\n{content}\n")
    done = scan(repository)
    assert done.returncode == 1
    assert "page.md:2: " in done.stdout


def test_an_ignored_file_is_nobody_s_business(repository: Path) -> None:
    (repository / ".gitignore").write_text(".env\n")
    (repository / ".env").write_text("")
    assert scan(repository).returncode == 0
