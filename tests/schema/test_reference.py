"""The schema as plain data matches the SDL."""

from __future__ import annotations

from typing import Any

from jiebang.schema.documents import documents
from jiebang.schema.reference import reference


def reference_entry(name: str) -> dict[str, Any]:
    (found,) = [one for one in reference()["types"] if one["name"] == name]
    return dict(found)


def test_every_type_is_there_once_and_explained() -> None:
    names = [one["name"] for one in reference()["types"]]
    assert names == sorted(set(names))
    assert {"Query", "Mutation", "Subscription", "Account", "TenureInput"} <= set(names)
    unexplained = [one["name"] for one in reference()["types"] if not one["about"]]
    # What federation and GraphQL itself bring has no text of ours.
    assert [name for name in unexplained if not name.startswith("_")] == []


def test_a_field_has_its_type_arguments_and_text() -> None:
    fields = {one["name"]: one for one in reference_entry("Query")["fields"]}
    asked = fields["registeredAccounts"]
    assert asked["type"].startswith("RegisteredAccounts")
    assert {one["name"]: one["type"] for one in asked["args"]}["platforms"] == "[ID!]"
    assert asked["about"]
    pages = {one["name"]: one for one in fields["platforms"]["args"]}
    assert pages["first"]["default"] == "50"


def test_enums_and_unions_list_what_they_may_be() -> None:
    outcomes = reference_entry("Outcome")["values"]
    assert {"BOUND", "NOT_BOUND"} <= {one["name"] for one in outcomes}
    assert all(one["about"] for one in outcomes)
    unions = [one for one in reference()["types"] if one["kind"] == "union"]
    assert all(one["members"] for one in unions)


def test_the_trusted_documents_come_with_their_texts() -> None:
    found = reference()["documents"]
    assert [one["text"] for one in found] == list(documents().values())
    assert all(one["name"] and one["about"] for one in found)
    assert {one["kind"] for one in found} == {"query", "mutation", "subscription"}
