"""Outcomes as text for a terminal, without account names or numbers."""

from __future__ import annotations

from collections.abc import Iterator

from jiebang.gateway.calls.validation import PlatformAnswers
from jiebang.sdk import (
    Account,
    ActionOutcome,
    BindingDate,
    Bound,
    ConnectorError,
    Denied,
    Done,
    Guidance,
    LookupOutcome,
    NeedsAction,
    NotBound,
    Pending,
    TooLate,
    Withdrawn,
    WithdrawOutcome,
)


def answer_lines(answers: PlatformAnswers) -> Iterator[str]:
    """Yield each platform with its answer."""
    for platform, answer in sorted(answers.items()):
        first, *more = outcome_lines(answer)
        yield f"{platform}: {first}"
        yield from (f"  {line}" for line in more)


def outcome_lines(
    outcome: LookupOutcome | ActionOutcome | WithdrawOutcome | ConnectorError,
) -> list[str]:
    match outcome:
        case Bound():
            count = len(outcome.accounts)
            whole = "" if outcome.complete else ", possibly more"
            first = f"BOUND, {count} account{'s' * (count != 1)}{whole}"
            return [first, *map(account_line, outcome.accounts)]
        case NotBound():
            return [f"NOT_BOUND, proven by {outcome.evidence}"]
        case Pending():
            return ["PENDING, it answers later"]
        case NeedsAction():
            return [f"NEEDS_ACTION, {outcome.kind.name}"]
        case Guidance():
            return ["GUIDANCE, the steps of a guide"]
        case Done():
            effects = ", ".join(sorted(effect.name for effect in outcome.effects))
            return [f"DONE{' already' if outcome.already else ''}, {effects}"]
        case Denied():
            return [f"DENIED, {outcome.reason.name}"]
        case Withdrawn():
            return ["WITHDRAWN"]
        case TooLate():
            return ["TOO_LATE"]
        case ConnectorError():
            return [error_line(outcome)]


def account_line(account: Account) -> str:
    """Describe an account; of the handle only the first character and the length are shown."""
    parts = [f"handle {account.handle[:1]}** of {len(account.handle)} characters"]
    if account.label is not None:
        parts.append(f"label {account.label}")
    parts.append(f"bound {_binding_date(account.bound)}")
    if account.blockers:
        parts.append(f"cannot be unbound now: {', '.join(one.name for one in account.blockers)}")
    return "; ".join(parts)


def error_line(error: ConnectorError) -> str:
    """Describe an error by code and detail, which by contract contains no personal data."""
    parts = [f"{error.code.name}: {error}"]
    if error.retry_after is not None:
        parts.append(f"retry after {error.retry_after:g} s")
    if error.maybe_done:
        parts.append("the order may have been carried out")
    return "; ".join(parts)


def _binding_date(bound: BindingDate | None) -> str:
    if bound is None or (bound.earliest is None and bound.latest is None):
        return "at an unknown date"
    if bound.earliest == bound.latest:
        return f"on {bound.earliest}"
    if bound.earliest is None:
        return f"on or before {bound.latest}"
    if bound.latest is None:
        return f"on or after {bound.earliest}"
    return f"from {bound.earliest} to {bound.latest}"
