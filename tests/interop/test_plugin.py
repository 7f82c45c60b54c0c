"""A connector in its own package, installed beside Jiebang as a third party would."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PLUGIN = REPOSITORY / "connectors/examples/jiebang-luoye"


def run(*command: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=cwd, env=settings | more, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python with the two wheels, and nothing from this working tree."""
    folder = tmp_path_factory.mktemp("stranger")
    wheels = folder / "wheels"
    for source in (REPOSITORY, PLUGIN):
        built = run(
            sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels, cwd=source
        )
        assert built.returncode == 0, built.stderr
    made = run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    assert made.returncode == 0, made.stderr
    python = folder / "venv/bin/python"
    found = run(
        python, "-m", "pip", "install", "--no-deps", "--no-index", *wheels.glob("*.whl"), cwd=folder
    )
    assert found.returncode == 0, found.stderr
    # What both depend on is borrowed from here, so that this needs no network. Editable
    # installs are not: their .pth files count only in the environment's own folder.
    ours = sysconfig.get_path("purelib")
    theirs = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    (Path(theirs.stdout.strip()) / "borrowed.pth").write_text(ours + "\n", encoding="utf-8")
    return python


def test_jiebang_comes_from_the_wheel(stranger: Path, tmp_path: Path) -> None:
    told = run(stranger, "-c", "import jiebang.sdk; print(jiebang.sdk.__file__)", cwd=tmp_path)
    assert str(stranger.parents[1]) in told.stdout, told.stderr


def test_its_own_tests_pass_there(stranger: Path) -> None:
    # The borrowed folder has pytest plugins that a stranger would not have.
    bare = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = run(stranger, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=PLUGIN, **bare)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_it_is_listed_without_configuration_and_with_it(stranger: Path, tmp_path: Path) -> None:
    command = (stranger.with_name("jiebang"), "connector", "list")
    given = {
        "JIEBANG_CONNECTORS__LUOYE__BASE_URL": "https://open.luoye.example",
        "JIEBANG_CONNECTORS__LUOYE__TOKEN": "t-0123456789",
    }
    for settings, state in (({}, "not_configured"), (given, "enabled")):
        told = run(*command, cwd=tmp_path, COLUMNS="200", **settings)
        assert told.returncode == 0, told.stderr
        (row,) = (line for line in told.stdout.splitlines() if "jiebang_luoye" in line)
        assert state in row.split()
