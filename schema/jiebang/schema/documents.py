"""Trusted documents for the main jobs: the files in ``operations/``, each combined with the
fragments it uses, so that it can be sent as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from graphql import FragmentDefinitionNode, FragmentSpreadNode, Node, Visitor, parse, visit

DIRECTORY = Path(__file__).with_name("operations")
#: Of each document, the SHA-256 that clients send, and the name of its file.
HASHES = DIRECTORY / "hashes.txt"
_SHARED = DIRECTORY / "fragments.graphql"


@cache
def documents() -> Mapping[str, str]:
    """Return the text of each document, by file name without extension."""
    shared = _shared_fragments()
    return {
        path.stem: "\n\n".join(_document_parts(path.read_text(encoding="utf-8"), shared)) + "\n"
        for path in sorted(DIRECTORY.glob("*.graphql"))
        if path != _SHARED
    }


def _shared_fragments() -> dict[str, str]:
    text = _SHARED.read_text(encoding="utf-8")
    return {
        node.name.value: text[node.loc.start : node.loc.end]
        for node in parse(text).definitions
        if isinstance(node, FragmentDefinitionNode) and node.loc is not None
    }


def _document_parts(text: str, shared: Mapping[str, str]) -> Iterator[str]:
    """Yield the document, then each fragment once, in order of first use."""
    yield text.rstrip()
    needed = _spread_names(text)
    for name in needed:  # grows during iteration
        yield shared[name]
        needed += [other for other in _spread_names(shared[name]) if other not in needed]


def _spread_names(text: str) -> list[str]:
    names: list[str] = []

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            if node.name.value not in names:
                names.append(node.name.value)

    document: Node = parse(text)
    visit(document, Spreads())
    return names
