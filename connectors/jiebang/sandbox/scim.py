"""SCIM 2.0 responses (RFC 7643, RFC 7644): users, lists of them, errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from jiebang.sandbox.answers import Answer, ParsedRequest, as_object

MEDIA = "application/scim+json"
_SCHEMAS = "urn:ietf:params:scim:"
USER = f"{_SCHEMAS}schemas:core:2.0:User"
_LIST, _ERROR, _PATCH = (
    f"{_SCHEMAS}api:messages:2.0:{name}" for name in ("ListResponse", "Error", "PatchOp")
)
_FILTER = re.compile(r'phoneNumbers\.value eq "([^"\\]*)"', re.IGNORECASE)

#: One change of a PATCH: its operation, path and new value.
Change = tuple[str, str, object]


def response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, body, headers or {}, media_type=MEDIA)


def error_response(status: int, detail: str, kind: str | None = None) -> Answer:
    """Return an error; `kind` is the scimType, for errors that have one."""
    body: dict[str, object] = {"schemas": [_ERROR], "status": str(status), "detail": detail}
    return response(body | ({"scimType": kind} if kind else {}), status)


def searched_number(parsed: ParsedRequest) -> str | None:
    """Return the number a search is for; None for any other filter."""
    found = _FILTER.fullmatch(parsed.query("filter").strip())
    return found[1] if found else None


def listing(parsed: ParsedRequest, users: Sequence[object], *, most: int) -> Answer:
    """Return the requested page of `users`, with at most this many of them."""
    try:
        start = max(int(parsed.query("startIndex") or 1), 1)
        count = min(max(int(parsed.query("count") or most), 0), most)
    except ValueError:
        return error_response(400, "startIndex and count must be integers", "invalidValue")
    part = users[start - 1 : start - 1 + count]
    return response(
        {
            "schemas": [_LIST],
            "totalResults": len(users),
            "startIndex": start,
            "itemsPerPage": len(part),
            "Resources": part,
        }
    )


def changes(parsed: ParsedRequest) -> tuple[Change, ...] | None:
    """Return the changes of a PATCH in order; None if it is not a PatchOp."""
    schemas, operations = parsed.value("schemas"), parsed.value("Operations")
    if schemas != [_PATCH] or not isinstance(operations, list) or not operations:
        return None
    found: list[Change] = []
    for operation in cast("list[object]", operations):
        entry = as_object(operation)
        found.append((str(entry.get("op")).lower(), str(entry.get("path")), entry.get("value")))
    return tuple(found)
