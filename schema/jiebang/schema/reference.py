"""The schema and the trusted documents as plain data, for a page that shows them without
introspection or a token."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeAlias

from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    OperationType,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from jiebang.schema.documents import documents
from jiebang.schema.schema import SDL_FILE

Json: TypeAlias = dict[str, Any]

_KINDS: dict[type[DefinitionNode], str] = {
    ObjectTypeDefinitionNode: "type",
    InterfaceTypeDefinitionNode: "interface",
    UnionTypeDefinitionNode: "union",
    EnumTypeDefinitionNode: "enum",
    InputObjectTypeDefinitionNode: "input",
    ScalarTypeDefinitionNode: "scalar",
}
_ABOUT = re.compile(r"(?:#[^\n]*\n)+")


@cache
def reference() -> Json:
    """Return `types` in alphabetical order, each with `name`, `kind`, `about` and, where it has
    them, `fields` (`name`, `type`, `about`, `args`), `values` and `members`; and `documents`, each
    with `name`, `kind`, `about` and `text`."""
    definitions = parse(SDL_FILE.read_text(encoding="utf-8")).definitions
    types = [_type(one) for one in definitions if isinstance(one, TypeDefinitionNode)]
    return {
        "types": sorted(types, key=lambda one: str(one["name"])),
        "documents": [_document(text) for text in documents().values()],
    }


def _type(node: TypeDefinitionNode) -> Json:
    entry: Json = {"name": node.name.value, "kind": _KINDS[type(node)], "about": _about(node)}
    if isinstance(node, EnumTypeDefinitionNode):
        entry["values"] = [{"name": v.name.value, "about": _about(v)} for v in node.values or ()]
    elif isinstance(node, UnionTypeDefinitionNode):
        entry["members"] = [one.name.value for one in node.types or ()]
    elif isinstance(
        node,
        ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode,
    ):
        entry["fields"] = [_field(one) for one in node.fields or ()]
    return entry


def _field(node: FieldDefinitionNode | InputValueDefinitionNode) -> Json:
    entry: Json = {"name": node.name.value, "type": print_ast(node.type), "about": _about(node)}
    if isinstance(node, FieldDefinitionNode):
        if node.arguments:
            entry["args"] = [_field(one) for one in node.arguments]
    elif node.default_value is not None:
        entry["default"] = print_ast(node.default_value)
    return entry


def _about(node: Any) -> str:
    return node.description.value if node.description else ""


def _document(text: str) -> Json:
    """Return a document's entry: `kind` is its operation's, `about` its first comment."""
    operation = next(
        one for one in parse(text).definitions if isinstance(one, OperationDefinitionNode)
    )
    comment = _ABOUT.match(text)
    lines = comment[0].splitlines() if comment else []
    return {
        "name": operation.name.value if operation.name else "",
        "kind": OperationType(operation.operation).value,
        "about": " ".join(line.lstrip("# ") for line in lines),
        "text": text,
    }
