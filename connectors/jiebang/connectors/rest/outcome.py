"""Conversion of the matching rule and the document to an SDK outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from jiebang.connectors.manifest.expression import Expression
from jiebang.connectors.manifest.field import check_https
from jiebang.connectors.manifest.tree import is_list
from jiebang.connectors.mask import mask_label
from jiebang.connectors.rest.date import binding_date
from jiebang.connectors.rest.rule import (
    ActionRule,
    BoundResult,
    DeniedResult,
    DoneResult,
    LookupRule,
    MappedReason,
    NeedsActionResult,
    PendingResult,
    WithdrawRule,
)
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Denied,
    DenyReason,
    Done,
    Effect,
    Json,
    LookupOutcome,
    NeedsAction,
    NotBound,
    Pending,
    ProtocolFault,
    Subject,
    TooLate,
    Withdrawn,
    WithdrawOutcome,
)

MAX_ID_LENGTH = 512


def lookup_outcome(
    rule: LookupRule, document: Json, subject: Subject | None, platform: str | None
) -> LookupOutcome:
    """Build the lookup outcome. `subject` is None for a callback. `platform` is the accounts'
    platform if the rule does not read it from the answer."""
    match rule.result:
        case "bound", BoundResult() as bound:
            return _bound(bound, document, subject, platform)
        case "not_bound", _:
            return NotBound(_evidence(rule))
        case "pending", PendingResult() as pending:
            return _pending(pending, document)
        case "needs_action", NeedsActionResult() as step:
            return _needs_action(step, document)
        case _:
            raise AssertionError(rule)


def action_outcome(rule: ActionRule, document: Json, effects: frozenset[Effect]) -> ActionOutcome:
    """Build the outcome of an order. `effects` apply if the rule does not name any."""
    match rule.result:
        case "done", DoneResult() as done:
            return Done(already=done.already, effects=done.effects or effects)
        case "denied", DeniedResult(reason=reason, platform_code=code):
            said = code.read(document) if code is not None else None
            return Denied(
                reason=_reason(reason, document),
                platform_code=str(said)[:64] if isinstance(said, str | int) else None,
            )
        case "pending", PendingResult() as pending:
            return _pending(pending, document)
        case "needs_action", NeedsActionResult() as step:
            return _needs_action(step, document)
        case _:
            raise AssertionError(rule)


def withdraw_outcome(rule: WithdrawRule) -> WithdrawOutcome:
    return Withdrawn() if rule.result[0] == "withdrawn" else TooLate()


def _evidence(rule: LookupRule) -> str:
    when = rule.when
    if when.jmespath is not None:
        return when.jmespath.source
    return f"HTTP status {' or '.join(map(str, when.status or ()))}"


def _bound(
    result: BoundResult, document: Json, subject: Subject | None, platform: str | None
) -> Bound:
    rows = result.each.read(document)
    if not is_list(rows) or not rows:
        raise ProtocolFault("the list of accounts is missing or empty")
    accounts = tuple(_account(result, row, subject, platform) for row in rows)
    if len({(account.platform, account.handle) for account in accounts}) < len(accounts):
        raise ProtocolFault("an account occurs twice")
    complete = True if result.complete is None else result.complete.read(document)
    if not isinstance(complete, bool):
        raise ProtocolFault("the completeness of the list is neither true nor false")
    return Bound(accounts=accounts, complete=complete)


def _account(
    result: BoundResult, row: Json, subject: Subject | None, platform: str | None
) -> Account:
    if result.platform is not None:
        said = identifier(result.platform.read, row)
        platform = result.platform.map.get(said, said)
    if platform is None:
        raise ProtocolFault("an account's platform is unknown")
    label: str | None = None
    if result.label is not None:
        text = result.label.read.read(row)
        if text is not None and not isinstance(text, str):
            raise ProtocolFault("a label is not a string")
        label = mask_label(text, result.label.mask) if text else None
    bound = None
    if result.bound_date is not None:
        value = result.bound_date.read.read(row)
        bound = binding_date(
            value, result.bound_date.format, subject.held_since if subject is not None else None
        )
    return Account(
        handle=identifier(result.handle, row),
        platform=platform,
        label=label,
        bound=bound,
        blockers=_blockers(result, row),
    )


def _blockers(result: BoundResult, row: Json) -> tuple[DenyReason, ...]:
    if result.blockers is None:
        return ()
    found = result.blockers.read.read(row)
    if found is None:
        raise ProtocolFault("the reasons against unbinding are missing")
    words: list[Any] = found if is_list(found) else [] if found is False else [found]
    reasons = [_translate(word, result.blockers.map, result.blockers.otherwise) for word in words]
    return tuple(dict.fromkeys(reasons))


def _reason(reason: MappedReason, document: Json) -> DenyReason:
    if reason.always is not None:
        return reason.always
    word = reason.read.read(document) if reason.read is not None else None
    return _translate(word, reason.map, reason.otherwise)


def _translate(
    word: Json, known: Mapping[str, DenyReason], otherwise: DenyReason | None
) -> DenyReason:
    text = {True: "true", False: "false"}[word] if isinstance(word, bool) else word
    reason = known.get(str(text), otherwise) if isinstance(text, str | int) else None
    if reason is None:
        raise ProtocolFault("the manifest does not map this reason")
    return reason


def identifier(expression: Expression, document: Json) -> str:
    """Return a string or an integer as an identifier. Raises `ProtocolFault` for anything else."""
    value = expression.read(document)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ProtocolFault("an identifier is neither a string nor an integer")
    text = str(value)
    if not text.strip() or len(text) > MAX_ID_LENGTH:
        raise ProtocolFault("an identifier is empty or too long")
    return text


def _pending(result: PendingResult, document: Json) -> Pending:
    within = result.expected_within
    return Pending(
        remote_ref=identifier(result.remote_ref, document),
        expected_by=None if within is None else datetime.now(UTC) + within,
    )


def _needs_action(result: NeedsActionResult, document: Json) -> NeedsAction:
    if result.url is None:
        return NeedsAction(kind=result.kind)
    try:
        url = check_https(str(result.url.read(document)))
    except ValueError:
        raise ProtocolFault("the address of the next step is not https") from None
    return NeedsAction(kind=result.kind, url=url)
