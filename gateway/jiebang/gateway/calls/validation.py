"""A connector's answer, held against the contract before anyone believes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jiebang.gateway.catalogue.catalogue import RegisteredConnector
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
    """An answer for each platform asked. What breaks the contract becomes an error for its
    platform, never an absence."""
    if isinstance(answer, Mapping):
        given: Mapping[object, object] = answer  # pyright: ignore[reportUnknownVariableType] - anybody's
        return {platform: validate_answer(platform, given.get(platform)) for platform in asked}
    if entry.spec.speaks_for_many:
        return {platform: Bug("answered for one platform, speaks for many") for platform in asked}
    return {platform: validate_answer(platform, answer) for platform in asked}


def validate_action(answer: object) -> ActionOutcome:
    """Raises `Bug`."""
    if not isinstance(answer, Done | Pending | NeedsAction | Denied | Guidance):
        raise Bug(f"answered {type(answer).__name__} to an order", maybe_done=True)
    if (fault := _action_fault(answer)) is not None:
        raise Bug(fault, maybe_done=True)
    return answer


def validate_answer(platform: str, answer: object) -> PlatformAnswer:
    """The answer for one platform, an error where it breaks the contract."""
    if answer is None:
        return ProtocolFault("the platform was asked for and not answered")
    if isinstance(answer, ConnectorError | NotBound | Guidance):
        return answer
    if isinstance(answer, Pending | NeedsAction):
        fault = _waiting_fault(answer)
        return answer if fault is None else Bug(fault)
    if not isinstance(answer, Bound):
        return Bug(f"answered {type(answer).__name__} to a lookup")
    if not _is_instance(answer.accounts, tuple) or not answer.accounts:
        return Bug("accounts that are no tuple of accounts")
    if len(answer.accounts) > MAX_ACCOUNTS:
        return ProtocolFault(f"more than {MAX_ACCOUNTS} accounts for one number")
    handles: set[str] = set()
    for account in answer.accounts:
        if (fault := _account_fault(platform, account)) is not None:
            return Bug(fault)
        if account.handle in handles:
            return ProtocolFault("the same account twice in one answer")
        handles.add(account.handle)
    return answer


def _account_fault(platform: str, account: object) -> str | None:
    if not isinstance(account, Account):
        return "an account that is no Account"
    if account.platform != platform:
        return "an account of another platform"
    if not _is_text(account.handle) or not account.handle:
        return "an account whose handle is empty, too long or no text"
    if account.label is not None and not _is_text(account.label):
        return "an account whose label is too long or no text"
    if account.bound is not None and not _is_instance(account.bound, BindingDate):
        return "an account whose date is no BindingDate"
    blockers = account.blockers
    if not _is_instance(blockers, tuple) or not all(
        _is_instance(one, DenyReason) for one in blockers
    ):
        return "an account whose blockers are no tuple of DenyReason"
    return None


def _action_fault(answer: ActionOutcome) -> str | None:
    match answer:
        case Done():
            if not all(_is_instance(effect, Effect) for effect in answer.effects):
                return "effects that are no Effect"
            return None if _is_instant(answer.at) else "a time without a zone"
        case Denied():
            return (
                None
                if _is_instance(answer.reason, DenyReason)
                else "a reason that is no DenyReason"
            )
        case Pending() | NeedsAction():
            return _waiting_fault(answer)
        case Guidance():
            return None


def _waiting_fault(answer: Pending | NeedsAction) -> str | None:
    if isinstance(answer, Pending):
        if not _is_text(answer.remote_ref):
            return "a reference that is too long or no text"
        return None if _is_instant(answer.expected_by) else "a time without a zone"
    if not _is_instance(answer.kind, StepKind):
        return "a step that is no StepKind"
    # A person will follow it: no other scheme than https.
    if answer.url is not None and not (_is_text(answer.url) and answer.url.startswith("https://")):
        return "a step whose url is not https"
    return None if _is_instant(answer.expires) else "a time without a zone"


def _is_text(value: object) -> bool:
    """Whether it can be stored: connectors written by others may hand in anything."""
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, as JSON may hold it
        return False
    return True


def _is_instant(value: object) -> bool:
    return value is None or (isinstance(value, datetime) and value.utcoffset() is not None)


def _is_instance(value: object, kind: type) -> bool:
    """`isinstance` that a type checker does not fold away: annotations bind nobody here."""
    return isinstance(value, kind)
