"""Modules are small, named by one noun, documented, and free of cycles."""

from __future__ import annotations

import ast
import graphlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ROOTS = [REPOSITORY / role for role in ("connectors", "gateway", "schema")]

#: Lines. A module is looked at again from 300 on; at 400 it is split by noun.
SHORTEST, LONGEST = 20, 400
#: Shorter or longer, with the reason. A module leaves this list as soon as it can.
EXEMPT: dict[str, str] = {
    "clients.python.src.jiebang_client.results": "generated: a type for each shape of an answer",
    "jiebang.sandbox.platforms.anju": "one of a family; a platform that never answers says little",
}


def modules() -> dict[str, Path]:
    """Map dotted names to files, for all modules that ship."""
    found: dict[str, Path] = {}
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def unshipped_modules() -> list[Path]:
    return [p for d in ("tests", "scripts", "benchmarks") for p in (REPOSITORY / d).rglob("*.py")]


def test_all_code_is_type_checked() -> None:
    tool = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]
    folders = {
        path.relative_to(REPOSITORY).parts[0]
        for path in REPOSITORY.glob("[!.]*/**/*.py")
        if "node_modules" not in path.parts
    }
    assert set(tool["mypy"]["files"]) == set(tool["pyright"]["include"]) == folders


def is_migration(path: Path) -> bool:
    return "versions" in path.parts or path.name == "env.py"


def test_every_module_has_a_docstring() -> None:
    silent = [
        str(path.relative_to(REPOSITORY))
        for path in [*modules().values(), *unshipped_modules()]
        if len(ast.get_docstring(ast.parse(path.read_text())) or "") < len("A noun.")
    ]
    assert not silent, f"say in a line what it is for: {silent}"


def test_modules_are_neither_drawers_nor_crumbs() -> None:
    out: list[str] = []
    for name, path in modules().items():
        lines = len(path.read_text().splitlines())
        short = lines < SHORTEST and path.name not in ("__init__.py", "__main__.py")
        if (short or lines > LONGEST) and name not in EXEMPT and not is_migration(path):
            out.append(f"{name}: {lines} lines")
    assert not out, f"{SHORTEST} to {LONGEST} lines, or an entry in EXEMPT with its reason: {out}"


def test_exemptions_are_still_needed() -> None:
    known = modules()
    stale = [
        name
        for name in EXEMPT
        if name not in known or SHORTEST <= len(known[name].read_text().splitlines()) <= LONGEST
    ]
    assert not stale, f"take out of EXEMPT: {stale}"


def test_modules_are_named_by_one_noun() -> None:
    odd = [
        name
        for name, path in modules().items()
        if not is_migration(path)
        and not re.fullmatch(r"(__main__|[a-z][a-z0-9]*(_[a-z0-9]+){0,2})", name.rsplit(".", 1)[-1])
    ]
    assert not odd, odd


def imports(name: str, path: Path, known: set[str]) -> Iterator[str]:
    """Return our modules that this one imports, anywhere in it, including under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports by a relative path"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                target = whole if whole in known else node.module
                if target in known and target != name:
                    yield target


def test_no_module_imports_itself_in_a_circle() -> None:
    known = modules()
    graph = {name: set(imports(name, path, set(known))) for name, path in known.items()}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def test_no_role_folder_is_a_package() -> None:
    strays = [str(p) for r in ROOTS for p in (r / "__init__.py", r / "jiebang" / "__init__.py")]
    assert not [stray for stray in strays if Path(stray).exists()]


def test_every_package_is_typed() -> None:
    untyped = [
        package.name
        for root in ROOTS
        for package in (root / "jiebang").iterdir()
        if package.is_dir()
        and package.name != "__pycache__"
        and not (package / "py.typed").exists()
    ]
    assert not untyped, f"py.typed is missing in {untyped}"
