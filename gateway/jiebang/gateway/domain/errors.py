"""The service's errors: one tree, each with a code of the CAMARA list and a finer reason.

GatewayError
├── InvalidArgument     INVALID_ARGUMENT        what was sent cannot be right
├── OutOfRange          OUT_OF_RANGE            right in kind, wrong in size
├── MissingIdentifier   MISSING_IDENTIFIER      no number was given and none follows
├── Unauthenticated     UNAUTHENTICATED         nobody is asking
├── PermissionDenied    PERMISSION_DENIED       somebody else may, this caller may not
├── NotFound            IDENTIFIER_NOT_FOUND    no such thing, or not this caller's
├── NotApplicable       SERVICE_NOT_APPLICABLE  the service does not cover it
├── Conflict            CONFLICT                contradicts what was asked before
├── TooManyRequests     TOO_MANY_REQUESTS       later
└── Unavailable         UNAVAILABLE             our own parts are down; nothing was done
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from jiebang.gateway.domain.wording import Wording


class Code(StrEnum):
    """`extensions.code`: the codes of CAMARA's common errors (CAMARA_common.yaml)."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    MISSING_IDENTIFIER = "MISSING_IDENTIFIER"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    IDENTIFIER_NOT_FOUND = "IDENTIFIER_NOT_FOUND"
    SERVICE_NOT_APPLICABLE = "SERVICE_NOT_APPLICABLE"
    CONFLICT = "CONFLICT"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    UNAVAILABLE = "UNAVAILABLE"


class Reason(StrEnum):
    """The exact reason, for programs."""

    NUMBER_MALFORMED = "NUMBER_MALFORMED"
    NUMBER_NOT_MOBILE = "NUMBER_NOT_MOBILE"
    NUMBER_REGION_NOT_COVERED = "NUMBER_REGION_NOT_COVERED"
    NUMBER_MISSING = "NUMBER_MISSING"
    NUMBER_NOT_YOURS = "NUMBER_NOT_YOURS"
    TENURE_MISSING = "TENURE_MISSING"
    TENURE_NOT_YOURS = "TENURE_NOT_YOURS"
    TENURE_REVERSED = "TENURE_REVERSED"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    DEADLINE_OUT_OF_RANGE = "DEADLINE_OUT_OF_RANGE"
    PAGE_OUT_OF_RANGE = "PAGE_OUT_OF_RANGE"
    CURSOR_INVALID = "CURSOR_INVALID"
    SELECTION_EMPTY = "SELECTION_EMPTY"
    SELECTION_TOO_LARGE = "SELECTION_TOO_LARGE"
    PLATFORM_UNKNOWN = "PLATFORM_UNKNOWN"
    PLATFORM_SENSITIVE = "PLATFORM_SENSITIVE"
    ACCOUNT_ID_INVALID = "ACCOUNT_ID_INVALID"
    ACCOUNT_ID_EXPIRED = "ACCOUNT_ID_EXPIRED"
    ACCOUNT_NOT_ELIGIBLE = "ACCOUNT_NOT_ELIGIBLE"
    ACTION_NOT_OFFERED = "ACTION_NOT_OFFERED"
    IDEMPOTENCY_KEY_MALFORMED = "IDEMPOTENCY_KEY_MALFORMED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    RENEWAL_UNKNOWN = "RENEWAL_UNKNOWN"
    ACTION_UNKNOWN = "ACTION_UNKNOWN"
    STEP_UNKNOWN = "STEP_UNKNOWN"
    REMINDER_PAST = "REMINDER_PAST"
    NOT_RETRYABLE = "NOT_RETRYABLE"
    TOKEN_MISSING = "TOKEN_MISSING"  # noqa: S105 - the name of a reason
    TOKEN_REFUSED = "TOKEN_REFUSED"  # noqa: S105 - the name of a reason
    SCOPE_MISSING = "SCOPE_MISSING"
    TOO_MANY_LOOKUPS = "TOO_MANY_LOOKUPS"
    TOO_MANY_CODES = "TOO_MANY_CODES"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    CODE_MALFORMED = "CODE_MALFORMED"
    CODE_WRONG = "CODE_WRONG"
    CODE_EXPIRED = "CODE_EXPIRED"
    SENDER_UNAVAILABLE = "SENDER_UNAVAILABLE"
    JOURNAL_DOWN = "JOURNAL_DOWN"


class GatewayError(Exception):
    """`message` is for people and contains no number, handle, label or secret. `field` is the
    GraphQL argument concerned; `hint` says what to do. `retry_at` is when to try again, if known;
    `attempts_left` counts remaining guesses."""

    code: ClassVar[Code]

    def __init__(
        self,
        reason: Reason,
        message: Wording,
        *,
        field: str | None = None,
        hint: Wording | None = None,
        retry_at: datetime | None = None,
        attempts_left: int | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field
        self.hint = hint
        self.retry_at = retry_at
        self.attempts_left = attempts_left


class InvalidArgument(GatewayError):
    code = Code.INVALID_ARGUMENT


class OutOfRange(GatewayError):
    code = Code.OUT_OF_RANGE


class MissingIdentifier(GatewayError):
    code = Code.MISSING_IDENTIFIER


class Unauthenticated(GatewayError):
    code = Code.UNAUTHENTICATED


class PermissionDenied(GatewayError):
    code = Code.PERMISSION_DENIED


class NotFound(GatewayError):
    code = Code.IDENTIFIER_NOT_FOUND


class ServiceNotApplicable(GatewayError):
    code = Code.SERVICE_NOT_APPLICABLE


class Conflict(GatewayError):
    code = Code.CONFLICT


class TooManyRequests(GatewayError):
    code = Code.TOO_MANY_REQUESTS


class ServiceUnavailable(GatewayError):
    code = Code.UNAVAILABLE
