"""Rules for which actions are allowed on an account, evaluated anew at every use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jiebang.gateway.domain.tenure import (
    ALLOWED,
    Basis,
    Current,
    Departing,
    Former,
    Quarantined,
    Tenure,
    basis_of,
    today,
)
from jiebang.sdk import Account, ActionKind, BindingDate, Capability, DenyReason


class TenureRelation(StrEnum):
    """Where a binding lies relative to the caller's activation date. BOUNDARY: the same day, or
    overlapping the carrier's data lag; UNDATED: cannot be determined."""

    BEFORE_ACTIVATION = "before_activation"
    AFTER_ACTIVATION = "after_activation"
    BOUNDARY = "boundary"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPolicy:
    """A tenant's (carrier's) rules. `data_lag`: how many days late its activation dates may be.
    `quarantine_early`: unbinding may begin before the last holder's right to reclaim the number
    ends. `lookups_per_minute`: the limit for all its callers together; `lookups_per_holder`: the
    limit for one holder, per minute."""

    data_lag: int = 0
    quarantine_early: bool = False
    lookups_per_minute: int = 600
    lookups_per_holder: int = 30


def relation_of(bound: BindingDate | None, tenure: Tenure, policy: TenantPolicy) -> TenureRelation:
    """Return the relation. For a FORMER holder AFTER_ACTIVATION means within their own tenure; for
    a number in quarantine every binding precedes the next activation."""
    match tenure:
        case Quarantined():
            return TenureRelation.BEFORE_ACTIVATION
        case Current() | Departing():
            if tenure.activated_on is None:
                return TenureRelation.UNDATED
            return _relation_to_day(bound, tenure.activated_on, policy.data_lag)
        case Former():
            start = _relation_to_day(bound, tenure.held_from, policy.data_lag)
            end = _relation_to_day(bound, tenure.held_until, policy.data_lag)
            if start is TenureRelation.BEFORE_ACTIVATION or end is TenureRelation.AFTER_ACTIVATION:
                return (
                    TenureRelation.BEFORE_ACTIVATION
                )  # outside the tenure, on either side: not theirs
            if TenureRelation.UNDATED in (start, end):
                return TenureRelation.UNDATED
            if TenureRelation.BOUNDARY in (start, end):
                return TenureRelation.BOUNDARY
            return TenureRelation.AFTER_ACTIVATION


def refusal(
    kind: ActionKind,
    account: Account,
    tenure: Tenure,
    *,
    capabilities: frozenset[Capability],
    policy: TenantPolicy,
    now: date | None = None,
) -> DenyReason | None:
    """Return why `kind` is not allowed on `account`; None when it is."""
    if kind not in ALLOWED[basis_of(tenure)]:
        return DenyReason.CLAIM_NOT_COVERED
    if (
        why := _refusal_by_date(relation_of(account.bound, tenure, policy), basis_of(tenure))
    ) is not None:
        return why
    if (
        isinstance(tenure, Quarantined)
        and not policy.quarantine_early
        and (now or today()) < tenure.reclaimable_until
    ):
        return DenyReason.QUARANTINE_NOT_OVER
    if Capability.of(kind) not in capabilities:
        return DenyReason.PLATFORM_NOT_COVERED
    if kind is ActionKind.UNBIND and account.blockers:
        return account.blockers[0]
    return None


def _refusal_by_date(relation: TenureRelation, basis: Basis) -> DenyReason | None:
    match relation, basis:
        case TenureRelation.UNDATED, _:
            return DenyReason.BINDING_DATE_UNKNOWN
        case TenureRelation.BOUNDARY, _:
            return DenyReason.RECYCLING_NOT_CONFIRMED
        case TenureRelation.AFTER_ACTIVATION, Basis.CURRENT:
            return DenyReason.BINDING_AFTER_ACTIVATION
        case TenureRelation.BEFORE_ACTIVATION, Basis.FORMER:
            return DenyReason.NO_MATCH
        case _:
            return None


def _relation_to_day(bound: BindingDate | None, pivot: date, lag: int) -> TenureRelation:
    """Compare with the days within `lag` of `pivot`: entirely before, entirely after, across all of
    them (UNDATED), or otherwise overlapping (BOUNDARY)."""
    if bound is None:
        return TenureRelation.UNDATED
    opens, closes = pivot - timedelta(days=lag), pivot + timedelta(days=lag)
    if bound.latest is not None and bound.latest < opens:
        return TenureRelation.BEFORE_ACTIVATION
    if bound.earliest is not None and bound.earliest > closes:
        return TenureRelation.AFTER_ACTIVATION
    reaches_back = bound.earliest is None or bound.earliest < opens
    reaches_on = bound.latest is None or bound.latest > closes
    return TenureRelation.UNDATED if reaches_back and reaches_on else TenureRelation.BOUNDARY
