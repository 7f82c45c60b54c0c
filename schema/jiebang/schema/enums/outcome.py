"""Words of answers to lookups."""

from __future__ import annotations

from jiebang.gateway.domain.status import Outcome, UnknownReason
from jiebang.gateway.domain.tenure import Basis
from jiebang.schema.enums.description import describe
from jiebang.sdk import ErrorCode

describe(
    Basis,
    "Whose question it is. It follows from proof, never from what the caller says.",
    {
        Basis.CURRENT: "Holds a number that somebody else had before.",
        Basis.DEPARTING: "Holds the number and is about to give it up.",
        Basis.FORMER: "Gave the number up and has no SIM.",
        Basis.QUARANTINED: "The carrier, before it sells the number again.",
    },
)
describe(
    Outcome,
    "What is known about one platform. Nothing defaults to NOT_BOUND.",
    {
        Outcome.BOUND: "There are accounts with this number.",
        Outcome.NOT_BOUND: "There is none, and the platform said so.",
        Outcome.PENDING: "The platform answers later.",
        Outcome.UNKNOWN: "We could not find out; `reason` says why.",
        Outcome.NEEDS_ACTION: "A person must do something first.",
        Outcome.GUIDANCE: "There is no interface; `guide` says what to do by hand.",
    },
)
describe(
    UnknownReason,
    "Why it could not be found out.",
    {
        UnknownReason.RATE_LIMITED: "Asked too often for now.",
        UnknownReason.TIMEOUT: "No answer in time.",
        UnknownReason.UPSTREAM_ERROR: "The platform, or its connector, is broken.",
        UnknownReason.BLOCKED: "A challenge page answered instead.",
        UnknownReason.AUTH_FAILED: "The platform refused our credential.",
        UnknownReason.OUT_OF_RANGE: "This question cannot be put to this platform.",
        UnknownReason.DISABLED: "The connector is not set up.",
    },
)
describe(
    ErrorCode,
    "How asking a platform failed, for operators.",
    {
        ErrorCode.CONFIG: "The operator: settings are wrong.",
        ErrorCode.CREDENTIALS: "The operator: our credential was refused.",
        ErrorCode.RATE_LIMITED: "Nobody: later.",
        ErrorCode.UNAVAILABLE: "Nobody: connection, TLS or a server error.",
        ErrorCode.TIMEOUT: "Nobody: no answer in time.",
        ErrorCode.BLOCKED: "The operator: a challenge page answered.",
        ErrorCode.PROTOCOL: "The connector's owner: an answer nobody mapped.",
        ErrorCode.REJECTED: "The connector's owner: the request was refused.",
        ErrorCode.UNSUPPORTED: "The person: there is guidance.",
        ErrorCode.CALLBACK_INVALID: "The operator: a callback's signature, time or token.",
        ErrorCode.BUG: "The connector's owner: anything else.",
    },
    name="ConnectorErrorCode",
)
