"""One name for one thing: classes, modules and functions carry the field's terms."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ROOTS = [REPOSITORY / role for role in ("connectors", "gateway", "schema")]

#: Where a class may be called as its counterpart in another layer: the contract's values, GraphQL's
#: types, the tables, and the sandbox, which knows none of ours.
TWINS = ("jiebang.sdk", "jiebang.schema", "jiebang.gateway.journal.models", "jiebang.sandbox")
#: Packages whose folders are siblings by design: each kind has a `kind`, a `connector`, a `model`.
SIBLINGS = {"jiebang.connectors"}
#: Past participles that do not end in -ed.
IRREGULAR = re.compile(
    "built|done|found|given|gone|held|kept|known|left|lost|made|met|said|seen|sent|shown|sought|"
    "spent|spoken|struck|taken|thought|told|written"
)
#: Words that end in -ed and are no participles.
NOUNS = frozenset({"feed", "need", "seed", "speed", "embed", "shed", "exceed"})


def sources() -> dict[str, ast.Module]:
    """Map dotted names to syntax trees, for all modules that ship."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): (
            ast.parse(path.read_text())
        )
        for root in ROOTS
        for path in sorted((root / "jiebang").rglob("*.py"))
    }


def test_a_public_class_name_exists_once() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for module, tree in sources().items():
        if module.startswith(TWINS):
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(module)
    twice = {name: modules for name, modules in homes.items() if len(modules) > 1}
    assert not twice, f"one word for one thing; rename all but one: {twice}"


def test_a_module_name_exists_once_in_a_package() -> None:
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for module in sources():
        package, leaf = ".".join(module.split(".")[:2]), module.rsplit(".", 1)[-1]
        if package not in SIBLINGS and module.count(".") > 1 and not is_package(module):
            homes[package, leaf].append(module)
    twice = [modules for modules in homes.values() if len(modules) > 1]
    assert not twice, f"which of them does a search find? {twice}"


def is_package(module: str) -> bool:
    return any((root / module.replace(".", "/")).is_dir() for root in ROOTS)


def test_no_function_is_named_by_a_past_participle() -> None:
    odd = [
        f"{module}.{node.name}"
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and is_participle(node.name)
        and not is_property(node)
    ]
    assert not odd, f"begin with a verb in the imperative, or name what is returned: {odd}"


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Read like an attribute, so named like one."""
    return any("property" in ast.unparse(one) for one in node.decorator_list)


def is_participle(name: str) -> bool:
    word = name.strip("_")
    if word in NOUNS:
        return False
    return bool(IRREGULAR.fullmatch(word) or re.fullmatch(r"[a-z]+ed", word))
