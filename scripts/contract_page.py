"""Generate docs/contract.md, the reference of the connector contract, from `jiebang.sdk`.

`python scripts/contract_page.py` writes the page; `--check` compares, and exits with 1 on a
difference.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import jiebang.sdk

PAGE = Path(__file__).parents[1] / "docs" / "contract.md"
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


#: In reading order; modules not listed follow by name.
ORDER = ("connector", "spec", "values", "outcomes", "errors", "reasons", "call")


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
        yield f"```python\n{statement}\n```\n"
        yield (comment or "") + "\n"
    else:
        yield _docstring(one) + "\n"
        yield from _members(one)


def _members(one: type[Any]) -> Iterator[str]:
    if issubclass(one, enum.Enum):
        yield ", ".join(f"`{member.name}`" for member in one) + "\n"
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
    made = page()
    if "--check" in sys.argv[1:]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == made
        print("contract: as the code" if same else "contract: run python scripts/contract_page.py")
        return not same
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
