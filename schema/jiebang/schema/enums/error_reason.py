"""Descriptions of error codes and reasons."""

from __future__ import annotations

from jiebang.gateway.domain.errors import Code, Reason
from jiebang.schema.enums.description import describe

describe(
    Code,
    "The kind of error; the codes are those of CAMARA's common errors.",
    {
        Code.INVALID_ARGUMENT: "The input is invalid.",
        Code.OUT_OF_RANGE: "The input has a valid form but is outside the allowed range.",
        Code.MISSING_IDENTIFIER: "No number was given, and none follows from the token.",
        Code.UNAUTHENTICATED: "The caller is not authenticated.",
        Code.PERMISSION_DENIED: "The caller is not allowed to do this.",
        Code.IDENTIFIER_NOT_FOUND: "It does not exist, or belongs to somebody else.",
        Code.SERVICE_NOT_APPLICABLE: "The service does not cover this.",
        Code.CONFLICT: "The request contradicts an earlier one.",
        Code.TOO_MANY_REQUESTS: "Too many requests; try again later.",
        Code.UNAVAILABLE: "A part of the gateway is down.",
    },
    name="ErrorCode",
)
describe(
    Reason,
    "The exact reason of an error.",
    {
        Reason.NUMBER_MALFORMED: "This is not a phone number.",
        Reason.NUMBER_NOT_MOBILE: "This is a landline.",
        Reason.NUMBER_REGION_NOT_COVERED: "No connector covers numbers from this region.",
        Reason.NUMBER_MISSING: "No number was given.",
        Reason.NUMBER_NOT_YOURS: "The token is for another number.",
        Reason.TENURE_MISSING: "The dates of the tenure are missing or wrong.",
        Reason.TENURE_NOT_YOURS: "The tenure is taken from the token and must not be sent.",
        Reason.TENURE_REVERSED: "The tenure ends before it starts.",
        Reason.DATE_IN_FUTURE: "The date is in the future.",
        Reason.DEADLINE_OUT_OF_RANGE: "The deadline is too short or too long.",
        Reason.PAGE_OUT_OF_RANGE: "The page is too small or too large.",
        Reason.CURSOR_INVALID: "This is not a cursor of this list.",
        Reason.SELECTION_EMPTY: "Nothing was selected.",
        Reason.SELECTION_TOO_LARGE: "Too much was selected at once.",
        Reason.PLATFORM_UNKNOWN: "There is no such platform.",
        Reason.PLATFORM_SENSITIVE: "Sensitive platforms cannot be selected individually.",
        Reason.ACCOUNT_ID_INVALID: "This id is forged, or for another number, tenant or basis.",
        Reason.ACCOUNT_ID_EXPIRED: "This id has expired: look the number up again.",
        Reason.ACCOUNT_NOT_ELIGIBLE: "The action is not allowed for this account.",
        Reason.ACTION_NOT_OFFERED: "The platform does not support this action.",
        Reason.IDEMPOTENCY_KEY_MALFORMED: "This is not a valid idempotency key.",
        Reason.IDEMPOTENCY_KEY_REUSED: "The key was used for another request.",
        Reason.RENEWAL_UNKNOWN: "There is no such renewal, or it is not the caller's.",
        Reason.ACTION_UNKNOWN: "There is no such action or inquiry, or it is not the caller's.",
        Reason.STEP_UNKNOWN: "There are no manual steps to confirm, or not this one.",
        Reason.REMINDER_PAST: "The reminder's date is in the past.",
        Reason.NOT_RETRYABLE: "It is in progress or finished.",
        Reason.TOKEN_MISSING: "There is no token.",
        Reason.TOKEN_REFUSED: "The token is not accepted.",
        Reason.SCOPE_MISSING: "The token does not permit this.",
        Reason.TOO_MANY_LOOKUPS: "The limit of lookups is reached.",
        Reason.TOO_MANY_CODES: "The limit of codes is reached; `retryAt` is when to try again.",
        Reason.TOO_MANY_ATTEMPTS: "Too many wrong codes; `retryAt` is when to try again.",
        Reason.CODE_MALFORMED: "This is not a one-time code.",
        Reason.CODE_WRONG: "The code is wrong.",
        Reason.CODE_EXPIRED: "There is no valid code: it has expired, been used or been replaced.",
        Reason.SENDER_UNAVAILABLE: "Codes cannot be sent here, or not at the moment.",
        Reason.JOURNAL_DOWN: "The journal cannot be reached.",
    },
    name="ErrorReason",
)
