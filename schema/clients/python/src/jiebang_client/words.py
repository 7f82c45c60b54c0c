"""What the schema calls things. A newer gateway may know more.

Written by `python -m scripts.clients` from the schema and its trusted documents."""

from datetime import date
from typing import Literal, TypeAlias

Date: TypeAlias = date | str
"""A day; as text in ISO 8601, which is what comes."""

ActionKind: TypeAlias = Literal["UNBIND", "CEASE_CONTACT", "LOCK_ACCOUNT", "NOTIFY_HOLDER"]
"""What can be asked of a platform about one account."""

ActionProgress: TypeAlias = Literal[
    "NEED_USER_VERIFICATION",
    "AWAITING_PLATFORM",
    "AWAITING_VERIFICATION",
    "MANUAL_TASK",
    "SCHEDULED_RETRY",
]
"""What an action in progress waits for."""

Basis: TypeAlias = Literal["CURRENT", "DEPARTING", "FORMER", "QUARANTINED"]
"""The caller's relation to the number. It follows from proof, never from an argument."""

Capability: TypeAlias = Literal[
    "LOOKUP",
    "LOOKUP_BATCH",
    "UNBIND",
    "UNBIND_BATCH",
    "CEASE_CONTACT",
    "LOCK_ACCOUNT",
    "STATUS",
    "WITHDRAW",
    "CALLBACK",
    "NOTIFY_HOLDER",
    "GUIDANCE",
    "CATALOGUE",
]
"""What a connector can do."""

Category: TypeAlias = Literal[
    "CLOUD_STORAGE",
    "COMMUNITY",
    "DATING",
    "DEVELOPER",
    "EDUCATION",
    "EMAIL",
    "FINANCE",
    "GAMES",
    "GOVERNMENT",
    "HEALTH",
    "HOUSING",
    "LENDING",
    "MEDIA",
    "MEMBERSHIP",
    "RECRUITING",
    "SHOPPING",
    "SOCIAL",
    "TOOLS",
    "TRANSPORT",
    "TRAVEL",
    "UTILITIES",
]
"""The area of daily life a platform belongs to."""

ChecklistState: TypeAlias = Literal["TO_DO", "BEGUN", "ATTESTED"]
"""Progress of the manual steps."""

ConnectorLevel: TypeAlias = Literal["LISTED", "BRONZE", "SILVER", "GOLD"]
"""What the conformance kit found out about a connector. It is computed, never claimed."""

ConnectorState: TypeAlias = Literal["ENABLED", "DISABLED", "NOT_CONFIGURED", "MISCONFIGURED"]
"""How a connector stands in this installation."""

Delivery: TypeAlias = Literal["SYNC", "POLL", "CALLBACK", "MANUAL"]
"""How the final answer arrives."""

DenyReason: TypeAlias = Literal[
    "SUSPECTED_FRAUD",
    "INSUF_VERIFICATION",
    "NO_MATCH",
    "CLAIM_NOT_COVERED",
    "OUTSIDE_JURISDICTION",
    "TOO_MANY_REQUESTS",
    "OTHER",
    "BINDING_AFTER_ACTIVATION",
    "BINDING_DATE_UNKNOWN",
    "RECYCLING_NOT_CONFIRMED",
    "QUARANTINE_NOT_OVER",
    "SOLE_LOGIN_IDENTIFIER",
    "ACCOUNT_BANNED",
    "FUNDS_OR_DEBT_OUTSTANDING",
    "LEGAL_HOLD",
    "PREVIOUS_HOLDER_OBJECTED",
    "PLATFORM_NOT_COVERED",
    "DUPLICATE",
]
"""Why something is not done, in terms a person can act on."""

Effect: TypeAlias = Literal[
    "NUMBER_DETACHED",
    "LOGIN_DISABLED",
    "SESSIONS_REVOKED",
    "ACCOUNT_DISABLED",
    "ACCOUNT_PURGED",
    "LABEL_CLEARED",
    "REGISTRATION_UNBLOCKED",
    "CONTACT_STOPPED",
    "HOLDER_NOTIFIED",
    "NO_CHANGE",
]
"""What actually happened at the platform."""

ErrorCode: TypeAlias = Literal[
    "INVALID_ARGUMENT",
    "OUT_OF_RANGE",
    "MISSING_IDENTIFIER",
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "IDENTIFIER_NOT_FOUND",
    "SERVICE_NOT_APPLICABLE",
    "CONFLICT",
    "TOO_MANY_REQUESTS",
    "UNAVAILABLE",
]
"""The kind of error; the codes are those of CAMARA's common errors."""

