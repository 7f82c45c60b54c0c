"""Node packages, installed from lock files for tests that run concurrently."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
#: Our own client package, and the schema that it is made for.
CLIENT, SCHEMA = REPOSITORY / "schema/clients/typescript", REPOSITORY / "schema/jiebang/schema"


def program(name: str) -> str:
    """Return the path of `node` or `npm`. Skips where it is missing, but never in CI."""
    found = shutil.which(name)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs {name}")
    assert found is not None, f"install {name}"
    return found


def install(folder: Path) -> None:
    """Install what the folder's lock pins; the first caller installs it."""
    npm, lock = program("npm"), folder / "package-lock.json"
    with _file_lock(lock):
        if not _is_newer(folder / "node_modules/.package-lock.json", lock):
            _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)


def build_client() -> Path:
    """Install and build our client package; the first caller builds it."""
    npm = program("npm")
    install(CLIENT)
    with _file_lock(CLIENT / "package-lock.json"):
        made_from = [*CLIENT.glob("src/*.ts"), *CLIENT.glob("*.json")]
        if not all(_is_newer(CLIENT / "dist/websocket.js", one) for one in made_from):
            shutil.rmtree(CLIENT / "dist", ignore_errors=True)
            _run(npm, "run", "--silent", "build", cwd=CLIENT)
    return CLIENT


@contextmanager
def _file_lock(path: Path) -> Generator[None]:
    """Allow one process at a time; the lock ends with the process."""
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
