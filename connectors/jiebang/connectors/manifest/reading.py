"""Parsing of YAML files into plain values, with the line and column of each.

The nodes are converted here and not by the YAML package: a manifest needs only strings, numbers,
lists and mappings, every value keeps its position, and no type is guessed from the look of a text.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from jiebang.connectors.manifest.problem import ManifestError, ManifestProblem
from jiebang.connectors.manifest.tree import FieldPath, is_list, is_mapping
from jiebang.sdk import ManifestDocument

MAX_BYTES = 256 * 1024
#: Limits the values after resolving aliases, so that a small file cannot expand into a huge one.
MAX_VALUES = 20_000
MAX_DEPTH = 40

#: A node of the YAML package, which is untyped: .id, .tag, .value, .start_mark.
_Node = Any

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
#: Where a message of the YAML package reports that an anchor is repeated.
_AGAIN = re.compile(r"^second occurrence .*?line ([0-9]+), column ([0-9]+)", re.M)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}")


class _InvalidNode(Exception):
    """A value cannot be converted; carries its node."""

    def __init__(self, node: _Node, message: str) -> None:
        super().__init__(message)
        self.line: int = node.start_mark.line + 1
        self.column: int = node.start_mark.column + 1


def read(path: Path) -> ManifestDocument:
    """Read a manifest file.

    Raises `ManifestError` (``name:line:column: what is wrong``) for a file that is too large, not
    UTF-8 or not YAML, or that contains several documents, duplicate keys or anchors, tab
    indentation, merge keys, tags, or an excessive number of aliases.
    """
    data, lines = _content(path)
    if not is_mapping(data):
        raise _file_error(path, 1, 1, "expected a mapping that begins with `manifest: 1`")
    return ManifestDocument(path=path, data=data, lines=lines)


def read_list(path: Path, name: str) -> ManifestDocument:
    """Read a file that contains a list, as a document with it under `name`. Raises as `read`."""
    data, lines = _content(path)
    if not is_list(data) or not data:
        raise _file_error(path, 1, 1, f"expected a list: {name}")
    return ManifestDocument(
        path=path, data={name: data}, lines={(name, *where): at for where, at in lines.items()}
    )


def _content(path: Path) -> tuple[Any, dict[FieldPath, tuple[int, int]]]:
    try:
        if path.is_fifo():  # opening a FIFO blocks until somebody writes
            raise _file_error(path, 0, 0, "cannot be read: not a file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _file_error(path, 0, 0, f"cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise _file_error(path, 1, 1, f"larger than {MAX_BYTES // 1024} KiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise _file_error(path, line, column, "not valid UTF-8") from None
    try:
        yaml: Any = YAML(pure=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error", ReusedAnchorWarning)
            node = yaml.compose(text)
        reading = _NodeReader()
        data: Any = reading.value(node, (), 0) if node is not None else None
    except MarkedYAMLError as error:
        raise _file_error(path, *_error_details(error)) from None
    except YAMLError as error:
        at = getattr(error, "position", 0)
        line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
        raise _file_error(path, line, column, "a character YAML forbids") from None
    except ReusedAnchorWarning as warning:
        found = _AGAIN.search(str(warning))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        raise _file_error(path, line, column, "an anchor (&) that occurs twice") from None
    except RecursionError:
        raise _file_error(path, 1, 1, "nested too deeply") from None
    except _InvalidNode as wrong:
        raise _file_error(path, wrong.line, wrong.column, str(wrong)) from None
    return data, reading.lines


def _file_error(path: Path, line: int, column: int, message: str) -> ManifestError:
    return ManifestError([ManifestProblem(path, line, column, "", message)])


def _error_details(error: Any) -> tuple[int, int, str]:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = str(error.problem or error.context or "not valid YAML")
    if "'\\t'" in problem:
        problem = "a tab; YAML indents with spaces"
    elif "another document" in problem:
        problem = "a second document; a file holds one manifest"
    return line, column, problem


@dataclass(slots=True)
class _NodeReader:
    lines: dict[FieldPath, tuple[int, int]] = field(
        default_factory=dict[FieldPath, tuple[int, int]]
    )
    count: int = 0

    def value(self, node: _Node, where: FieldPath, depth: int) -> Any:
        self.count += 1
        if self.count > MAX_VALUES:
            raise _InvalidNode(node, f"expands into more than {MAX_VALUES} values")
        if depth > MAX_DEPTH:
            raise _InvalidNode(node, f"nested more than {MAX_DEPTH} levels deep")
        self.lines.setdefault(where, (node.start_mark.line + 1, node.start_mark.column + 1))
        if node.id == "mapping":
            return self._mapping(node, where, depth)
        if node.id == "sequence":
            return [
                self.value(item, (*where, index), depth + 1)
                for index, item in enumerate(node.value)
            ]
        return _scalar(node)

    def _mapping(self, node: _Node, where: FieldPath, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise _InvalidNode(key, "expected a string as key")
            if key.tag == f"{_TAG}merge":
                raise _InvalidNode(key, "merge keys (<<) are not read; repeat the fields")
            name = str(key.value)
            if name in result:
                raise _InvalidNode(key, f"the key {name} occurs twice")
            # A field's position is that of its key: that is where the reader looks.
            self.lines[*where, name] = (key.start_mark.line + 1, key.start_mark.column + 1)
            result[name] = self.value(value, (*where, name), depth + 1)
        return result


def _scalar(node: _Node) -> Any:
    text, tag = str(node.value), str(node.tag).removeprefix(_TAG)
    match tag:
        case "str" | "timestamp":
            return text
        case "null":
            return None
        case "bool" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "int" if _INTEGER.fullmatch(text):
            return int(text)
        case "float" if _DECIMAL.fullmatch(text):
            return float(text)
        case "int" | "float" | "bool":
            raise _InvalidNode(node, f"{text} would be read as a {tag}; put it in quotes")
        case _:
            raise _InvalidNode(node, "tags (!) are not read")
