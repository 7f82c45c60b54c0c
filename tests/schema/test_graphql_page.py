"""`docs/graphql.md` lists what the schema holds: whole enums, and every field to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, build_schema

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs/graphql.md").read_text(encoding="utf-8")
SDL = (REPOSITORY / "schema/jiebang/schema/schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL, assume_valid_sdl=True)

#: Words in code, one after the other with nothing but commas, "and" or "or" between them.
LIST = re.compile(r"`\w+`(?:(?:,? (?:and|or) |, )`\w+`)+")
MEMBERS: dict[str, set[str]] = {
    name: set(one.values if isinstance(one, GraphQLEnumType) else one.fields)
    for name, one in SCHEMA.type_map.items()
    if not name.startswith("_")
    and (
        isinstance(one, GraphQLEnumType)
        or (isinstance(one, GraphQLInputObjectType) and one.is_one_of)
    )
}


def listed_types(text: str) -> dict[tuple[str, ...], set[str]]:
    """Each list of members in `text`, and the types whose members all of its words are."""
    lists = (tuple(re.findall(r"\w+", match[0])) for match in LIST.finditer(text))
    lists = (tuple(word for word in words if word not in ("and", "or")) for words in lists)
    found = {
        words: {name for name, members in MEMBERS.items() if set(words) <= members}
        for words in lists
    }
    return {words: names for words, names in found.items() if names}


def incomplete_lists(text: str) -> dict[tuple[str, ...], set[str]]:
    return {
        words: names
        for words, names in listed_types(text).items()
        if not any(set(words) == MEMBERS[name] for name in names)
    }


def test_an_enum_is_listed_whole_or_not_at_all() -> None:
    assert not incomplete_lists(PAGE)


@pytest.mark.parametrize("name", ["ActionKind", "ErrorCode", "Outcome", "TenureInput"])
def test_it_lists_what_a_client_cannot_do_without(name: str) -> None:
    assert any(set(words) == MEMBERS[name] for words in listed_types(PAGE))


def test_a_list_that_lacks_a_member_is_noticed() -> None:
    assert incomplete_lists("any `kind`: `UNBIND`, `CEASE_CONTACT` or `LOCK_ACCOUNT`")
    assert not incomplete_lists("`BEFORE_ACTIVATION`, `AFTER_ACTIVATION`, `BOUNDARY`, `UNDATED`")
    assert not incomplete_lists("the fields `number` and `tenure`")


@pytest.mark.parametrize("root", ["Query", "Mutation", "Subscription"])
def test_every_field_to_begin_with_is_named(root: str) -> None:
    found = SCHEMA.type_map[root]
    assert isinstance(found, GraphQLObjectType)
    missing = [
        name
        for name in found.fields
        if not name.startswith("_") and not re.search(rf"\b{name}\b", PAGE)
    ]
    assert not missing
