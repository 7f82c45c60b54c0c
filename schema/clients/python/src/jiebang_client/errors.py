"""What can go wrong. No text of these errors holds a phone number.

ClientError
├── RequestFailed    the gateway answered, and the answer is no
├── Refusal          a mutation did nothing; raised by `unless_refused` only
└── Unreachable      no answer came, or a stream was cut
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from jiebang_client.results import Refused

T = TypeVar("T")


class ClientError(Exception):
    """Any of them."""


class RequestFailed(ClientError):
    """The gateway answered with errors. `code`, `reason`, `field` and `hint` are the first one's:
    a code of the schema's `ErrorCode`, ``PERSISTED_QUERY_REQUIRED`` or ``INTERNAL``."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        messages = "; ".join(str(one.get("message")) for one in errors)
        super().__init__(messages or "The gateway gave no answer.")
        self.errors = tuple(errors)
        first = errors[0].get("extensions") if errors else None
        told = cast("dict[str, Any]", first) if isinstance(first, dict) else {}
        self.code: str | None = told.get("code")
        self.reason: str | None = told.get("reason")
        self.field: str | None = told.get("field")
        self.hint: str | None = told.get("hint")


class Refusal(ClientError):
    """A mutation was refused: nothing was done, no key was used up. `refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused["message"])
        self.refused = refused


class Unreachable(ClientError):
    """Nobody knows whether the request arrived. With an idempotency key it may be sent again."""


def unless_refused(answer: T | Refused | None) -> T:
    """The answer of a mutation. Raises `Refusal`, and `RequestFailed` where there is none."""
    if answer is None:
        raise RequestFailed(())
    told = cast("Mapping[str, object]", answer)
    if told["__typename"] == "Refused":
        raise Refusal(cast("Refused", answer))
    return cast("T", answer)