ErrorReason: TypeAlias = Literal[
    "NUMBER_MALFORMED",
    "NUMBER_NOT_MOBILE",
    "NUMBER_REGION_NOT_COVERED",
    "NUMBER_MISSING",
    "NUMBER_NOT_YOURS",
    "TENURE_MISSING",
    "TENURE_NOT_YOURS",
    "TENURE_REVERSED",
    "DATE_IN_FUTURE",
    "DEADLINE_OUT_OF_RANGE",
    "PAGE_OUT_OF_RANGE",
    "CURSOR_INVALID",
    "SELECTION_EMPTY",
    "SELECTION_TOO_LARGE",
    "PLATFORM_UNKNOWN",
    "PLATFORM_SENSITIVE",
    "ACCOUNT_ID_INVALID",
    "ACCOUNT_ID_EXPIRED",
    "ACCOUNT_NOT_ELIGIBLE",
    "ACTION_NOT_OFFERED",
    "IDEMPOTENCY_KEY_MALFORMED",
    "IDEMPOTENCY_KEY_REUSED",
    "RENEWAL_UNKNOWN",
    "ACTION_UNKNOWN",
    "STEP_UNKNOWN",
    "REMINDER_PAST",
    "NOT_RETRYABLE",
    "TOKEN_MISSING",
    "TOKEN_REFUSED",
    "SCOPE_MISSING",
    "TOO_MANY_LOOKUPS",
    "TOO_MANY_CODES",
    "TOO_MANY_ATTEMPTS",
    "CODE_MALFORMED",
    "CODE_WRONG",
    "CODE_EXPIRED",
    "SENDER_UNAVAILABLE",
    "JOURNAL_DOWN",
]
"""The exact reason of an error."""

EventKind: TypeAlias = Literal["RENEWAL", "INQUIRY", "ACTION"]
"""What an event is about."""

GuideDifficulty: TypeAlias = Literal["EASY", "MEDIUM", "HARD", "LIMITED", "IMPOSSIBLE"]
"""How hard a guide's steps are."""

GuideSourceKind: TypeAlias = Literal["PLATFORM", "PRESS", "COMMUNITY"]
"""Who published a source, most trusted first."""

OfficialCover: TypeAlias = Literal["YES", "NO", "UNKNOWN"]
"""Whether an official one-click service covers the platform."""

Outcome: TypeAlias = Literal["BOUND", "NOT_BOUND", "PENDING", "UNKNOWN", "NEEDS_ACTION", "GUIDANCE"]
"""What is known about one platform. Nothing defaults to NOT_BOUND."""

Precedence: TypeAlias = Literal["OWN", "AGGREGATOR", "GUIDE"]
"""Who speaks for a platform when several connectors could: the first in this order."""

RenewalOperation: TypeAlias = Literal[
    "START_RENEWAL",
    "ORDER_UNBIND",
    "ORDER_CEASE_CONTACT",
    "ORDER_LOCK_ACCOUNT",
    "ORDER_NOTIFY_HOLDER",
]
"""The operation a renewal started with."""

Status: TypeAlias = Literal[
    "OPEN",
    "IN_PROGRESS",
    "FULFILLED",
    "PARTIALLY_FULFILLED",
    "DENIED",
    "REVOKED",
    "EXPIRED",
    "FAILED",
]
"""The status, in the terms of the Data Rights Protocol. Nothing defaults to FULFILLED."""

StepKind: TypeAlias = Literal["OTP", "WEB", "ID_CHECK", "CONSENT"]
"""What the user has to do before the platform continues."""

TenureRelation: TypeAlias = Literal["BEFORE_ACTIVATION", "AFTER_ACTIVATION", "BOUNDARY", "UNDATED"]
"""Where a binding lies against the asker's own activation date."""

UnknownReason: TypeAlias = Literal[
    "RATE_LIMITED",
    "TIMEOUT",
    "UPSTREAM_ERROR",
    "BLOCKED",
    "AUTH_FAILED",
    "OUT_OF_RANGE",
    "DISABLED",
]
"""Why the answer is unknown."""

Verification: TypeAlias = Literal["PENDING", "VERIFIED", "CANNOT_TELL", "ATTESTED", "STILL_BOUND"]
"""The result of the lookup after an action that the platform called done."""
