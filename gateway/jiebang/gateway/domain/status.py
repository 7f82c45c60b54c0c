"""The enums that callers see, and the mapping from connector errors to them."""

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
    """Why a platform's answer is unknown."""

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

#: Errors where asking again later may help; the others need an operator.
RETRYABLE: frozenset[ErrorCode] = frozenset(
    {ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT, ErrorCode.CALLBACK_INVALID}
)


class Status(StrEnum):
    """Status of inquiries, actions and renewals, as in the Data Rights Protocol. Added here are
    FAILED (gave up for now, can be retried with the same key) and, for renewals,
    PARTIALLY_FULFILLED."""

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
    """The result of the lookup after an action. VERIFIED: a complete answer without this handle.
    CANNOT_TELL: handles are unstable, or no complete answer came. ATTESTED: there is only the
    platform's statement. STILL_BOUND: the platform said done, but the handle is still there."""

    PENDING = "pending"
    VERIFIED = "verified"
    CANNOT_TELL = "cannot_tell"
    ATTESTED = "attested"
    STILL_BOUND = "still_bound"
