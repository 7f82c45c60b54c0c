"""Descriptions of enums about answers to lookups."""

from __future__ import annotations

from jiebang.gateway.domain.status import Outcome, UnknownReason
from jiebang.gateway.domain.tenure import Basis
from jiebang.schema.enums.description import describe
from jiebang.sdk import ErrorCode

describe(
    Basis,
    "The caller's relation to the number. It follows from proof, never from an argument.",
    {
        Basis.CURRENT: "Holds a number that somebody else held before.",
        Basis.DEPARTING: "Holds the number and is about to give it up.",
        Basis.FORMER: "Gave the number up and has no SIM.",
        Basis.QUARANTINED: "The carrier, before it re-issues the number.",
    },
)
describe(
    Outcome,
    "What is known about one platform. Nothing defaults to NOT_BOUND.",
    {
        Outcome.BOUND: "There are accounts with this number.",
        Outcome.NOT_BOUND: "There is no account, and the platform confirmed it.",
        Outcome.PENDING: "The platform answers later.",
        Outcome.UNKNOWN: "It could not be determined; `reason` says why.",
        Outcome.NEEDS_ACTION: "The user has to do something first.",
        Outcome.GUIDANCE: "There is no interface; `guide` has the manual steps.",
    },
)
describe(
    UnknownReason,
    "Why the answer is unknown.",
    {
        UnknownReason.RATE_LIMITED: "The rate limit is reached; try again later.",
        UnknownReason.TIMEOUT: "There was no answer in time.",
        UnknownReason.UPSTREAM_ERROR: "The platform or its connector failed.",
        UnknownReason.BLOCKED: "The platform answered with a challenge page.",
        UnknownReason.AUTH_FAILED: "The platform rejected the gateway's credentials.",
        UnknownReason.OUT_OF_RANGE: "The platform does not support this request.",
        UnknownReason.DISABLED: "The connector is not configured.",
    },
)
describe(
    ErrorCode,
    "How a call to a platform failed and who has to act, for operators.",
    {
        ErrorCode.CONFIG: "The operator: settings are wrong.",
        ErrorCode.CREDENTIALS: "The operator: the credentials were rejected.",
        ErrorCode.RATE_LIMITED: "Nobody: try again later.",
        ErrorCode.UNAVAILABLE: "Nobody: connection, TLS or server error.",
        ErrorCode.TIMEOUT: "Nobody: there was no answer in time.",
        ErrorCode.BLOCKED: "The operator: the platform answered with a challenge page.",
        ErrorCode.PROTOCOL: "The connector's owner: the answer is not mapped.",
        ErrorCode.REJECTED: "The connector's owner: the platform rejected the request.",
        ErrorCode.UNSUPPORTED: "The user: there is guidance.",
        ErrorCode.CALLBACK_INVALID: "The operator: invalid signature, time or token of a callback.",
        ErrorCode.BUG: "The connector's owner: anything else.",
    },
    name="ConnectorErrorCode",
)
