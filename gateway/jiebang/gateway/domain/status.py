"""The closed lists a caller meets, and the one table from connectors' errors to them."""

from __future__ import annotations

from enum import StrEnum

from jiebang.sdk import ErrorCode


class Outcome(StrEnum):
    """What is known about one platform."""

    BOUND = "bound"
    NOT_BOUND = "not_bound"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NEEDS_ACTION = "needs_action"
    GUIDANCE = "guidance"


class UnknownReason(StrEnum):
    """Why it could not be found out."""

    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    UPSTREAM_ERROR = "upstream_error"
    BLOCKED = "blocked"
    AUTH_FAILED = "auth_failed"
    OUT_OF_RANGE = "out_of_range"
    DISABLED = "disabled"


UNKNOWN_REASON: dict[ErrorCode, UnknownReason] = {
    ErrorCode.CONFIG: UnknownReason.DISABLED,
    ErrorCode.CREDENTIALS: UnknownReason.AUTH_FAILED,
    ErrorCode.RATE_LIMITED: UnknownReason.RATE_LIMITED,
    ErrorCode.UNAVAILABLE: UnknownReason.UPSTREAM_ERROR,
    ErrorCode.TIMEOUT: UnknownReason.TIMEOUT,
    ErrorCode.BLOCKED: UnknownReason.BLOCKED,
    ErrorCode.PROTOCOL: UnknownReason.UPSTREAM_ERROR,
    ErrorCode.REJECTED: UnknownReason.UPSTREAM_ERROR,
    ErrorCode.UNSUPPORTED: UnknownReason.OUT_OF_RANGE,
    ErrorCode.CALLBACK_INVALID: UnknownReason.UPSTREAM_ERROR,
    ErrorCode.BUG: UnknownReason.UPSTREAM_ERROR,
}

#: Asking again later may help; the others wait for somebody to mend something.
RETRYABLE: frozenset[ErrorCode] = frozenset(
    {ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT, ErrorCode.CALLBACK_INVALID}
)


class Status(StrEnum):
    """Of inquiries, actions and renewals, in the words of the Data Rights Protocol; FAILED is
    ours (gave up for now, can be retried with the same key) and PARTIALLY_FULFILLED a renewal's."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    DENIED = "denied"
    REVOKED = "revoked"
    EXPIRED = "expired"
    FAILED = "failed"


class Progress(StrEnum):
    """What an action in progress waits for."""

    NEED_USER_VERIFICATION = "need_user_verification"
    AWAITING_PLATFORM = "awaiting_platform"
    AWAITING_VERIFICATION = "awaiting_verification"
    MANUAL_TASK = "manual_task"
    SCHEDULED_RETRY = "scheduled_retry"


class Verification(StrEnum):
    """What a later lookup said. VERIFIED: a complete answer without this handle. CANNOT_TELL:
    nobody can look (unstable handles, or no complete answer came). ATTESTED: the platform's word
    is all there is. STILL_BOUND: the platform said done, and the handle is still there."""

    PENDING = "pending"
    VERIFIED = "verified"
    CANNOT_TELL = "cannot_tell"
    ATTESTED = "attested"
    STILL_BOUND = "still_bound"
