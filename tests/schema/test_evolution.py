"""What a change of the schema breaks, and when it may be made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from graphql import parse, print_ast
from scripts.released import compact
from typer.testing import CliRunner

from jiebang.app.commands.schema import schema
from jiebang.schema.documents import documents
from jiebang.schema.evolution import (
    Effect,
    Evolution,
    SchemaUnreadable,
    compare,
    deprecations,
    last_day,
    read_schema,
)
from jiebang.schema.schema import RELEASED_FILE, SDL_FILE, print_schema

DAY = date(2027, 6, 1)
OLD = """
type Query { thing(id: ID!, size: Int): Thing search(by: By): [Thing!] }
type Thing @key(fields: "id") { id: ID! name: String kind: Kind owner: Owner }
type Owner { id: ID! }
enum Kind { A B }
input By { name: String kind: Kind }
"""
GONE = '@deprecated(reason: "Ask for `id`. Works until 2027-06-01.")'
DOCUMENTS = {"names": "{ thing(id: 1) { name } }", "ids": "{ thing(id: 1) { id } }"}


def change(*edits: tuple[str, str], old: str = OLD, on: date = DAY) -> Evolution:
    new = old
    for before, after in edits:
        assert before in new
        new = new.replace(before, after)
    return compare(read_schema(old), read_schema(new), DOCUMENTS, on=on)


@pytest.mark.parametrize(
    ("before", "after", "effect", "kind"),
    [
        (" name: String kind: Kind owner", " kind: Kind owner", Effect.BREAKING, "FIELD_REMOVED"),
        ("size: Int", "length: Int", Effect.BREAKING, "ARG_REMOVED"),
        ("{ A B }", "{ A }", Effect.BREAKING, "VALUE_REMOVED_FROM_ENUM"),
        ("size: Int", "size: Int!", Effect.BREAKING, "ARG_CHANGED_KIND"),
        ("size: Int", "size: Int more: Int!", Effect.BREAKING, "REQUIRED_ARG_ADDED"),
        ("input By {", "input By { who: ID!", Effect.BREAKING, "REQUIRED_INPUT_FIELD_ADDED"),
        ("kind: Kind owner", "kind: [Kind] owner", Effect.BREAKING, "FIELD_CHANGED_KIND"),
        (' @key(fields: "id")', "", Effect.BREAKING, "DIRECTIVE_LOST"),
        ("input By {", "input By @oneOf {", Effect.BREAKING, "ONE_OF"),
        (
            "owner: Owner",
            'owner: Owner @deprecated(reason: "Some day.")',
            Effect.BREAKING,
            "UNDATED",
        ),
        ("{ A B }", "{ A B C }", Effect.DANGEROUS, "VALUE_ADDED_TO_ENUM"),
        ("size: Int", "size: Int = 3", Effect.SAFE, "ARG_DEFAULT_VALUE_ADDED"),
        ("size: Int", "size: Int more: Int", Effect.DANGEROUS, "OPTIONAL_ARG_ADDED"),
        ("type Owner { id: ID!", "type Owner { id: ID! age: Int", Effect.SAFE, "FIELD_ADDED"),
        ("owner: Owner", f"owner: Owner {GONE}", Effect.SAFE, "DEPRECATED"),
    ],
)
def test_each_change_is_told_by_what_it_does(
    before: str, after: str, effect: Effect, kind: str
) -> None:
    found = change((before, after))
    assert (effect, kind) in [(one.effect, one.kind) for one in found.changes]
    assert bool(found.refused) is (effect is Effect.BREAKING)


@pytest.mark.parametrize(
    ("place", "rest"),
    [("name: String", ""), ("size: Int", ""), ("B }", "}"), ("owner: Owner", "")],
)
def test_what_was_deprecated_may_go_from_its_day_on(place: str, rest: str) -> None:
    if place == "B }":
        old = OLD.replace("B }", f"B {GONE} }}")
        edit = (f"B {GONE} }}", rest)
    else:
        old = OLD.replace(place, f"{place} {GONE}")
        edit = (f"{place} {GONE}", rest)
    assert change(edit, old=old, on=date(2027, 5, 31)).refused
    gone = change(edit, old=old, on=DAY)
    assert not gone.refused
    assert DAY in {one.until for one in gone.changes if one.effect is Effect.BREAKING}


def test_a_type_goes_with_what_used_it() -> None:
    old = OLD.replace("owner: Owner", f"owner: Owner {GONE}")
    edits = ((f"owner: Owner {GONE}", ""), ("type Owner { id: ID! }", ""))
    assert not change(*edits, old=old).refused
    assert [one.kind for one in change(*edits, old=old, on=date(2027, 1, 1)).refused] == [
        "FIELD_REMOVED"
    ]


def test_a_promise_only_gets_longer() -> None:
    old = OLD.replace("owner: Owner", f"owner: Owner {GONE}")
    assert change(("2027-06-01", "2028-06-01"), old=old).changes == ()
    (shorter,) = change(("2027-06-01", "2027-01-01"), old=old).refused
    assert shorter.kind == "PROMISE_SHORTENED"


def test_the_documents_that_break_are_named() -> None:
    found = change((" name: String kind: Kind owner", " kind: Kind owner"))
    assert list(found.broken) == ["names"]
    assert "name" in found.broken["names"]


@pytest.mark.parametrize("reason", ["Soon.", "Works until 2027-02-30.", "until 2027-06-01"])
def test_a_day_is_written_in_one_form(reason: str) -> None:
    assert last_day(reason) is None
    assert last_day("Ask for `id`. Works until 2027-06-01.") == DAY


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("type {", "Syntax Error"),
        ("{ thing(id: 1) { name } }", "Query root type"),
        ("extend type Query { name: String }", "Query root type"),
        ("input I { i: I! } type Query { a(i: I): Int }", "references itself"),
        ('type Query { a(b: Int = "x"): Int } directive @d(b: Int = "x") on FIELD', "default"),
    ],
)
def test_what_is_no_schema_is_refused(text: str, why: str) -> None:
    """Against a schema of nothing, nothing would break."""
    with pytest.raises(SchemaUnreadable, match=why):
        read_schema(text)


def test_this_version_breaks_nothing_that_was_promised() -> None:
    """A day that passes only ever allows more, so this cannot begin to fail by itself."""
    released = read_schema(RELEASED_FILE.read_text())
    found = compare(released, read_schema(print_schema()), documents(), on=date.today())
    assert not [one.text for one in found.refused], "see docs/versions.md, or `jiebang schema diff`"


def test_the_released_schema_is_kept_short_and_loses_nothing() -> None:
    short = compact(SDL_FILE.read_text())
    assert print_ast(parse(short)) == print_ast(parse(SDL_FILE.read_text()))
    assert len(short.splitlines()) == len(parse(short).definitions)
    assert compact(RELEASED_FILE.read_text()) == RELEASED_FILE.read_text()


def test_every_deprecation_has_its_day() -> None:
    found = dict(deprecations(read_schema(print_schema())))
    assert not [place for place, reason in found.items() if last_day(reason) is None]


def test_the_command_says_it_all(tmp_path: Path) -> None:
    less = tmp_path / "less.graphql"
    less.write_text(SDL_FILE.read_text().replace("  settled: ", "  ended: "))
    refused = CliRunner().invoke(schema, ["diff", str(SDL_FILE), str(less)])
    assert refused.exit_code == 1
    assert "breaking: FIELD_REMOVED: Field Renewal.settled" in refused.output
    assert "breaks the document start_renewal" in refused.output
    same = CliRunner().invoke(schema, ["diff", str(less), str(less), "--on", "2027-01-01"])
    assert (same.exit_code, same.output) == (0, "Nothing changes.\n")


@pytest.mark.parametrize("text", [b"type {", b"\xff\xfe"])
def test_the_command_names_the_file_it_cannot_read(tmp_path: Path, text: bytes) -> None:
    odd = tmp_path / "odd.graphql"
    odd.write_bytes(text)
    found = CliRunner().invoke(schema, ["diff", str(odd)])
    assert found.exit_code == 2
    assert "odd.graphql: " in found.output
