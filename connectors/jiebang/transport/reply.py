"""One complete HTTP response of a platform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from jiebang.sdk import Blocked, Json, ProtocolFault
from jiebang.transport.rate import parse_retry_after, rate_limit_wait


class WholeReply:
    """The contract's `Reply`. Its `repr` shows only the status and the size.

    `write` says that the request may have changed something, so that an unreadable body raises with
    `maybe_done`.
    """

    __slots__ = ("body", "headers", "status", "write")

    def __init__(
        self, status: int, headers: Mapping[str, str], body: bytes, *, write: bool = False
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.write = write

    def __repr__(self) -> str:
        return f"<WholeReply {self.status}, {len(self.body)} bytes>"

    @property
    def is_html(self) -> bool:
        """Whether the body is an HTML page, by its type or its first character."""
        return (
            "html" in self.headers.get("content-type", "").lower()
            or self.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
        )

    @property
    def retry_after(self) -> float | None:
        now = datetime.now(UTC)
        told = parse_retry_after(self.headers.get("retry-after", ""), now)
        return rate_limit_wait(self.status, self.headers, now) if told is None else told

    def json(self) -> Json:
        if self.is_html:
            raise Blocked("an HTML page came where JSON was expected", maybe_done=self.write)
        try:
            document: Json = orjson.loads(self.body.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            # The decoder's own error contains the whole body.
            raise ProtocolFault("the body is not JSON", maybe_done=self.write) from None
        # The decoder keeps the last of two equal keys: an empty list after a full one would look
        # like an absence. Re-encoded, such a document has fewer colons. Where a colon is escaped
        # the count proves nothing, so an exact parser checks.
        try:
            again = orjson.dumps(document)
            if b"\\u003" in self.body or self.body.count(b":") != again.count(b":"):
                _refuse_duplicate_keys(self.body, write=self.write)
        except (orjson.JSONEncodeError, RecursionError, ValueError):
            raise ProtocolFault(
                "the body is nested too deeply, or contains a number that is too large",
                maybe_done=self.write,
            ) from None
        return document


def _refuse_duplicate_keys(body: bytes, *, write: bool) -> None:
    """Raise `ProtocolFault` for an object that has a key twice."""

    def check_pairs(pairs: list[tuple[str, object]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ProtocolFault("an object in the body has a key twice", maybe_done=write)

    json.loads(body.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=check_pairs)
