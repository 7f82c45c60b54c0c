"""An authorized lookup request: caller, number, tenure and platforms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.domain.account_id import AccountIdScope
from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.errors import (
    InvalidArgument,
    MissingIdentifier,
    PermissionDenied,
    Reason,
)
from jiebang.gateway.domain.phone_number import parse_number, region_of, require_covered
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import (
    Basis,
    Current,
    Tenure,
    basis_of,
    check_tenure,
    held_since,
    held_until,
)
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import ConnectorSpec, Platform, Subject, SubjectNeed


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRequest:
    """What was requested, with number and tenure resolved from proof. `named`: the caller listed
    the platforms instead of asking all of them."""

    caller: Caller
    number: str = field(repr=False)
    region: str
    tenure: Tenure
    policy: TenantPolicy
    platforms: tuple[str, ...]
    #: One snapshot, so that the same connectors answer from beginning to end.
    catalogue: Catalogue = field(repr=False, compare=False)
    named: bool = False

    @property
    def basis(self) -> Basis:
        return basis_of(self.tenure)

    @property
    def scope(self) -> AccountIdScope:
        return AccountIdScope(tenant=self.caller.tenant, number=self.number, basis=self.basis)

    @property
    def subject(self) -> Subject:
        return Subject(
            number=self.number,
            region=self.region,
            held_since=held_since(self.tenure),
            held_until=held_until(self.tenure),
        )

    def subject_for(self, spec: ConnectorSpec) -> Subject:
        """Return the subject with only those personal details that the connector says it needs."""
        needs = spec.subject_needs
        return replace(
            self.subject,
            held_since=self.subject.held_since if SubjectNeed.HELD_SINCE in needs else None,
            held_until=self.subject.held_until if SubjectNeed.HELD_UNTIL in needs else None,
        )


class RequestAuthorizer:
    """Turns a caller's input into a `LookupRequest`, or refuses it."""

    def __init__(self, catalogue: Catalogue, policies: Mapping[str, TenantPolicy]) -> None:
        self._catalogue = catalogue
        self._policies = policies

    def authorize(
        self,
        caller: Caller,
        number: str | None,
        tenure: Tenure | None,
        platforms: Collection[str] | None,
        *,
        scope: Scope,
    ) -> LookupRequest:
        """Authorize a lookup. A holder may ask about their own number, on the proven basis; a
        carrier's service with `tenure:assert` states the tenure. Raises `GatewayError`."""
        caller.require(scope)
        proven_number, proven_tenure = self._resolve_tenure(caller, number, tenure)
        catalogue = self._catalogue.snapshot()
        region = require_covered(proven_number, catalogue.regions)
        return LookupRequest(
            caller=caller,
            number=proven_number,
            region=region,
            tenure=check_tenure(proven_tenure),
            policy=self._policies.get(caller.tenant, TenantPolicy()),
            platforms=_select_platforms(catalogue, platforms, basis_of(proven_tenure)),
            catalogue=catalogue,
            named=platforms is not None,
        )

    def reopen(self, caller: Caller, number: str, tenure: Tenure) -> LookupRequest:
        """Recreate the request behind a renewal that `caller` may read."""
        return LookupRequest(
            caller=caller,
            number=number,
            region=region_of(number),
            tenure=tenure,
            policy=self._policies.get(caller.tenant, TenantPolicy()),
            platforms=(),
            catalogue=self._catalogue,
        )

    def _resolve_tenure(
        self, caller: Caller, number: str | None, tenure: Tenure | None
    ) -> tuple[str, Tenure]:
        if (holder := caller.holder) is not None:
            if tenure is not None:
                raise PermissionDenied(
                    Reason.TENURE_NOT_YOURS,
                    Wording("The tenure is taken from the proof in your token."),
                    field="tenure",
                    hint=Wording("Omit the argument."),
                )
            require_own(holder, number)
            return holder.number, holder.tenure
        if number is None:
            raise MissingIdentifier(
                Reason.NUMBER_MISSING,
                Wording("No number was given."),
                field="number",
                hint=Wording("Send `number`."),
            )
        if tenure is None:
            return parse_number(number), Current()
        caller.require(Scope.TENURE_ASSERT, field="tenure")
        return parse_number(number), tenure


def require_own(holder: Holder, number: str | None) -> None:
    """Raise `PermissionDenied` for a number other than the holder's own."""
    if number is not None and parse_number(number) != holder.number:
        raise PermissionDenied(
            Reason.NUMBER_NOT_YOURS,
            Wording("Your token is for another number."),
            field="number",
            hint=Wording("Omit the argument, or prove that you hold this number."),
        )


def is_folded(basis: Basis, platform: Platform) -> bool:
    """Return whether, on this basis, other people's accounts at this platform are only counted: a
    holder may learn how many sensitive ones there are, but not where."""
    return basis in (Basis.CURRENT, Basis.DEPARTING) and platform.is_sensitive


def _select_platforms(
    catalogue: Catalogue, platforms: Collection[str] | None, basis: Basis
) -> tuple[str, ...]:
    if platforms is None:
        # Platforms with an interface come first, manual steps last.
        return tuple(sorted(catalogue.platforms, key=catalogue.is_by_hand))
    if not platforms:
        raise InvalidArgument(
            Reason.SELECTION_EMPTY,
            Wording("No platforms were selected."),
            field="platforms",
            hint=Wording("Name at least one, or omit the argument to query all platforms."),
        )
    chosen = [catalogue.platform(name) for name in platforms]
    if any(is_folded(basis, platform) for platform in chosen):
        # A count for a single selected platform would reveal which one it is about.
        raise PermissionDenied(
            Reason.PLATFORM_SENSITIVE,
            Wording("Sensitive platforms cannot be selected individually."),
            field="platforms",
            hint=Wording(
                "Omit the argument: all platforms are queried, sensitive ones only counted."
            ),
        )
    return tuple(dict.fromkeys(platform.id for platform in chosen))
