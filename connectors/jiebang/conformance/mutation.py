"""Faulty replies: whole replies that say nothing, and true ones with a fault."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jiebang.conformance.exchange import InvalidJson, StubResponse
from jiebang.connectors.manifest.tree import is_list, is_mapping

#: Not a word of any platform.
UNKNOWN = "zz_unknown_9"
PAGE = "<!doctype html><html><head><title>Just a moment</title></head><body>...</body></html>"
#: The maximum number of nodes changed in one reply.
MAX_NODES = 40

NodePath = tuple[str | int, ...]
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Mutant:
    """A reply with a fault, and its description. `where` is the changed place of the document; None
    if the whole reply was replaced."""

    description: str
    response: StubResponse = field(repr=False)
    where: NodePath | None = None


def meaningless_mutants(original: StubResponse) -> Iterator[Mutant]:
    """Yield whole replies that say nothing."""
    json = "application/json"
    yield Mutant("an empty body", StubResponse(status=200))
    for text in ("{}", "[]", "null", "true", "0", '""', "[null]", "[[]]", "[{}]"):
        yield Mutant(f"the body {text}", StubResponse.from_text(text, json))
    yield Mutant("a page", StubResponse.from_text(PAGE, "text/html; charset=utf-8"))
    yield Mutant("a page that calls itself JSON", StubResponse.from_text(PAGE, json))
    yield Mutant("a plain text", StubResponse.from_text("OK", "text/plain"))
    yield Mutant(
        "an XML document", StubResponse.from_text("<?xml version='1.0'?><a/>", "application/xml")
    )
    yield Mutant("bytes that are not UTF-8", StubResponse(body=b'{"a": "\xff\xfe"}'))
    if len(original.body) > 2:
        half = original.body[: len(original.body) // 2]
        yield Mutant("half of the true body", StubResponse(status=original.status, body=half))
    for status in (201, 202, 204, 206):
        body = b"" if status == 204 else b"{}"
        yield Mutant(f"status {status} without content", StubResponse(status=status, body=body))
    for status in (301, 302, 307):
        moved = StubResponse.from_json({}, status).with_headers(Location="/moved")
        yield Mutant(f"status {status}", moved)
    for document in (
        {"error": UNKNOWN},
        {"error": {"code": UNKNOWN, "message": "?"}},
        {"errors": [{"message": "?"}]},
        {"code": 990017, "msg": "?"},
        {"code": 990017, "msg": "?", "data": None},
        {"success": False, "status": "error"},
        {"status": UNKNOWN, "result": None},
    ):
        yield Mutant("an unknown error under status 200", StubResponse.from_json(document))


def node_mutants(original: StubResponse) -> Iterator[Mutant]:
    """Yield the true reply with a single node missing, of a wrong type, or unknown."""
    try:
        document = original.json()
    except InvalidJson:
        return
    for where in list(node_paths(document))[:MAX_NODES]:
        value = value_at(document, where)
        path = format_path(where)
        yield Mutant(f"`{path}` left out", original.with_json(remove_at(document, where)), where)
        for wrong in (None, True, "", "x", 990017, {"x": 1}, ["x"]):
            if type(wrong) is not type(value):
                shape = type(wrong).__name__
                changed = original.with_json(replace_at(document, where, wrong))
                yield Mutant(f"`{path}` of type {shape}", changed, where)
        if isinstance(value, str):
            changed = original.with_json(replace_at(document, where, UNKNOWN))
            yield Mutant(f"`{path}` with an unknown word", changed, where)


def scramble(original: StubResponse) -> StubResponse | None:
    """Return the true reply's structure with every value changed; None if it contains no values."""
    try:
        document = original.json()
    except InvalidJson:
        return None
    changed = _scramble_node(document)
    return None if changed == document else original.with_json(changed)


def _scramble_node(node: Any) -> Any:
    if is_mapping(node):
        return {name: _scramble_node(one) for name, one in node.items()}
    if is_list(node):
        return [_scramble_node(one) for one in node]
    if isinstance(node, bool):
        return not node
    if isinstance(node, int | float):
        return 990017
    return UNKNOWN if isinstance(node, str) else node


def node_paths(node: Any, where: NodePath = ()) -> Iterator[NodePath]:
    """Return the places below the root, outer first; of a list, the first and last entry."""
    parts: list[str | int] = []
    if is_mapping(node):
        parts = list(node)
    elif is_list(node) and node:
        parts = list(dict.fromkeys([0, len(node) - 1]))
    for part in parts:
        yield (*where, part)
    for part in parts:
        yield from node_paths(value_at(node, (part,)), (*where, part))


def value_at(node: Any, where: NodePath) -> Any:
    """Return the value at a place; a sentinel if there is none."""
    for part in where:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return node


def is_same(left: Any, right: Any) -> bool:
    """Tell whether two places are equal; missing and null are."""
    nothing = (None, _MISSING)
    if any(left is one for one in nothing) or any(right is one for one in nothing):
        return any(left is one for one in nothing) and any(right is one for one in nothing)
    return type(left) is type(right) and bool(left == right)


def remove_at(document: Any, where: NodePath) -> Any:
    changed = copy.deepcopy(document)
    del value_at(changed, where[:-1])[where[-1]]
    return changed


def replace_at(document: Any, where: NodePath, value: Any) -> Any:
    changed = copy.deepcopy(document)
    value_at(changed, where[:-1])[where[-1]] = value
    return changed


def format_path(where: NodePath) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return "".join(parts).lstrip(".")
