"""Writes docs/contract.md, the reference of the connector contract, from `jiebang.sdk` itself, and
in other pages the lists of the kinds of action.

Such a list stands between `<!-- kinds: name -->` (UNBIND) or `<!-- kinds: value -->` (unbind) and
`<!-- /kinds -->`. `python scripts/contract_page.py` writes them all; `--check` only compares, and
exits 1 on a difference.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import jiebang.sdk
from jiebang.sdk import ActionKind

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "contract.md"
#: A list of kinds in a page: how it is written, and what it says.
KINDS = re.compile(r"(<!-- kinds: (name|value) -->).*?(<!-- /kinds -->)")
HEAD = """\
# The contract

Everything a connector imports from `jiebang.sdk`, version {version}.
Written by `python scripts/contract_page.py` from the code, and held equal to it by a test.
How to use it: [connectors.md](connectors.md). What may change: [versions.md](versions.md).
"""


def page() -> str:
    """Return the complete page."""
    version = ".".join(map(str, jiebang.sdk.API))
    parts = [HEAD.format(version=version)]
    for name in sorted(_modules(), key=_rank):
        module = importlib.import_module(name)
        parts += [f"\n## {name.removeprefix('jiebang.sdk.')}\n", _docstring(module) + "\n"]
        parts += [part for one in _public_names(module) for part in _entry(one, module)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


#: In the order in which a reader needs them; others follow by name.
ORDER = ("connector", "actions", "spec", "values", "outcomes", "errors", "reasons", "call")


def _rank(module: str) -> tuple[int, str]:
    name = module.removeprefix("jiebang.sdk.")
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _modules() -> set[str]:
    found = re.findall(r"^from (jiebang\.sdk\.\w+) import", inspect.getsource(jiebang.sdk), re.M)
    return set(found)


def _public_names(module: ModuleType) -> list[str]:
    """Return the public names of the module, in source order."""
    source = inspect.getsource(module)
    written = re.findall(r"^(?:class )?([A-Za-z_]+)(?=[(:\s=\[])", source, re.M)
    return [name for name in dict.fromkeys(written) if _is_from(name, module)] + [
        name
        for name in jiebang.sdk.__all__
        if inspect.isfunction(one := getattr(jiebang.sdk, name))
        and one.__module__ == module.__name__
    ]


def _is_from(name: str, module: ModuleType) -> bool:
    if name not in jiebang.sdk.__all__ or not hasattr(module, name):
        return False
    return getattr(getattr(module, name), "__module__", module.__name__) == module.__name__ or bool(
        re.search(rf"^{name}\b[^=\n]*=", inspect.getsource(module), re.M)
    )


def _entry(name: str, module: ModuleType) -> Iterator[str]:
    one = getattr(module, name)
    yield f"### {name}\n"
    if inspect.isfunction(one):
        yield f"```python\n{name}{_signature(one)}\n```\n"
        yield _docstring(one) + "\n"
    elif not inspect.isclass(one) or one.__module__ != module.__name__:
        comment = _comment(inspect.getsource(module), rf"^{name}\b")
        statement = _statement(inspect.getsource(module), name)
        if isinstance(one, Mapping) and " for " in statement:  # what it says is what it makes
            yield _mapping_table(cast("Mapping[enum.Enum, object]", one))
        else:
            yield f"```python\n{statement}\n```\n"
        yield (comment or "") + "\n"
    else:
        yield _docstring(one) + "\n"
        yield from _members(one)


def _members(one: type[Any]) -> Iterator[str]:
    if one is ActionKind:
        yield _kind_table()
        return
    if issubclass(one, enum.Enum):
        yield _names(one) + "\n"
        return
    if is_dataclass(one):
        rows = [_row(one, field) for field in fields(one)]
        if rows:
            yield "| field | type | default | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    elif issubclass(one, Exception):
        code = getattr(one, "code", None)
        if code is not None:
            yield f"Code: `{code.name}`.\n"
    for name, method in vars(one).items():
        text = _docstring(method) if callable(method) or isinstance(method, property) else ""
        member = (
            method.fget if isinstance(method, property) else getattr(method, "__func__", method)
        )
        if name.startswith("_") or not inspect.isfunction(member):
            continue
        if is_dataclass(one) and not member.__doc__:
            continue
        word = "async " if inspect.iscoroutinefunction(member) else ""
        shown = f"{word}{name}{_signature(member)}"
        if isinstance(method, property):
            shown = f"{name}: {member.__annotations__['return']}"
        yield f"- `{shown}`" + (f" {text}" if text else "")
    yield ""


def _mapping_table(entries: Mapping[enum.Enum, object]) -> str:
    texts = {key: getattr(value, "__name__", value) for key, value in entries.items()}
    rows = [f"| `{key.name}` | `{text}` |" for key, text in texts.items()]
    return "\n".join(["| | |", "|---|---|", *rows]) + "\n"


def _kind_table() -> str:
    rows = [
        f"| `{kind.name}` | `{kind.value}` | {_names(sorted(kind.effects))} | {kind.meaning} |"
        for kind in ActionKind
    ]
    head = ["| kind | method, section of a manifest | effect by default | |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _names(members: Iterable[enum.Enum]) -> str:
    return ", ".join(f"`{member.name}`" for member in members)


def fill_kinds(text: str) -> str:
    """The page with its lists of kinds as they are now."""

    def listed(found: re.Match[str]) -> str:
        kinds = ", ".join(f"`{getattr(kind, found[2])}`" for kind in ActionKind)
        return found[1] + kinds + found[3]

    return KINDS.sub(listed, text)


def _signature(function: Callable[..., Any]) -> str:
    text = str(inspect.signature(function)).replace("'", "")
    return text.replace("(self, ", "(").replace("(self)", "()")


def _row(owner: type[Any], field: Field[Any]) -> str:
    default = ""
    if field.default is not MISSING:
        value: Any = field.default
        default = f"`{value.name}`" if isinstance(value, enum.Enum) else f"`{value!r}`"
    elif field.default_factory is not MISSING:
        default = "empty"
    comment = _comment(inspect.getsource(owner), rf"^    {field.name}:") or ""
    kind = str(field.type).replace("|", "\\|")
    return f"| `{field.name}` | `{kind}` | {default} | {comment} |"


def _comment(source: str, pattern: str) -> str | None:
    """Return the `#:` lines before the first matching line."""
    lines = source.splitlines()
    for index, line in enumerate(lines):
        if re.match(pattern, line):
            found: list[str] = []
            while index and (text := lines[index - 1].strip()).startswith("#: "):
                found.insert(0, text.removeprefix("#: "))
                index -= 1
            return " ".join(found) or None
    return None


def _statement(source: str, name: str) -> str:
    """Return the assignment of `name`, as written."""
    found = re.search(rf"^{name}\b.*?(?=\n\S|\n\n|\Z)(?:\n[)}}\]].*)?", source, re.M | re.S)
    return "" if found is None else found.group().rstrip()


def _docstring(one: object) -> str:
    """Return the docstring, reflowed; drawings are kept."""
    text = inspect.getdoc(one) if getattr(one, "__doc__", None) else None
    blocks = (text or "").split("\n\n")
    return "\n\n".join(
        f"```\n{block}\n```" if block.startswith(" ") else " ".join(block.split("\n"))
        for block in blocks
    )


def main() -> int:
    pages = {path: path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    made = {path: fill_kinds(text) for path, text in pages.items()} | {PAGE: page()}
    stale = [path for path, text in made.items() if pages.get(path) != text]
    if "--check" in sys.argv[1:]:
        print("contract: run python scripts/contract_page.py" if stale else "contract: as the code")
        return bool(stale)
    for path in stale:
        path.write_text(made[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
