"""What a schema change breaks, and when it may be made."""

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
    ChangeEffect,
    Evolution,
    SchemaUnreadable,
    compare_schemas,
    deprecations,
    promised_day,
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


def evolution(*edits: tuple[str, str], old: str = OLD, on: date = DAY) -> Evolution:
    new = old
    for before, after in edits:
        assert before in new
        new = new.replace(before, after)
    return compare_schemas(read_schema(old), read_schema(new), DOCUMENTS, on=on)


@pytest.mark.parametrize(
    ("before", "after", "effect", "kind"),
    [
        (
            " name: String kind: Kind owner",
            " kind: Kind owner",
            ChangeEffect.BREAKING,
            "FIELD_REMOVED",
        ),
        ("size: Int", "length: Int", ChangeEffect.BREAKING, "ARG_REMOVED"),
        ("{ A B }", "{ A }", ChangeEffect.BREAKING, "VALUE_REMOVED_FROM_ENUM"),
        ("size: Int", "size: Int!", ChangeEffect.BREAKING, "ARG_CHANGED_KIND"),
        ("size: Int", "size: Int more: Int!", ChangeEffect.BREAKING, "REQUIRED_ARG_ADDED"),
        ("input By {", "input By { who: ID!", ChangeEffect.BREAKING, "REQUIRED_INPUT_FIELD_ADDED"),
        ("kind: Kind owner", "kind: [Kind] owner", ChangeEffect.BREAKING, "FIELD_CHANGED_KIND"),
        (' @key(fields: "id")', "", ChangeEffect.BREAKING, "DIRECTIVE_LOST"),
        ("input By {", "input By @oneOf {", ChangeEffect.BREAKING, "ONE_OF"),
        (
            "owner: Owner",
            'owner: Owner @deprecated(reason: "Some day.")',
            ChangeEffect.BREAKING,
            "UNDATED",
        ),
        ("{ A B }", "{ A B C }", ChangeEffect.DANGEROUS, "VALUE_ADDED_TO_ENUM"),
        ("size: Int", "size: Int = 3", ChangeEffect.SAFE, "ARG_DEFAULT_VALUE_ADDED"),
        ("size: Int", "size: Int more: Int", ChangeEffect.DANGEROUS, "OPTIONAL_ARG_ADDED"),
        ("type Owner { id: ID!", "type Owner { id: ID! age: Int", ChangeEffect.SAFE, "FIELD_ADDED"),
        ("owner: Owner", f"owner: Owner {GONE}", ChangeEffect.SAFE, "DEPRECATED"),
    ],
)
def test_each_change_is_told_by_what_it_does(
    before: str, after: str, effect: ChangeEffect, kind: str
) -> None:
    found = evolution((before, after))
    assert (effect, kind) in [(one.effect, one.kind) for one in found.changes]
    assert bool(found.refused_changes) is (effect is ChangeEffect.BREAKING)


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
    assert evolution(edit, old=old, on=date(2027, 5, 31)).refused_changes
    gone = evolution(edit, old=old, on=DAY)
    assert not gone.refused_changes
    assert DAY in {one.until for one in gone.changes if one.effect is ChangeEffect.BREAKING}


def test_a_type_goes_with_what_used_it() -> None:
    old = OLD.replace("owner: Owner", f"owner: Owner {GONE}")
    edits = ((f"owner: Owner {GONE}", ""), ("type Owner { id: ID! }", ""))
    assert not evolution(*edits, old=old).refused_changes
    assert [
        one.kind for one in evolution(*edits, old=old, on=date(2027, 1, 1)).refused_changes
    ] == ["FIELD_REMOVED"]


def test_a_promise_only_gets_longer() -> None:
    old = OLD.replace("owner: Owner", f"owner: Owner {GONE}")
    assert evolution(("2027-06-01", "2028-06-01"), old=old).changes == ()
    (shorter,) = evolution(("2027-06-01", "2027-01-01"), old=old).refused_changes
    assert shorter.kind == "PROMISE_SHORTENED"


def test_the_documents_that_break_are_named() -> None:
    found = evolution((" name: String kind: Kind owner", " kind: Kind owner"))
    assert list(found.broken_documents) == ["names"]
    assert "name" in found.broken_documents["names"]


@pytest.mark.parametrize("reason", ["Soon.", "Works until 2027-02-30.", "until 2027-06-01"])
def test_a_day_is_written_in_one_form(reason: str) -> None:
    assert promised_day(reason) is None
    assert promised_day("Ask for `id`. Works until 2027-06-01.") == DAY


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
    """Compared with an empty schema, nothing would break."""
    with pytest.raises(SchemaUnreadable, match=why):
        read_schema(text)


def test_this_version_breaks_nothing_that_was_promised() -> None:
    """Later dates only ever allow more, so this cannot start failing by itself."""
    released = read_schema(RELEASED_FILE.read_text())
    found = compare_schemas(released, read_schema(print_schema()), documents(), on=date.today())
    assert not [one.text for one in found.refused_changes], (
        "see docs/versions.md, or `jiebang schema diff`"
    )


def test_the_released_schema_is_kept_short_and_loses_nothing() -> None:
    short = compact(SDL_FILE.read_text())
    assert print_ast(parse(short)) == print_ast(parse(SDL_FILE.read_text()))
    assert len(short.splitlines()) == len(parse(short).definitions)
    assert compact(RELEASED_FILE.read_text()) == RELEASED_FILE.read_text()


def test_every_deprecation_has_its_day() -> None:
    found = dict(deprecations(read_schema(print_schema())))
    assert not [place for place, reason in found.items() if promised_day(reason) is None]


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
