"""Trusted documents, as the clients contain them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    NameNode,
    OperationDefinitionNode,
    parse,
)

from jiebang.schema.documents import documents

#: The header of every generated file.
NOTE = "Written by `python -m scripts.clients` from the schema and its trusted documents."


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`stem` is the file name without extension; `fragments` the fragments it uses."""

    stem: str
    text: str
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]

    @classmethod
    def of(cls, stem: str, text: str) -> Document:
        found = parse(text).definitions
        (operation,) = (one for one in found if isinstance(one, OperationDefinitionNode))
        shared = [one for one in found if isinstance(one, FragmentDefinitionNode)]
        fragments = {one.name.value: one for one in shared}
        return cls(stem=stem, text=text, operation=operation, fragments=fragments)

    @classmethod
    def load_all(cls) -> list[Document]:
        """Return all documents, by file name."""
        return [cls.of(stem, text) for stem, text in documents().items()]

    @property
    def name(self) -> str:
        return cast("NameNode", self.operation.name).value

    @property
    def kind(self) -> str:
        return self.operation.operation.value

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def comment(self) -> str:
        """Return the first line of the text."""
        first, _, _ = self.text.partition("\n")
        return first.removeprefix("#").strip() if first.startswith("#") else self.name

    @property
    def is_resumable(self) -> bool:
        """Return whether it can be resumed: it takes `after`, and each event has a `cursor`."""
        takes = any(
            one.variable.name.value == "after" for one in self.operation.variable_definitions or ()
        )
        told = [
            inner.name.value
            for one in self.operation.selection_set.selections
            if isinstance(one, FieldNode) and one.selection_set
            for inner in one.selection_set.selections
            if isinstance(inner, FieldNode)
        ]
        return takes and "cursor" in told
