"""Descriptions of enums about work in progress."""

from __future__ import annotations

from jiebang.gateway.domain.status import Progress, Status, Verification
from jiebang.schema.enums.description import describe
from jiebang.sdk import Effect

describe(
    Status,
    "The status, in the terms of the Data Rights Protocol. Nothing defaults to FULFILLED.",
    {
        Status.OPEN: "Accepted, not started.",
        Status.IN_PROGRESS: "In progress; `progress` says what it waits for.",
        Status.FULFILLED: "Done.",
        Status.PARTIALLY_FULFILLED: "Part of a renewal is done, and the rest will not be.",
        Status.DENIED: "The platform refused; `reason` says why.",
        Status.REVOKED: "Withdrawn before it was done.",
        Status.EXPIRED: "There was no answer in time.",
        Status.FAILED: "Given up for now. It can be retried.",
    },
)
describe(
    Progress,
    "What an action in progress waits for.",
    {
        Progress.NEED_USER_VERIFICATION: "The user has to do something; see `needs`.",
        Progress.AWAITING_PLATFORM: "The platform is processing it.",
        Progress.AWAITING_VERIFICATION: "The platform said done; a later lookup has to confirm.",
        Progress.MANUAL_TASK: "Nothing happens automatically: a person has to look at it.",
        Progress.SCHEDULED_RETRY: "It will be retried at `retryAt`.",
    },
    name="ActionProgress",
)
describe(
    Verification,
    "The result of the lookup after an action that the platform called done.",
    {
        Verification.PENDING: "No lookup has been made yet.",
        Verification.VERIFIED: "A complete answer no longer shows the account.",
        Verification.CANNOT_TELL: "No lookup is possible, or no complete answer came.",
        Verification.ATTESTED: "There is only the platform's statement.",
        Verification.STILL_BOUND: "The platform said done, but the account is still there.",
    },
)
describe(
    Effect,
    "What actually happened at the platform.",
    {
        Effect.NUMBER_DETACHED: "The number no longer belongs to the account.",
        Effect.LOGIN_DISABLED: "The number can no longer be used to log in to the account.",
        Effect.SESSIONS_REVOKED: "Open sessions were closed.",
        Effect.ACCOUNT_DISABLED: "The account was disabled.",
        Effect.ACCOUNT_PURGED: "The account was deleted.",
        Effect.LABEL_CLEARED: "The number is no longer shown anywhere.",
        Effect.REGISTRATION_UNBLOCKED: "The number can be used to sign up again.",
        Effect.CONTACT_STOPPED: "Calls and messages have stopped.",
        Effect.HOLDER_NOTIFIED: "The account's owner was notified.",
        Effect.NO_CHANGE: "Nothing had to be done.",
    },
)
