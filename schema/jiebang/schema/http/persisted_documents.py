"""Persisted documents: find a request's document by hash, and check whether it may be run.

A request names a document by the SHA-256 of its text in ``extensions.persistedQuery``, like
automatic persisted queries. Documents sent by clients are never stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from graphql import GraphQLError

from jiebang.gateway.domain.errors import Code
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.documents import documents

_SHA256 = re.compile(r"[0-9a-f]{64}")


class UntrustedDocument(GraphQLError):
    """A document that is not run, with a hint."""

    def __init__(self, code: str, message: Wording, hint: Wording) -> None:
        super().__init__(message, extensions={"code": code, "hint": hint})


@cache
def documents_by_hash() -> Mapping[str, str]:
    """Return every trusted document, by the SHA-256 of its UTF-8 in lower-case hex."""
    return {digest(text): text for text in documents().values()}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistedDocuments:
    """Selects the text to run; with `trusted_only`, only trusted documents."""

    trusted_only: bool = False

    def resolve(self, query: str | None, extensions: Mapping[str, object] | None) -> str | None:
        """Return the text to run; None when the request has neither text nor hash.

        Raises `UntrustedDocument` for a malformed, unknown or mismatching hash and, with
        `trusted_only`, for a text that is not trusted.
        """
        asked = _requested_hash(extensions)
        if query is None:
            return None if asked is None else _document_by_hash(asked)
        found = digest(query)
        if asked is not None and asked != found:
            raise UntrustedDocument(
                Code.INVALID_ARGUMENT.value,
                Wording("`sha256Hash` is not the hash of `query`."),
                Wording("Send the SHA-256 of exactly this text, or omit one of the two."),
            )
        if self.trusted_only and found not in documents_by_hash():
            raise UntrustedDocument(
                "PERSISTED_QUERY_REQUIRED",
                Wording("Only trusted documents are allowed."),
                Wording("Send one listed by `jiebang schema documents`, by its hash."),
            )
        return query


def _document_by_hash(asked: str) -> str:
    try:
        return documents_by_hash()[asked]
    except KeyError:
        raise UntrustedDocument(
            "PERSISTED_QUERY_NOT_FOUND",
            Wording("No trusted document has this hash."),
            Wording("`jiebang schema documents` lists them; send the text for any other document."),
        ) from None


def _requested_hash(extensions: Mapping[str, object] | None) -> str | None:
    given = (extensions or {}).get("persistedQuery")
    if given is None:
        return None
    if isinstance(given, dict):
        persisted = cast("dict[str, object]", given)
        found = persisted.get("sha256Hash")
        if persisted.get("version") == 1 and isinstance(found, str) and _SHA256.fullmatch(found):
            return found
    raise UntrustedDocument(
        Code.INVALID_ARGUMENT.value,
        Wording("`persistedQuery` is malformed."),
        Wording('Send {{"version": 1, "sha256Hash": "<64 hexadecimal digits in lower case>"}}.'),
    )
