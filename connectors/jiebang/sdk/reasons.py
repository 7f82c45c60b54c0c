"""Closed lists of reasons and effects.

Denied reasons are those of the Data Rights Protocol 1.0 (first seven) and ours.
"""

from __future__ import annotations

from enum import StrEnum


class DenyReason(StrEnum):
    """Why something is not done, in terms a person can act on."""

    SUSPECTED_FRAUD = "suspected_fraud"
    INSUF_VERIFICATION = "insuf_verification"
    NO_MATCH = "no_match"
    CLAIM_NOT_COVERED = "claim_not_covered"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    TOO_MANY_REQUESTS = "too_many_requests"
    OTHER = "other"
    BINDING_AFTER_ACTIVATION = "binding_after_activation"
    BINDING_DATE_UNKNOWN = "binding_date_unknown"
    RECYCLING_NOT_CONFIRMED = "recycling_not_confirmed"
    QUARANTINE_NOT_OVER = "quarantine_not_over"
    SOLE_LOGIN_IDENTIFIER = "sole_login_identifier"
    ACCOUNT_BANNED = "account_banned"
    FUNDS_OR_DEBT_OUTSTANDING = "funds_or_debt_outstanding"
    LEGAL_HOLD = "legal_hold"
    PREVIOUS_HOLDER_OBJECTED = "previous_holder_objected"
    PLATFORM_NOT_COVERED = "platform_not_covered"
    DUPLICATE = "duplicate"


class Effect(StrEnum):
    """What really happened at the platform. Unbinding may have any of several effects."""

    NUMBER_DETACHED = "number_detached"
    LOGIN_DISABLED = "login_disabled"
    SESSIONS_REVOKED = "sessions_revoked"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_PURGED = "account_purged"
    LABEL_CLEARED = "label_cleared"
    REGISTRATION_UNBLOCKED = "registration_unblocked"
    CONTACT_STOPPED = "contact_stopped"
    HOLDER_NOTIFIED = "holder_notified"
    NO_CHANGE = "no_change"
