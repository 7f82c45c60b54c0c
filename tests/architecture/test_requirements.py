"""The hashed requirements match pyproject.toml, and contain nothing machine-specific."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


def text(what: str) -> str:
    """All that pip reads of it."""
    own = (REPOSITORY / "requirements" / f"{what}.txt").read_text()
    return own if what == "run" else own.replace("-r run.txt\n", text("run"), 1)


def pins(what: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^ ;]+)", text(what), re.MULTILINE))


def group_requirements(project: dict[str, Any], group: str) -> list[Requirement]:
    own: list[Any] = project["dependency-groups"][group]
    included = [
        r for line in own if isinstance(line, dict) for r in group_requirements(project, "build")
    ]
    return included + [Requirement(line) for line in own if isinstance(line, str)]


@pytest.mark.parametrize(("what", "group"), [("run", "build"), ("dev", "dev")])
def test_a_lock_satisfies_what_is_asked_for(project: dict[str, Any], what: str, group: str) -> None:
    asked = [Requirement(line) for line in project["project"]["dependencies"]]
    pinned = pins(what)
    stale = [
        str(requirement)
        for requirement in asked + group_requirements(project, group)
        if (pin := pinned.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(pin)
    ]
    assert not stale, f"run `make lock`: {stale}"


def test_what_is_tested_is_what_runs() -> None:
    assert pins("run").items() <= pins("dev").items()


@pytest.mark.parametrize("what", ["run", "dev"])
def test_a_lock_has_hashes_and_no_addresses(what: str) -> None:
    entries = re.split(r"\n(?=\S)", text(what).strip())
    assert all(" --hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|--(index|extra-index|find-links)", text(what))
