"""The wheel contains everything in the source tree."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jiebang.schema.documents import DIRECTORY

pytestmark = pytest.mark.slow

CACHE = re.compile(r"(^|/)(\.|__pycache__/)")
REPOSITORY = Path(__file__).parents[2]
PACKAGES = [
    *(REPOSITORY / role / "jiebang" for role in ("connectors", "gateway", "schema")),
    REPOSITORY / "schema/clients/python/src/jiebang_client",
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_it_holds_every_file_of_every_package(built: set[str]) -> None:
    written = {
        str(path.relative_to(folder.parent))
        for folder in PACKAGES
        for path in folder.rglob("*")
        if path.is_file() and not CACHE.search(str(path.relative_to(folder)))
    }
    assert written <= built, f"left out, by .gitignore perhaps: {sorted(written - built)}"
    documents = {f"jiebang_client/operations/{path.name}" for path in DIRECTORY.iterdir()}
    assert documents <= built


def test_it_plants_nothing_but_the_namespace_and_the_client(built: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in built} == {"jiebang", "jiebang_client"}
    assert "jiebang/__init__.py" not in built


def test_it_brings_its_licence(built: set[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in built)
