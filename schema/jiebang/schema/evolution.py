"""Compare schema versions: what breaks clients, and whether it is allowed (docs/versions.md).

A removal must have been deprecated in the old schema, with a date that has passed::

    @deprecated(reason: "Ask for `settledAt`. Works until 2027-06-01.")
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from graphql import (
    DirectiveNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    assert_valid_schema,
    build_schema,
    parse,
    print_ast,
    validate,
)
from graphql.utilities import BreakingChange, DangerousChange, find_schema_changes

_UNTIL = re.compile(r"\bWorks until (\d{4}-\d{2}-\d{2})\.")
_PLACE = re.compile(r"\w+\.\w+(?:\(\w+:\))?|\b(?!Type)\w+(?= was removed)")
#: Removals allowed once their deprecation is over; any other breaking change needs a new name.
_REMOVALS = frozenset({"FIELD_REMOVED", "ARG_REMOVED", "VALUE_REMOVED_FROM_ENUM"})


class SchemaUnreadable(Exception):
    """A text that is not a schema in SDL."""


class ChangeEffect(StrEnum):
    BREAKING = "BREAKING"
    DANGEROUS = "DANGEROUS"
    SAFE = "SAFE"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """`kind` is graphql-core's name or ours. `until` is the last day promised for what was removed,
    `allowed` whether it may be removed now."""

    effect: ChangeEffect
    kind: str
    text: str
    until: date | None = None
    allowed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """The changes between two schemas. `broken_documents` are those that became invalid, each with
    its first error."""

    changes: tuple[SchemaChange, ...]
    broken_documents: Mapping[str, str]

    @property
    def refused_changes(self) -> tuple[SchemaChange, ...]:
        return tuple(one for one in self.changes if not one.allowed)


def read_schema(text: str) -> GraphQLSchema:
    """Parse an SDL; federation directives need not be defined. Raises `SchemaUnreadable`."""
    try:
        schema = build_schema(text, assume_valid_sdl=True)
        # A query or a fragment of a schema would compare as unchanged.
        assert_valid_schema(schema)
    except (GraphQLError, TypeError) as error:
        raise SchemaUnreadable(str(error).splitlines()[0]) from None
    return schema


def promised_day(reason: str) -> date | None:
    """Return the date in a deprecation's reason, from which on removal is allowed."""
    found = _UNTIL.search(reason)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def compare_schemas(
    old: GraphQLSchema, new: GraphQLSchema, documents: Mapping[str, str], *, on: date
) -> Evolution:
    """Compare two schemas, checking each removal against `old`'s deprecations on that date."""
    promised, kept = dict(deprecations(old)), dict(deprecations(new))
    used = set(_used_types(old))
    changes: list[SchemaChange] = []
    for found in find_schema_changes(old, new):
        effect = ChangeEffect.SAFE
        if isinstance(found, BreakingChange):
            effect = ChangeEffect.BREAKING
        elif isinstance(found, DangerousChange):
            effect = ChangeEffect.DANGEROUS
        change = SchemaChange(effect=effect, kind=found.type.name, text=found.description)
        if effect is ChangeEffect.BREAKING:
            place = _PLACE.search(found.description)
            reason = promised.get(place[0]) if place and change.kind in _REMOVALS else None
            until = promised_day(reason) if reason is not None else None
            allowed = until is not None and until <= on
            if change.kind == "TYPE_REMOVED" and place:
                allowed = place[0] in used  # each place that used it is checked separately
            change = replace(change, until=until, allowed=allowed)
        changes.append(change)
    changes += _deprecation_changes(promised, kept)
    changes += _directive_changes(old, new)
    changes.sort(key=lambda one: list(ChangeEffect).index(one.effect))
    return Evolution(
        changes=tuple(changes), broken_documents=_broken_documents(old, new, documents)
    )


def deprecations(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Yield everything deprecated, as ``Type.field``, ``Type.field(argument:)`` or ``Enum.VALUE``,
    with its reason."""
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLEnumType):
            members = {name: one.deprecation_reason for name, one in kind.values.items()}
        elif isinstance(kind, GraphQLInputObjectType):
            members = {name: one.deprecation_reason for name, one in kind.fields.items()}
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            members = {name: one.deprecation_reason for name, one in kind.fields.items()}
            members |= {
                f"{name}({argument}:)": given.deprecation_reason
                for name, one in kind.fields.items()
                for argument, given in one.args.items()
            }
        else:
            continue
        for name, reason in members.items():
            if reason is not None:
                yield f"{kind.name}.{name}", reason


def _used_types(schema: GraphQLSchema) -> Iterator[str]:
    """Yield the types of fields and arguments."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            yield from (str(one.type).strip("[]!") for one in kind.fields.values())
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                yield str(field.type).strip("[]!")
                yield from (str(one.type).strip("[]!") for one in field.args.values())


def _deprecation_changes(
    promised: Mapping[str, str], kept: Mapping[str, str]
) -> Iterator[SchemaChange]:
    for place, reason in kept.items():
        until = promised_day(reason)
        before = promised_day(promised[place]) if place in promised else None
        if until is None:
            text, kind, effect = (
                f"{place} is deprecated without a date.",
                "UNDATED",
                ChangeEffect.BREAKING,
            )
        elif before is not None and until < before:
            text = f"{place} was promised until {before}, now until {until}."
            kind, effect = "PROMISE_SHORTENED", ChangeEffect.BREAKING
        elif place not in promised:
            text, kind, effect = f"{place} works until {until}.", "DEPRECATED", ChangeEffect.SAFE
        else:
            continue
        yield SchemaChange(effect=effect, kind=kind, text=text, allowed=effect is ChangeEffect.SAFE)


def _directive_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[SchemaChange]:
    """Yield changes relevant to supergraphs that graphql-core ignores: entity keys, shared types,
    and inputs that became one-of."""
    for name, before in old.type_map.items():
        after = new.type_map.get(name)
        if after is None:
            continue
        was, has = _applied_directives(before), _applied_directives(after)
        for text in sorted(was - has):
            if text.startswith(("@key", "@shareable")):
                yield SchemaChange(
                    effect=ChangeEffect.BREAKING,
                    kind="DIRECTIVE_LOST",
                    text=f"{name} no longer has {text}.",
                    allowed=False,
                )
        if "@oneOf" in has - was:
            yield SchemaChange(
                effect=ChangeEffect.BREAKING,
                kind="ONE_OF",
                text=f"{name} now takes exactly one of its fields.",
                allowed=False,
            )


def _applied_directives(kind: GraphQLNamedType) -> set[str]:
    nodes: tuple[DirectiveNode, ...] = (
        tuple(kind.ast_node.directives or ()) if kind.ast_node else ()
    )
    return {print_ast(node) for node in nodes}


def _broken_documents(
    old: GraphQLSchema, new: GraphQLSchema, documents: Mapping[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text in documents.items():
        document = parse(text)
        errors = validate(new, document)
        if errors and not validate(old, document):
            found[name] = errors[0].message
    return found
