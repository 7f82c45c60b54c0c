"""Words about accounts."""

from __future__ import annotations

from jiebang.gateway.domain.tenure import TenureRelation
from jiebang.schema.enums.description import describe
from jiebang.sdk import ActionKind, DenyReason

describe(
    TenureRelation,
    "Where a binding lies against the asker's own activation date.",
    {
        TenureRelation.BEFORE_ACTIVATION: "Made before it: somebody else's.",
        TenureRelation.AFTER_ACTIVATION: "Made after it, inside the own tenure: the asker's.",
        TenureRelation.BOUNDARY: "On the same day, or too near to it to tell.",
        TenureRelation.UNDATED: "The platform does not say when, or there is no date to compare.",
    },
)
describe(
    ActionKind,
    "What can be asked of a platform about one account.",
    {kind: kind.meaning for kind in ActionKind},
)
describe(
    DenyReason,
    "Why something is not done, in terms a person can act on.",
    {
        DenyReason.SUSPECTED_FRAUD: "The platform suspects fraud.",
        DenyReason.INSUF_VERIFICATION: "The proof was not enough for the platform.",
        DenyReason.NO_MATCH: "No such account, or not inside the asker's tenure.",
        DenyReason.CLAIM_NOT_COVERED: "This basis may not ask for it.",
        DenyReason.OUTSIDE_JURISDICTION: "The platform does not serve this place.",
        DenyReason.TOO_MANY_REQUESTS: "Asked too often.",
        DenyReason.OTHER: "The platform gave a reason that nobody has mapped.",
        DenyReason.BINDING_AFTER_ACTIVATION: "Bound after activation: the present holder's own.",
        DenyReason.BINDING_DATE_UNKNOWN: "Nobody knows when it was bound.",
        DenyReason.RECYCLING_NOT_CONFIRMED: "Bound too near to the activation date to tell.",
        DenyReason.QUARANTINE_NOT_OVER: "The last holder can still take the number back.",
        DenyReason.SOLE_LOGIN_IDENTIFIER: "The number is the account's only way in.",
        DenyReason.ACCOUNT_BANNED: "The account is banned.",
        DenyReason.FUNDS_OR_DEBT_OUTSTANDING: "There is money in it, or owed.",
        DenyReason.LEGAL_HOLD: "The law keeps it as it is.",
        DenyReason.PREVIOUS_HOLDER_OBJECTED: "The previous holder objected.",
        DenyReason.PLATFORM_NOT_COVERED: "The platform has no interface for it.",
        DenyReason.DUPLICATE: "The same was asked before.",
    },
)
