"""`docs/path.md` is correct: every function it names exists, and the calls lead downwards."""

from __future__ import annotations

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "path.md"
ROLES = {
    "app": "gateway",
    "gateway": "gateway",
    "schema": "schema",
    "connectors": "connectors",
    "transport": "connectors",
}
#: From the top of the house to the bottom; gateway and connectors are beside each other.
DEPTHS = {"app": 0, "schema": 1, "gateway": 2, "connectors": 2, "transport": 3}

STEP = re.compile(r"^- `([\w/]+\.py): ([\w.]+)` \S")


def sections() -> dict[str, list[tuple[str, str]]]:
    """Return the steps (file, function) below each heading."""
    found: dict[str, list[tuple[str, str]]] = {}
    above = title = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            above = line.removeprefix("## ")
        elif line.startswith("### "):
            title = f"{above}: {line.removeprefix('### ')}"
            found[title] = []
        elif line.startswith("- "):
            match = STEP.match(line)
            assert match, f"not `file: function` and what happens: {line}"
            found[title].append((match[1], match[2]))
    return found


def names(path: Path) -> set[str]:
    """Return functions, classes, and methods as Class.method."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found.add(node.name)
            found |= {
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return found


def test_it_follows_both_jobs_there_and_back() -> None:
    told = {title: len(steps) for title, steps in sections().items()}
    assert set(told) == {
        "A lookup: Down",
        "A lookup: Back",
        "An unbinding: Down to the journal",
        "An unbinding: Down from the worker",
        "An unbinding: Back",
    }
    assert all(count >= 4 for count in told.values())


def test_every_function_it_names_exists() -> None:
    """Where one is gone, the path has to be followed anew."""
    gone: list[str] = []
    for file, function in sorted({step for steps in sections().values() for step in steps}):
        path = REPOSITORY / ROLES[file.partition("/")[0]] / "jiebang" / file
        if not path.is_file() or function not in names(path):
            gone.append(f"{file}: {function}")
    assert not gone


def test_its_ways_down_go_the_way_of_the_imports() -> None:
    for title, steps in sections().items():
        depths = [DEPTHS[file.partition("/")[0]] for file, _ in steps]
        assert "Down" not in title or depths == sorted(depths), title
