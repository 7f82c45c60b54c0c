"""The errors of the contract.

    SdkError
    ├── ContractError            a connector or manifest breaks the contract
    └── ConnectorError           a call failed; `code` says who has to act
        ├── ConfigFault          CONFIG            the operator: settings are wrong
        ├── CredentialsFault     CREDENTIALS       the operator: our credential was refused
        ├── RateLimited          RATE_LIMITED      nobody: later
        ├── Unavailable          UNAVAILABLE       nobody: connection, TLS, 5xx
        ├── TimedOut             TIMEOUT           nobody: no answer in time
        ├── Blocked              BLOCKED           the operator: a challenge page answered
        ├── ProtocolFault        PROTOCOL          the connector's owner: an unmapped answer
        ├── Rejected             REJECTED          the connector's owner: another 4xx
        ├── Unsupported          UNSUPPORTED       the person: guidance is shown
        ├── CallbackInvalid      CALLBACK_INVALID  the operator: signature, window, token
        └── Bug                  BUG               the connector's owner: anything else

A refusal by the platform is not an error: return `Denied`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class ErrorCode(StrEnum):
    """The closed set of ways in which a call to a platform can fail."""

    CONFIG = "config"
    CREDENTIALS = "credentials"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    BLOCKED = "blocked"
    PROTOCOL = "protocol"
    REJECTED = "rejected"
    UNSUPPORTED = "unsupported"
    CALLBACK_INVALID = "callback_invalid"
    BUG = "bug"


class SdkError(Exception):
    """Root of the contract's errors."""


class ContractError(SdkError):
    """A connector, its spec or its answer breaks the contract; the message says how."""


class ConnectorError(SdkError):
    """A call to a platform failed.

    `detail` is for operators and must not contain a number, handle, label or secret. `retry_after`
    is in seconds. `maybe_done` says that the request may have reached the platform although no
    answer came: it applies to writes only, and decides whether they may be sent again.
    `platform_code` is the platform's own error code, if it gave one.
    """

    code: ClassVar[ErrorCode]

    def __init__(
        self,
        detail: str = "",
        *,
        retry_after: float | None = None,
        maybe_done: bool = False,
        platform_code: str | None = None,
    ) -> None:
        super().__init__(detail or self.code.value)
        self.retry_after = retry_after
        self.maybe_done = maybe_done
        self.platform_code = platform_code


class ConfigFault(ConnectorError):
    code = ErrorCode.CONFIG


class CredentialsFault(ConnectorError):
    code = ErrorCode.CREDENTIALS


class RateLimited(ConnectorError):
    code = ErrorCode.RATE_LIMITED


class Unavailable(ConnectorError):
    code = ErrorCode.UNAVAILABLE


class TimedOut(ConnectorError):
    code = ErrorCode.TIMEOUT


class Blocked(ConnectorError):
    code = ErrorCode.BLOCKED


class ProtocolFault(ConnectorError):
    code = ErrorCode.PROTOCOL


class Rejected(ConnectorError):
    code = ErrorCode.REJECTED


class Unsupported(ConnectorError):
    code = ErrorCode.UNSUPPORTED


class CallbackInvalid(ConnectorError):
    code = ErrorCode.CALLBACK_INVALID


class Bug(ConnectorError):
    code = ErrorCode.BUG


#: The class for each code, for kinds whose manifests name codes.
ERROR_CLASSES: dict[ErrorCode, type[ConnectorError]] = {
    cls.code: cls
    for cls in (
        ConfigFault,
        CredentialsFault,
        RateLimited,
        Unavailable,
        TimedOut,
        Blocked,
        ProtocolFault,
        Rejected,
        Unsupported,
        CallbackInvalid,
        Bug,
    )
}


def failure_for_status(status: int, *, retry_after: float | None = None) -> ConnectorError:
    """Map an HTTP status that the connector does not accept to an error.

    429, and 403 or 503 with a time to wait → RATE_LIMITED; 401, other 403 → CREDENTIALS; 408, 504 →
    TIMEOUT; 999 → BLOCKED; other 5xx → UNAVAILABLE; other 4xx → REJECTED; the rest → PROTOCOL.

    A 5xx or a time-out may hide a completed write, so these set `maybe_done`; 503 and 429 mean that
    the request was turned away.
    """
    detail = f"HTTP status {status}"
    if status == 429 or (status in (403, 503) and retry_after is not None):
        return RateLimited(detail, retry_after=retry_after)
    if status in (401, 403):
        return CredentialsFault(detail)
    if status in (408, 504):
        return TimedOut(detail, maybe_done=True)
    if status == 999:
        return Blocked(detail)
    if 500 <= status < 600:
        return Unavailable(detail, retry_after=retry_after, maybe_done=status != 503)
    if 400 <= status < 500:
        return Rejected(detail)
    return ProtocolFault(detail, maybe_done=True)
