"""The proven tenure of a number, the actions its basis allows, and how bindings relate to it.

A basis is derived from proof (a token's claims, or a carrier's assertion), never from an argument.
Dates are calendar days in Asia/Shanghai; tenures are half-open, ``[from, to)``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import SHANGHAI, ActionKind, BindingDate


class Basis(StrEnum):
    """CURRENT: holds a recycled number. DEPARTING: holds it and is about to give it up. FORMER:
    gave it up and has no SIM. QUARANTINED: held by the carrier before re-issue."""

    CURRENT = "current"
    DEPARTING = "departing"
    FORMER = "former"
    QUARANTINED = "quarantined"


class TenureRelation(StrEnum):
    """Where a binding lies relative to the caller's activation date. BOUNDARY: the same day, or
    overlapping the carrier's data lag; UNDATED: cannot be determined."""

    BEFORE_ACTIVATION = "before_activation"
    AFTER_ACTIVATION = "after_activation"
    BOUNDARY = "boundary"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """Possession, and the carrier's activation date. Without the date no account is classified and
    no action is allowed."""

    activated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Departing:
    activated_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    held_from: date
    held_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """The carrier's signed statement. Nothing is unbound before `reclaimable_until`, the first day
    on which the last holder can no longer reclaim the number."""

    deactivated_on: date
    reclaimable_until: date
    reissue_from: date


Tenure = Current | Departing | Former | Quarantined

_TYPES: dict[Basis, type[Current] | type[Departing] | type[Former] | type[Quarantined]] = {
    Basis.CURRENT: Current,
    Basis.DEPARTING: Departing,
    Basis.FORMER: Former,
    Basis.QUARANTINED: Quarantined,
}

#: Who may ask for what. A kind that is left out is nobody's.
BASES: dict[ActionKind, frozenset[Basis]] = {
    ActionKind.UNBIND: frozenset(Basis),
    ActionKind.CEASE_CONTACT: frozenset({Basis.CURRENT}),
    ActionKind.LOCK_ACCOUNT: frozenset({Basis.FORMER}),
    ActionKind.NOTIFY_HOLDER: frozenset({Basis.CURRENT, Basis.QUARANTINED}),
}
#: The same the other way round: what each basis may ask a platform to do.
ALLOWED: dict[Basis, frozenset[ActionKind]] = {
    basis: frozenset(kind for kind, bases in BASES.items() if basis in bases) for basis in Basis
}


def basis_of(tenure: Tenure) -> Basis:
    return next(basis for basis, cls in _TYPES.items() if type(tenure) is cls)


def today() -> date:
    """Return the current date in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()


def check_tenure(tenure: Tenure, *, now: date | None = None, field: str = "tenure") -> Tenure:
    """Return `tenure` if its dates are possible.

    Raises `InvalidArgument`: DATE_IN_FUTURE for a start in the future, TENURE_REVERSED for an end
    that is not after the start.
    """
    now = now or today()
    where = f"{field}.{basis_of(tenure).value}"
    match tenure:
        case Current() | Departing():
            if tenure.activated_on is not None:
                _require_not_future(tenure.activated_on, now, f"{where}.activatedOn")
        case Former():
            _require_not_future(tenure.held_from, now, f"{where}.heldFrom")
            _require_order(tenure.held_from, tenure.held_until, f"{where}.heldUntil")
            _require_not_future(tenure.held_until, now, f"{where}.heldUntil")
        case Quarantined():
            _require_not_future(tenure.deactivated_on, now, f"{where}.deactivatedOn")
            _require_order(
                tenure.deactivated_on, tenure.reclaimable_until, f"{where}.reclaimableUntil"
            )
            if tenure.reissue_from < tenure.reclaimable_until:
                raise _tenure_reversed(f"{where}.reissueFrom")
    return tenure


def held_since(tenure: Tenure) -> date | None:
    """Return the first day of the tenure; for a number in quarantine, the deactivation date."""
    match tenure:
        case Current() | Departing():
            return tenure.activated_on
        case Former():
            return tenure.held_from
        case Quarantined():
            return tenure.deactivated_on


def held_until(tenure: Tenure) -> date | None:
    """Return the first day after the tenure, if it has ended."""
    return tenure.held_until if isinstance(tenure, Former) else None


def tenure_to_data(tenure: Tenure) -> dict[str, str | None]:
    """Return the tenure as plain JSON for `tenure_from_data`. Equal tenures give equal data."""
    dates = {name: day.isoformat() if day else None for name, day in asdict(tenure).items()}
    return {"basis": basis_of(tenure).value, **dates}


def tenure_from_data(data: dict[str, Any]) -> Tenure:
    """Return the tenure. Raises `ValueError` or `TypeError` for data not from `tenure_to_data`."""
    cls = _TYPES[Basis(data["basis"])]
    dates = {
        name: date.fromisoformat(day) if day else None
        for name, day in data.items()
        if name != "basis"
    }
    return cls(**dates)  # type: ignore[arg-type]  # a missing day raises nothing here, on purpose


def _require_not_future(day: date, now: date, field: str) -> None:
    if day > now:
        raise InvalidArgument(
            Reason.DATE_IN_FUTURE,
            Wording("{day} is in the future.", day=day.isoformat()),
            field=field,
            hint=Wording("Send the date on which it began, in Asia/Shanghai."),
        )


def _require_order(start: date, end: date, field: str) -> None:
    if end <= start:
        raise _tenure_reversed(field)


def _tenure_reversed(field: str) -> InvalidArgument:
    return InvalidArgument(
        Reason.TENURE_REVERSED,
        Wording("The tenure ends before it starts."),
        field=field,
        hint=Wording("A tenure is half-open: its end date is the first day after it."),
    )


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
                # Outside the tenure, on either side: not theirs.
                return TenureRelation.BEFORE_ACTIVATION
            if TenureRelation.UNDATED in (start, end):
                return TenureRelation.UNDATED
            if TenureRelation.BOUNDARY in (start, end):
                return TenureRelation.BOUNDARY
            return TenureRelation.AFTER_ACTIVATION


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
