"""The printed schema: complete, described, and equal to the file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_scalar_type,
    parse,
    specified_rules,
    validate,
)

from jiebang.schema import schema as schema_module
from jiebang.schema.documents import documents
from jiebang.schema.extensions.limits import MAX_TOKENS, validation_rules

NAMES = sorted(documents())


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema as any client reads it: from the file."""
    federation = """
        directive @key(fields: String!) repeatable on OBJECT
        directive @shareable on OBJECT
        directive @link(url: String!, import: [String!]) on SCHEMA
    """
    text = schema_module.SDL_FILE.read_text().replace("directive @oneOf on INPUT_OBJECT", "")
    return build_schema(federation + text)


def test_the_file_is_the_schema() -> None:
    assert schema_module.SDL_FILE.read_text() == schema_module.print_schema(), (
        "run: jiebang schema > schema/jiebang/schema/schema.graphql"
    )


def test_introspection_does_not_change_the_contract() -> None:
    assert (
        schema_module.build_schema(introspection=True).as_str() + "\n"
        == schema_module.print_schema()
    )


def described_parts(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Yield everything in a type that needs a description, with the one it has."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLEnumType):
        yield from ((f"{kind.name}.{name}", one.description) for name, one in kind.values.items())
    if isinstance(kind, GraphQLInputObjectType):
        yield from ((f"{kind.name}.{name}", one.description) for name, one in kind.fields.items())
    if isinstance(kind, GraphQLObjectType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, one in field.args.items():
                yield f"{kind.name}.{name}.{argument}", one.description


def test_everything_is_explained(schema: GraphQLSchema) -> None:
    """Except for federation's own fields, whose names begin with an underscore."""
    found = [
        (name, text)
        for kind in schema.type_map.values()
        if not is_specified_scalar_type(kind)
        for name, text in described_parts(kind)
        if not any(part.startswith("_") for part in name.split("."))
    ]
    assert len(found) > 400
    assert not [name for name, text in found if not text]


def test_each_outcome_of_a_mutation_is_a_union(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        assert isinstance(field.type, GraphQLUnionType), name
        assert "Refused" in [one.name for one in field.type.types]


@pytest.mark.parametrize("name", NAMES)
def test_a_trusted_document_is_valid_and_within_the_limits(
    name: str, schema: GraphQLSchema
) -> None:
    text = documents()[name]
    document = parse(text, max_tokens=MAX_TOKENS)
    assert not validate(
        schema, document, [*specified_rules, *validation_rules(introspection=False)]
    )
