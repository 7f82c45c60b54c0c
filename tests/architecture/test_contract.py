"""The public names of `jiebang.sdk` are listed, real and documented."""

from __future__ import annotations

import ast
from pathlib import Path

import jiebang.sdk

DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
SDK = Path(jiebang.sdk.__file__).parent


def definitions(path: Path) -> dict[str, bool]:
    """Yield the public names of a module, and whether each is documented. A class or function is by
    its docstring, a value by a comment `#:` above it, a protocol of one method by that method. A
    name drawn in the module's docstring needs no more."""
    source = path.read_text()
    lines = source.splitlines()
    tree = ast.parse(source)
    told = ast.get_docstring(tree) or ""
    found: dict[str, bool] = {}
    for node in tree.body:
        if isinstance(node, DOCUMENTED):
            told_by = [node, *(node.body if len(node.body) == 1 else [])]
            found[node.name] = node.name in told or any(
                isinstance(part, DOCUMENTED) and ast.get_docstring(part) for part in told_by
            )
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            above = lines[node.lineno - 2] if node.lineno > 1 else ""
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found[target.id] = target.id in told or above.startswith("#:")
    return {name: known for name, known in found.items() if not name.startswith("_")}


def module_definitions() -> dict[str, bool]:
    return {
        name: known
        for path in sorted(SDK.glob("*.py"))
        if path.name != "__init__.py"
        for name, known in definitions(path).items()
    }


def test_every_public_name_is_in_all() -> None:
    missing = module_definitions().keys() - set(jiebang.sdk.__all__)
    assert not missing, f"define it with an underscore or add it to __all__: {sorted(missing)}"


def test_all_lists_only_names_that_exist_once_and_in_order() -> None:
    listed = jiebang.sdk.__all__
    assert sorted(set(listed)) == sorted(listed)
    assert not [name for name in listed if not hasattr(jiebang.sdk, name)]


def test_every_public_class_and_function_says_what_it_is() -> None:
    silent = sorted(
        name for name, known in module_definitions().items() if not known and not name.isupper()
    )
    assert not silent, f"without a docstring or a `#:` comment: {silent}"
