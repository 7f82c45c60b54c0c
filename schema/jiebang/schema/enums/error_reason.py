"""Words of refusals."""

from __future__ import annotations

from jiebang.gateway.domain.errors import Code, Reason
from jiebang.schema.enums.description import describe

describe(
    Code,
    "What kind of refusal it is, in the words of CAMARA's common errors.",
    {
        Code.INVALID_ARGUMENT: "What was sent cannot be right.",
        Code.OUT_OF_RANGE: "Right in kind, wrong in size.",
        Code.MISSING_IDENTIFIER: "No number was given and none follows.",
        Code.UNAUTHENTICATED: "Nobody is asking.",
        Code.PERMISSION_DENIED: "Somebody else may, this caller may not.",
        Code.IDENTIFIER_NOT_FOUND: "No such thing, or not this caller's.",
        Code.SERVICE_NOT_APPLICABLE: "The service does not cover it.",
        Code.CONFLICT: "It contradicts what was asked before.",
        Code.TOO_MANY_REQUESTS: "Later.",
        Code.UNAVAILABLE: "Our own parts are down.",
    },
    name="ErrorCode",
)
describe(
    Reason,
    "What exactly is wrong.",
    {
        Reason.NUMBER_MALFORMED: "This is no phone number.",
        Reason.NUMBER_NOT_MOBILE: "This is a landline.",
        Reason.NUMBER_REGION_NOT_COVERED: "No connector covers numbers of this country.",
        Reason.NUMBER_MISSING: "Which number?",
        Reason.NUMBER_NOT_YOURS: "The token is for another number.",
        Reason.TENURE_MISSING: "The dates of the tenure are missing or wrong.",
        Reason.TENURE_NOT_YOURS: "The tenure follows from the token, it cannot be sent.",
        Reason.TENURE_REVERSED: "The tenure ends before it begins.",
        Reason.DATE_IN_FUTURE: "The day is still to come.",
        Reason.DEADLINE_OUT_OF_RANGE: "The deadline is too short or too long.",
        Reason.PAGE_OUT_OF_RANGE: "The page is too small or too large.",
        Reason.CURSOR_INVALID: "This is no cursor of this list.",
        Reason.SELECTION_EMPTY: "Nothing is chosen.",
        Reason.SELECTION_TOO_LARGE: "Too much is chosen at once.",
        Reason.PLATFORM_UNKNOWN: "There is no such platform here.",
        Reason.PLATFORM_SENSITIVE: "Sensitive platforms are only asked together.",
        Reason.ACCOUNT_ID_INVALID: "This id is forged, or for another number, tenant or basis.",
        Reason.ACCOUNT_ID_EXPIRED: "This id is too old: look the number up again.",
        Reason.ACCOUNT_NOT_ELIGIBLE: "This cannot be done about this account.",
        Reason.ACTION_NOT_OFFERED: "The platform does not offer it.",
        Reason.IDEMPOTENCY_KEY_MALFORMED: "This is no idempotency key.",
        Reason.IDEMPOTENCY_KEY_REUSED: "The key was used for another request.",
        Reason.RENEWAL_UNKNOWN: "No such renewal, or not this caller's.",
        Reason.ACTION_UNKNOWN: "No such action or inquiry, or not this caller's.",
        Reason.STEP_UNKNOWN: "Nothing there waits to be done by hand, or not this step.",
        Reason.REMINDER_PAST: "The day of the reminder is over.",
        Reason.NOT_RETRYABLE: "It is under way or finished.",
        Reason.TOKEN_MISSING: "There is no token.",
        Reason.TOKEN_REFUSED: "The token is not accepted.",
        Reason.SCOPE_MISSING: "The token does not allow it.",
        Reason.TOO_MANY_LOOKUPS: "Too many lookups for now.",
        Reason.TOO_MANY_CODES: "No further code for now; `retryAt` says when.",
        Reason.TOO_MANY_ATTEMPTS: "Too many wrong codes; `retryAt` says when to go on.",
        Reason.CODE_MALFORMED: "This is no one-time code.",
        Reason.CODE_WRONG: "This is not the code that was sent.",
        Reason.CODE_EXPIRED: "There is no such code: it expired, was used, or was replaced.",
        Reason.SENDER_UNAVAILABLE: "Codes cannot be sent here, or not now.",
        Reason.JOURNAL_DOWN: "The journal cannot be reached.",
    },
    name="ErrorReason",
)
