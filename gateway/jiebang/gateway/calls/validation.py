"""Validate a connector's answer against the SDK contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.catalogue.listing import is_instance
from jiebang.sdk import (
    Account,
    ActionOutcome,
    BindingDate,
    Bound,
    Bug,
    ConnectorError,
    Denied,
    DenyReason,
    Done,
    Effect,
    Guidance,
    LookupOutcome,
    NeedsAction,
    NotBound,
    Pending,
    ProtocolFault,
    StepKind,
)

PlatformAnswer = LookupOutcome | ConnectorError
PlatformAnswers = dict[str, PlatformAnswer]

MAX_ACCOUNTS = 200
_MAX_LENGTH = 1024


def validate_lookup(
    entry: RegisteredConnector, asked: frozenset[str], answer: object
) -> PlatformAnswers:
    """Return an answer for each platform asked. A contract violation becomes an error for its
    platform, never NOT_BOUND."""
    if isinstance(answer, Mapping):
        given: Mapping[object, object] = answer  # pyright: ignore[reportUnknownVariableType] - anybody's
        return {platform: validate_answer(platform, given.get(platform)) for platform in asked}
    if entry.spec.speaks_for_many:
        return {platform: Bug("returned one answer for many platforms") for platform in asked}
    return {platform: validate_answer(platform, answer) for platform in asked}


def validate_action(answer: object) -> ActionOutcome:
    """Return the outcome, or raise `Bug` where it violates the contract."""
    if not isinstance(answer, Done | Pending | NeedsAction | Denied | Guidance):
        raise Bug(f"returned {type(answer).__name__} for an order", maybe_done=True)
    if (fault := _action_fault(answer)) is not None:
        raise Bug(fault, maybe_done=True)
    return answer


def validate_answer(platform: str, answer: object) -> PlatformAnswer:
    """Return the answer for one platform, or an error where it violates the contract."""
    if answer is None:
        return ProtocolFault("the platform was asked for, but the answer leaves it out")
    if isinstance(answer, ConnectorError | NotBound | Guidance):
        return answer
    if isinstance(answer, Pending | NeedsAction):
        fault = _waiting_fault(answer)
        return answer if fault is None else Bug(fault)
    if not isinstance(answer, Bound):
        return Bug(f"returned {type(answer).__name__} for a lookup")
    if not is_instance(answer.accounts, tuple) or not answer.accounts:
        return Bug("`accounts` must be a non-empty tuple of Account")
    if len(answer.accounts) > MAX_ACCOUNTS:
        return ProtocolFault(f"more than {MAX_ACCOUNTS} accounts for one number")
    handles: set[str] = set()
    for account in answer.accounts:
        if (fault := _account_fault(platform, account)) is not None:
            return Bug(fault)
        if account.handle in handles:
            return ProtocolFault("the answer contains the same account twice")
        handles.add(account.handle)
    return answer


def _account_fault(platform: str, account: object) -> str | None:
    if not isinstance(account, Account):
        return "an account that is not an Account"
    if account.platform != platform:
        return "an account at another platform"
    if not _is_text(account.handle) or not account.handle:
        return "an account whose handle is empty, too long or not a string"
    if account.label is not None and not _is_text(account.label):
        return "an account whose label is too long or not a string"
    if account.bound is not None and not is_instance(account.bound, BindingDate):
        return "an account whose date is not a BindingDate"
    blockers = account.blockers
    if not is_instance(blockers, tuple) or not all(
        is_instance(one, DenyReason) for one in blockers
    ):
        return "an account whose blockers are not a tuple of DenyReason"
    return None


def _action_fault(answer: ActionOutcome) -> str | None:
    match answer:
        case Done():
            if not all(is_instance(effect, Effect) for effect in answer.effects):
                return "effects that are not Effect members"
            return None if _is_instant(answer.at) else "a time without a time zone"
        case Denied():
            return (
                None
                if is_instance(answer.reason, DenyReason)
                else "a reason that is not a DenyReason"
            )
        case Pending() | NeedsAction():
            return _waiting_fault(answer)
        case Guidance():
            return None


def _waiting_fault(answer: Pending | NeedsAction) -> str | None:
    if isinstance(answer, Pending):
        if not _is_text(answer.remote_ref):
            return "a reference that is too long or not a string"
        return None if _is_instant(answer.expected_by) else "a time without a time zone"
    if not is_instance(answer.kind, StepKind):
        return "a step that is not a StepKind"
    # A person will open it, so only https is accepted.
    if answer.url is not None and not (_is_text(answer.url) and answer.url.startswith("https://")):
        return "a step whose URL is not https"
    return None if _is_instant(answer.expires) else "a time without a time zone"


def _is_text(value: object) -> bool:
    """Return whether the value can be stored: third-party connectors may return anything."""
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # an unpaired surrogate, which JSON can hold
        return False
    return True


def _is_instant(value: object) -> bool:
    return value is None or (isinstance(value, datetime) and value.utcoffset() is not None)
