"""Rules for which actions are allowed on an account, evaluated anew at every use."""

from __future__ import annotations

from datetime import date

from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import (
    ALLOWED,
    Basis,
    Quarantined,
    Tenure,
    TenureRelation,
    basis_of,
    relation_of,
    today,
)
from jiebang.sdk import Account, ActionKind, Capability, DenyReason


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
