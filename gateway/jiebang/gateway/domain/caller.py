"""The caller: a tenant's service, or one person who has proven their hold on a number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jiebang.gateway.domain.errors import InvalidArgument, PermissionDenied, Reason
from jiebang.gateway.domain.phone_number import parse_number
from jiebang.gateway.domain.tenure import (
    Basis,
    Tenure,
    check_tenure,
    tenure_from_data,
    tenure_to_data,
)
from jiebang.gateway.domain.wording import Wording

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: The required and the optional dates of each basis.
_DATES: Mapping[Basis, tuple[frozenset[str], frozenset[str]]] = {
    Basis.CURRENT: (frozenset(), frozenset({"activated_on"})),
    Basis.DEPARTING: (frozenset({"activated_on"}), frozenset()),
    Basis.FORMER: (frozenset({"held_from", "held_until"}), frozenset()),
    Basis.QUARANTINED: (
        frozenset({"deactivated_on", "reclaimable_until", "reissue_from"}),
        frozenset(),
    ),
}


class Scope(StrEnum):
    """What a token permits."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_UNBIND = "accounts:unbind"
    TENURE_ASSERT = "tenure:assert"
    COVERAGE_READ = "coverage:read"
    POSSESSION_PROVE = "possession:prove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A proven hold on a number (E.164), present or past. `repr` hides the number."""

    number: str = field(repr=False)
    tenure: Tenure


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`subject` identifies the caller within the tenant. With a `holder` it is that person, who may
    only ask about this number, on this basis. `until`: when the proof expires, in seconds since
    1970."""

    tenant: str
    subject: str = field(repr=False)
    scopes: frozenset[Scope]
    holder: Holder | None = None
    until: float = field(default=math.inf, compare=False)

    def require(self, scope: Scope, *, field: str | None = None) -> None:
        """Raise `PermissionDenied` when the caller's token lacks the scope."""
        if scope not in self.scopes:
            raise PermissionDenied(
                Reason.SCOPE_MISSING,
                Wording("The token lacks the scope {scope}.", scope=scope.value),
                field=field,
                hint=Wording("Ask the issuer of the token for it."),
            )

    @property
    def operates(self) -> bool:
        """Whether the caller operates the service. Holders never do: counters would reveal what
        others were answered."""
        return self.holder is None and Scope.COVERAGE_READ in self.scopes

    def require_operator(self) -> None:
        """Raise `PermissionDenied` unless the caller operates the service."""
        self.require(Scope.COVERAGE_READ)
        if not self.operates:
            raise PermissionDenied(
                Reason.SCOPE_MISSING,
                Wording("This is only for operators of the service."),
                hint=Wording("Use a service's token, not a holder's."),
            )


def holder_from_claim(claim: object) -> Holder:
    """Return the holder that a token's `holder` claim proves.

    The claim is an object with `number`, `basis` and exactly the dates of that basis, as
    YYYY-MM-DD. Raises `InvalidArgument` for anything missing, extra or impossible.
    """
    if not isinstance(claim, Mapping):
        raise _malformed_claim(Wording("holder is not an object."))
    given: dict[str, object] = {str(name): value for name, value in claim.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
    number, basis_name = given.pop("number", None), given.pop("basis", None)
    if not isinstance(number, str):
        raise _malformed_claim(Wording("holder.number is missing."))
    if not isinstance(basis_name, str) or basis_name not in set(Basis):
        raise _malformed_claim(
            Wording("holder.basis must be one of {bases}.", bases=", ".join(Basis))
        )
    basis = Basis(basis_name)
    required, optional = _DATES[basis]
    if missing := required - given.keys():
        raise _malformed_claim(
            Wording(
                "A {basis} holder needs {dates}.",
                basis=basis.value,
                dates=", ".join(sorted(missing)),
            )
        )
    if given.keys() - required - optional:
        raise _malformed_claim(
            Wording("A {basis} holder must not have any other dates.", basis=basis.value)
        )
    days = {name: _parse_day(name, value) for name, value in given.items()}
    return Holder(
        number=parse_number(number, field="holder.number"),
        tenure=check_tenure(tenure_from_data({"basis": basis.value, **days}), field="holder"),
    )


def holder_to_claim(holder: Holder) -> dict[str, str]:
    """Return the claim that `holder_from_claim` reads."""
    data = tenure_to_data(holder.tenure)
    return {"number": holder.number, **{name: day for name, day in data.items() if day}}


def _parse_day(name: str, value: object) -> str:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise _malformed_claim(Wording("holder.{name} is not a date like 2025-03-01.", name=name))


def _malformed_claim(what: Wording) -> InvalidArgument:
    return InvalidArgument(Reason.TENURE_MISSING, what, field="holder")
