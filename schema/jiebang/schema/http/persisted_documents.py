"""Documents by their hash: which text a request means, and whether it may be run.

A request names a document as automatic persisted queries do, by the SHA-256 of its text in
``extensions.persistedQuery``. Nothing that a client sends is ever added.
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
    """A document that is not run, with what to do about it."""

    def __init__(self, code: str, message: Wording, hint: Wording) -> None:
        super().__init__(message, extensions={"code": code, "hint": hint})


@cache
def documents_by_hash() -> Mapping[str, str]:
    """The text of every trusted document, by the SHA-256 of its UTF-8 in lower-case hex."""
    return {digest(text): text for text in documents().values()}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistedDocuments:
    """Says which text to run; with `enforced` that is a trusted document or nothing."""

    trusted_only: bool = False

    def resolve(self, query: str | None, extensions: Mapping[str, object] | None) -> str | None:
        """The text to run, None when the request has neither text nor hash.

        Raises `UntrustedDocument`: a hash that is malformed, unknown or that of another text,
        and, when enforced, a text that is not trusted.
        """
        asked = _requested_hash(extensions)
        if query is None:
            return None if asked is None else _document_by_hash(asked)
        found = digest(query)
        if asked is not None and asked != found:
            raise UntrustedDocument(
                Code.INVALID_ARGUMENT.value,
                Wording("`sha256Hash` is not the hash of `query`."),
                Wording("Send the SHA-256 of exactly this text, or leave out one of the two."),
            )
        if self.trusted_only and found not in documents_by_hash():
            raise UntrustedDocument(
                "PERSISTED_QUERY_REQUIRED",
                Wording("Only trusted documents are run here."),
                Wording("Send one of those that `jiebang schema documents` lists, by its hash."),
            )
        return query


def _document_by_hash(asked: str) -> str:
    try:
        return documents_by_hash()[asked]
    except KeyError:
        raise UntrustedDocument(
            "PERSISTED_QUERY_NOT_FOUND",
            Wording("No trusted document has this hash."),
            Wording("`jiebang schema documents` lists them; elsewhere send the text as well."),
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
