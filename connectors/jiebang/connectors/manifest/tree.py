"""Manifest content as a plain tree, with its kinds of branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

#: The path from the root of a tree to one value.
FieldPath = tuple[str | int, ...]


def is_mapping(node: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(node, Mapping)


def is_list(node: object) -> TypeGuard[list[Any]]:
    return isinstance(node, list)


def children_at(node: object, part: str | int) -> list[Any]:
    """Return the child of `node` at `part`, as a list of one; empty if there is none."""
    if is_mapping(node) and isinstance(part, str) and part in node:
        return [node[part]]
    if is_list(node) and isinstance(part, int) and part < len(node):
        return [node[part]]
    return []
