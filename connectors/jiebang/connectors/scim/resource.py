"""SCIM resources as received: users, lists, errors, and the numbers of a user.

Every deviation from the RFCs is `ProtocolFault`: an unreliable list does not prove absence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiebang.connectors.manifest.tree import is_list, is_mapping
from jiebang.connectors.scim.model import Features, Spelling
from jiebang.sdk import Json, ProtocolFault, Subject

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its users, and the total number on all pages."""

    users: tuple[Mapping[str, Any], ...]
    total: int


def parse_page(document: Json) -> Page:
    content = _require_schema(document, LIST, "a list")
    total, rows = content.get("totalResults"), content.get("Resources", [])
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise ProtocolFault("a list does not state its total number of accounts")
    if not is_list(rows) or not all(is_mapping(row) for row in rows) or len(rows) > total:
        raise ProtocolFault("a list does not contain what it announces")
    return Page(tuple(rows), total)


def parse_user(document: Json, handle: str) -> Mapping[str, Any]:
    content = _require_schema(document, USER, "an account")
    if content.get("id") != handle:
        raise ProtocolFault("the answer is not the requested account")
    return content


def scim_type(document: Json) -> str | None:
    """Return the kind of error (`scimType`), empty if not stated; None if it is not an error."""
    if not is_mapping(document) or not _has_schema(document, ERROR):
        return None
    kind = document.get("scimType")
    return kind if isinstance(kind, str) else ""


def parse_features(document: Json) -> Features:
    """Parse what the server claims to support."""

    def is_supported(name: str, *, missing: bool | None = None) -> bool:
        part = document.get(name) if is_mapping(document) else None
        value = part.get("supported") if is_mapping(part) else missing
        if not isinstance(value, bool):
            raise ProtocolFault(f"the server does not say whether it supports {name}")
        return value

    return Features(
        filter=is_supported("filter"),
        patch=is_supported("patch"),
        etag=is_supported("etag", missing=False),
    )


def spellings(subject: Subject, wanted: tuple[Spelling, ...]) -> tuple[str, ...]:
    """Return the number in the platform's possible spellings."""
    known = {
        "e164": subject.number,
        "national": subject.national,
        "tel": f"tel:{subject.number}",
    }
    return tuple(dict.fromkeys(known[one] for one in wanted))


def is_number(value: object, subject: Subject) -> bool:
    """Compare a number in any spelling with this one."""
    if not isinstance(value, str):
        return False
    text = value.strip().lower().removeprefix("tel:").partition(";")[0]
    if any(mark not in "+0123456789 -.()" for mark in text):
        return False
    found, digits = _digits(text), _digits(subject.number)
    return found in {digits, f"00{digits}", _digits(subject.national)}


def numbers_of(resource: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the user's phone numbers; none if the attribute is absent."""
    found = resource.get("phoneNumbers")
    if found is None:
        return ()
    if not is_list(found) or not all(
        is_mapping(one) and isinstance(one.get("value"), str) for one in found
    ):
        raise ProtocolFault("the numbers of an account cannot be read")
    return tuple(found)


def matching_numbers(resource: Mapping[str, Any], subject: Subject) -> tuple[str, ...]:
    """Return the values among the user's numbers that are this number."""
    values = (one["value"] for one in numbers_of(resource))
    return tuple(dict.fromkeys(value for value in values if is_number(value, subject)))


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark in "0123456789")


def _require_schema(document: Json, schema: str, what: str) -> Mapping[str, Any]:
    if not is_mapping(document) or not _has_schema(document, schema):
        raise ProtocolFault(f"the answer is not {what} of SCIM 2.0")
    return document


def _has_schema(document: Mapping[str, Any], schema: str) -> bool:
    schemas = document.get("schemas")
    return is_list(schemas) and any(
        isinstance(one, str) and one.lower() == schema.lower() for one in schemas
    )
