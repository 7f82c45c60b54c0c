"""The schema's types as Python annotations."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    SelectionSetNode,
    TypeNode,
    get_named_type,
    is_abstract_type,
)
from scripts.clients.document import Document
from scripts.clients.shape import Shape

SCALARS = {"ID": "str", "String": "str", "Int": "int", "Float": "float", "Boolean": "bool"}
DAYS = {"Date", "DateTime"}


@dataclass(slots=True)
class TypeCollector:
    """The inputs and results of the documents, as TypedDicts."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    enums: dict[str, str] = field(default_factory=dict[str, str])
    inputs: dict[str, str] = field(default_factory=dict[str, str])
    results: dict[str, Shape] = field(default_factory=dict[str, Shape])

    def add_document(self, document: Document) -> None:
        root = self.schema.get_root_type(document.operation.operation)
        kinds, optional_keys = dict[str, str](), set[str]()
        for one in document.operation.variable_definitions or ():
            kind = self.declared_type(one.type)
            kinds[one.variable.name.value] = self.annotation(kind, None, "")
            if not isinstance(kind, GraphQLNonNull) or one.default_value is not None:
                optional_keys.add(one.variable.name.value)
        variables = Shape(f"What {document.name} takes.", kinds, frozenset(optional_keys))
        self.inputs[f"{document.name}Variables"] = variables.render(f"{document.name}Variables")
        fields = self.fields(
            document.operation.selection_set, cast("GraphQLObjectType", root), document.name
        )
        self.add_shape(f"{document.name}Data", Shape(f"What {document.name} gives.", fields))

    def declared_type(self, node: TypeNode) -> GraphQLType:
        """Return the declared type of a variable."""
        if isinstance(node, NonNullTypeNode):
            return GraphQLNonNull(cast("Any", self.declared_type(node.type)))
        if isinstance(node, ListTypeNode):
            return GraphQLList(self.declared_type(node.type))
        return self.schema.type_map[cast("NamedTypeNode", node).name.value]

    def annotation(self, kind: GraphQLType, selection: SelectionSetNode | None, owner: str) -> str:
        """Return the annotation; without a selection, that of an input."""
        if isinstance(kind, GraphQLNonNull):
            return self.non_null_annotation(_inner_type(cast("object", kind)), selection, owner)
        return self.non_null_annotation(kind, selection, owner) + " | None"

    def non_null_annotation(
        self, kind: GraphQLType, selection: SelectionSetNode | None, owner: str
    ) -> str:
        if isinstance(kind, GraphQLList):
            inner = _inner_type(cast("object", kind))
            return f"list[{self.annotation(inner, selection, owner)}]"
        named = get_named_type(kind)
        if selection is not None:
            return self.add_composite(named, selection, owner)
        if isinstance(named, GraphQLEnumType):
            self.add_enum(named)
            return f"words.{named.name}"
        if isinstance(named, GraphQLInputObjectType):
            self.add_input(named)
            return named.name
        if named.name in DAYS:
            return "str" if owner else f"words.{named.name}"
        return SCALARS[named.name]

    def add_enum(self, kind: GraphQLEnumType) -> None:
        listed = ", ".join(f'"{value}"' for value in kind.values)
        text = f'{kind.name}: TypeAlias = Literal[{listed}]\n"""{docstring(kind)}"""\n'
        self.enums[kind.name] = text

    def add_input(self, kind: GraphQLInputObjectType) -> None:
        if kind.name in self.inputs:
            return
        self.inputs[kind.name] = ""  # reserves its place, in case it contains itself
        notes = {key: self.annotation(one.type, None, "") for key, one in kind.fields.items()}
        if kind.is_one_of:
            parts = dict[str, str]()
            for key, note in notes.items():
                name = kind.name.removesuffix("Input") + key[0].upper() + key[1:]
                one = Shape(
                    kind.fields[key].description or kind.name, {key: note.removesuffix(" | None")}
                )
                parts[name] = one.render(name)
            text = "\n\n".join(parts.values())
            text += f'\n\n{kind.name}: TypeAlias = {" | ".join(parts)}\n"""{docstring(kind)}"""\n'
        else:
            optional_keys = frozenset(
                key
                for key, one in kind.fields.items()
                if not isinstance(one.type, GraphQLNonNull) or one.default is not None
            )
            text = Shape(docstring(kind), notes, optional_keys).render(kind.name)
        del self.inputs[kind.name]  # move it after the types it contains
        self.inputs[kind.name] = text

    def add_composite(self, kind: GraphQLNamedType, chosen: SelectionSetNode, owner: str) -> str:
        """Return the name of the shape: a fragment's if it is the whole selection, a union member's
        own, otherwise its owner's (a fragment or document) plus its type's."""
        spread = _only_spread(chosen)
        if spread is not None:
            name = spread.removesuffix("Parts")
            return self.add_object(name, kind, self.fragments[spread].selection_set, name)
        if is_abstract_type(kind):
            members = sorted(self.possible_types(kind), key=lambda one: one.name)
            return " | ".join(self.add_object(one.name, one, chosen, one.name) for one in members)
        name = kind.name if kind.name.startswith(owner) else owner + kind.name
        return self.add_object(name, kind, chosen, owner)

    def add_object(
        self, name: str, kind: GraphQLNamedType, chosen: SelectionSetNode, owner: str
    ) -> str:
        fields = self.fields(chosen, cast("GraphQLObjectType", kind), owner)
        return self.add_shape(name, Shape(docstring(kind), fields))

    def add_shape(self, name: str, shape: Shape) -> str:
        """Return the name, numbered where one document has two shapes of one type."""
        for tried in (name, *(f"{name}{number}" for number in range(2, 10))):
            if self.results.setdefault(tried, shape) == shape:
                return tried
        raise AssertionError(f"too many shapes of {name}: make them fragments")

    def fields(
        self, chosen: SelectionSetNode, kind: GraphQLObjectType, owner: str
    ) -> dict[str, str]:
        """Return the annotations by key, including deferred fields: clients request whole
        answers."""
        notes = dict[str, str]()
        for one in chosen.selections:
            if isinstance(one, FieldNode):
                key = (one.alias or one.name).value
                if key == "__typename":
                    notes[key] = f'Literal["{kind.name}"]'
                    continue
                found = kind.fields[one.name.value]
                notes[key] = self.annotation(found.type, one.selection_set, owner)
                continue
            inner = (
                self.fragments[one.name.value]
                if isinstance(one, FragmentSpreadNode)
                else cast("InlineFragmentNode", one)
            )
            on = inner.type_condition.name.value if inner.type_condition else kind.name
            condition = self.schema.type_map[on]
            if on == kind.name or (
                is_abstract_type(condition) and kind in self.possible_types(condition)
            ):
                notes |= self.fields(inner.selection_set, kind, owner)
        return notes

    def possible_types(self, kind: GraphQLAbstractType) -> list[GraphQLObjectType]:
        return list(self.schema.get_possible_types(kind))


def _inner_type(kind: object) -> GraphQLType:
    """Return the item or nullable type, which graphql-core leaves untyped."""
    inner: GraphQLType = cast("Any", kind).of_type
    return inner


def _only_spread(chosen: SelectionSetNode) -> str | None:
    match chosen.selections:
        case [FragmentSpreadNode() as one] | (FragmentSpreadNode() as one,):
            return one.name.value
        case _:
            return None


def docstring(kind: GraphQLNamedType) -> str:
    """Return the description as a docstring."""
    lines = textwrap.wrap(kind.description or kind.name, 88)
    return "\n".join(lines[:1] + [f"    {line}" for line in lines[1:]])
