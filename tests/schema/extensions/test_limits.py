"""Documents that ask for too much are rejected quickly, before anything is executed."""

from __future__ import annotations

import pytest
from graphql import (
    build_schema,
    get_introspection_query,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions.validation_cache import (
    _get_validate_cache,  # pyright: ignore[reportPrivateUsage] - its statistics are the point
)
from tests.schema.conftest import Endpoint

from jiebang.schema.extensions.limits import MAX_SIZE, MAX_TOKENS, SizeRule

PLATFORM = "platforms { edges { node { id } } }"


def aliased_fields(count: int) -> str:
    return " ".join(f"a{index}: __typename" for index in range(count))


def bomb(levels: int) -> str:
    """Build a document of 2**levels fields from a few hundred bytes."""
    chain = " ".join(
        f"fragment F{level} on Platform {{ ...F{level + 1} ...F{level + 1} }}"
        for level in range(levels)
    )
    last = f"fragment F{levels} on Platform {{ id }}"
    return f'{{ platform(id: "disk") {{ ...F0 }} }} {chain} {last}'


TOO_MUCH = {
    "fields": bomb(24),
    "aliases": f"{{ {aliased_fields(MAX_SIZE.aliases + 1)} }}",
    "directives": f"{{ __typename {'@include(if: true) ' * (MAX_SIZE.directives + 1)} }}",
    "incremental": f"{{ {'... @defer { __typename } ' * (MAX_SIZE.incremental + 1)} }}",
    "roots": "{ __typename coverage { __typename } platforms { __typename } "
    'renewals { __typename } platform(id: "disk") { id } '
    'renewal(id: "x") { id } }',
}


@pytest.mark.parametrize("what", list(TOO_MUCH))
async def test_too_much_is_refused(endpoint: Endpoint, what: str) -> None:
    reply = await endpoint.ask(TOO_MUCH[what])
    assert any(what in error["message"] for error in reply.json["errors"]), reply.text
    assert "data" not in reply.json


def nested_document(levels: int) -> str:
    return "{ " + "... { " * levels + "__typename" + " }" * levels + " }"


def test_depth_is_limited() -> None:
    """None of our types is deep enough yet, so a deeper schema is used."""
    schema = build_schema("type Query { next: Query, end: Int }")
    for levels, allowed in ((MAX_SIZE.depth - 1, True), (MAX_SIZE.depth, False)):
        deep = parse("{ " + "next { " * levels + "end" + " }" * levels + " }")
        errors = validate(schema, deep, [*specified_rules, SizeRule])
        assert [error.message for error in errors] == (
            [] if allowed else [f"Too large: depth is {levels + 1}, at most {MAX_SIZE.depth}."]
        )


async def test_depth_counts_fields_and_not_fragments(endpoint: Endpoint) -> None:
    assert (await endpoint.ask(nested_document(60))).data == {"__typename": "Query"}


async def test_many_tokens_are_refused_while_parsing(endpoint: Endpoint) -> None:
    reply = await endpoint.ask("{ " + "__typename " * MAX_TOKENS + "}")
    assert "tokens" in reply.error["message"]


async def test_fragments_in_a_circle_are_refused(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A __typename }"
    )
    assert "itself" in reply.error["message"]


async def test_a_deep_look_at_the_schema_is_refused(open_endpoint: Endpoint) -> None:
    deep = "{ __schema { types { " + "fields { type { " * 5 + "name" + " } }" * 5 + " } } }"
    assert (
        "Maximum introspection depth exceeded" in (await open_endpoint.ask(deep)).error["message"]
    )


async def test_the_explorers_introspection_is_not(open_endpoint: Endpoint) -> None:
    reply = await open_endpoint.ask(get_introspection_query())
    assert len(reply.data["__schema"]["types"]) > 40


async def test_a_few_errors_are_told_and_one_to_strangers(endpoint: Endpoint) -> None:
    wrong = "{ " + " ".join(f"wrong{index}" for index in range(50)) + " }"
    assert len((await endpoint.ask(wrong)).json["errors"]) == 5
    assert len((await endpoint.ask(wrong, token=None)).json["errors"]) == 1


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize(
    "document",
    [
        "{ platfrom }",
        "{ platforms(frst: 1) { edges { cursor } } }",
        "{ platforms(category: LENDIN) { edges { cursor } } }",
        "{ ... on Qery { __typename } }",
        'mutation { withdrawRenewal(input: {id: "1", idd: "1"}) { __typename } }',
        'query ($c: Category = "LENDIN") { platforms(category: $c) { edges { cursor } } }',
    ],
)
async def test_names_are_not_suggested(
    endpoint: Endpoint, open_endpoint: Endpoint, document: str, accept: str
) -> None:
    assert "Did you mean" in (await open_endpoint.ask(document, accept=accept)).text
    assert "Did you mean" not in (await endpoint.ask(document, accept=accept)).text


async def test_of_several_operations_one_has_to_be_named(endpoint: Endpoint) -> None:
    two = "query A { a: __typename } query B { b: __typename }"
    assert "operationName" in (await endpoint.ask(two)).error["message"]
    assert (await endpoint.ask(two, operation="B")).data == {"b": "Query"}
    assert (await endpoint.ask(two, operation="C")).error["code"] == "INVALID_ARGUMENT"


async def test_the_same_document_is_validated_once(endpoint: Endpoint) -> None:
    await endpoint.ask("{ once: __typename }")
    before = _get_validate_cache(128).cache_info()  # type: ignore[attr-defined]  # an lru_cache
    for _ in range(3):
        await endpoint.ask("{ once: __typename }")
    after = _get_validate_cache(128).cache_info()  # type: ignore[attr-defined]  # an lru_cache
    assert (after.hits - before.hits, after.misses - before.misses) == (3, 0)
