"""A connector's answer to a lookup, held against the contract before anyone believes it."""

from __future__ import annotations

from collections.abc import Mapping

from jiebang.gateway.catalogue import Registered
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Bug,
    ConnectorError,
    Denied,
    Done,
    Guidance,
    LookupOutcome,
    NeedsAction,
    NotBound,
    Pending,
    ProtocolFault,
)

Answer = LookupOutcome | ConnectorError
Answers = dict[str, Answer]

MOST_ACCOUNTS = 200
_LONGEST = 1024


def checked(entry: Registered, asked: frozenset[str], answer: object) -> Answers:
    """An answer for each platform asked. What breaks the contract becomes an error for its
    platform, never an absence."""
    if isinstance(answer, Mapping):
        given: Mapping[object, object] = answer  # pyright: ignore[reportUnknownVariableType]
        return {platform: _checked(platform, given.get(platform)) for platform in asked}
    if len(entry.spec.platforms) > 1:
        return {platform: Bug("answered for one platform, speaks for many") for platform in asked}
    return {platform: _checked(platform, answer) for platform in asked}


def checked_action(answer: object) -> ActionOutcome:
    """Raises `Bug`."""
    if isinstance(answer, Done | Pending | NeedsAction | Denied | Guidance):
        return answer
    raise Bug(f"answered {type(answer).__name__} to an order", maybe_done=True)


def _checked(platform: str, answer: object) -> Answer:
    if answer is None:
        return ProtocolFault("the platform was asked for and not answered")
    if isinstance(answer, ConnectorError | NotBound | Pending | NeedsAction | Guidance):
        return answer
    if not isinstance(answer, Bound):
        return Bug(f"answered {type(answer).__name__} to a lookup")
    if len(answer.accounts) > MOST_ACCOUNTS:
        return ProtocolFault(f"more than {MOST_ACCOUNTS} accounts for one number")
    handles: set[str] = set()
    for account in answer.accounts:
        if (fault := _fault(platform, account)) is not None:
            return Bug(fault)
        if account.handle in handles:
            return ProtocolFault("the same account twice in one answer")
        handles.add(account.handle)
    return answer


def _fault(platform: str, account: object) -> str | None:
    if not isinstance(account, Account):
        return "an account that is no Account"
    if account.platform != platform:
        return "an account of another platform"
    if not account.handle or len(account.handle) > _LONGEST:
        return "an account whose handle is empty or too long"
    if account.label is not None and len(account.label) > _LONGEST:
        return "an account whose label is too long"
    return None
