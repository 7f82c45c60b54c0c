"""Words about work under way."""

from __future__ import annotations

from jiebang.gateway.domain.status import Progress, Status, Verification
from jiebang.schema.enums.description import describe
from jiebang.sdk import Effect

describe(
    Status,
    "How far it is, in the words of the Data Rights Protocol. Nothing defaults to FULFILLED.",
    {
        Status.OPEN: "Accepted, not begun.",
        Status.IN_PROGRESS: "Under way; `progress` says what it waits for.",
        Status.FULFILLED: "Done.",
        Status.PARTIALLY_FULFILLED: "Some of a renewal is done, and the rest will not be.",
        Status.DENIED: "The platform refused; `reason` says why.",
        Status.REVOKED: "Withdrawn before it was done.",
        Status.EXPIRED: "Nobody answered in time.",
        Status.FAILED: "Given up for now. It can be taken up again.",
    },
)
describe(
    Progress,
    "What an action in progress waits for.",
    {
        Progress.NEED_USER_VERIFICATION: "A person has to do something; see `needs`.",
        Progress.AWAITING_PLATFORM: "The platform works on it.",
        Progress.AWAITING_VERIFICATION: "The platform said done; a later lookup has to confirm.",
        Progress.MANUAL_TASK: "Nothing happens by itself: somebody has to look at it.",
        Progress.SCHEDULED_RETRY: "It is tried again at `retryAt`.",
    },
    name="ActionProgress",
)
describe(
    Verification,
    "What a later lookup said about an action that the platform called done.",
    {
        Verification.PENDING: "Nobody has looked yet.",
        Verification.VERIFIED: "A complete answer no longer shows the account.",
        Verification.CANNOT_TELL: "Nobody can look, or no complete answer came.",
        Verification.ATTESTED: "The platform's word is all there is.",
        Verification.STILL_BOUND: "The platform said done, and the account is still there.",
    },
)
describe(
    Effect,
    "What really happened at the platform.",
    {
        Effect.NUMBER_DETACHED: "The number no longer belongs to the account.",
        Effect.LOGIN_DISABLED: "The number no longer opens the account.",
        Effect.SESSIONS_REVOKED: "Open sessions were closed.",
        Effect.ACCOUNT_DISABLED: "The account was switched off.",
        Effect.ACCOUNT_PURGED: "The account was deleted.",
        Effect.LABEL_CLEARED: "The number is no longer shown anywhere.",
        Effect.REGISTRATION_UNBLOCKED: "One can sign up with the number again.",
        Effect.CONTACT_STOPPED: "Calls and messages end.",
        Effect.HOLDER_NOTIFIED: "The account's owner was told.",
        Effect.NO_CHANGE: "Nothing had to be done.",
    },
)
