"""What the caller may see of the answers: the only way from connectors' answers to callers.

GraphQL, files, webhooks and receipts receive nothing but these views.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.validation import PlatformAnswer
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.domain.account_id import AccountIdSealer
from jiebang.gateway.domain.backoff import cap_retry_after
from jiebang.gateway.domain.eligibility import refusal
from jiebang.gateway.domain.status import RETRYABLE, UNKNOWN_REASON, Outcome, UnknownReason
from jiebang.gateway.domain.tenure import ALLOWED, Basis, TenureRelation, relation_of
from jiebang.sdk import (
    Account,
    ActionKind,
    Bound,
    ConnectorError,
    DenyReason,
    ErrorCode,
    Guidance,
    Guide,
    NeedsAction,
    NotBound,
    Pending,
    Platform,
    Unsupported,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """`id` is sealed. `label` is masked and None unless the account is the caller's own. `refused`
    is why it cannot be unbound; None when it can. `offers` lists the available actions."""

    id: str
    relation: TenureRelation
    label: str | None
    bound_on: date | None
    refused: DenyReason | None
    offers: tuple[ActionKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformView:
    """One platform's answer. `retry_at` is set where asking again later may help."""

    platform: Platform
    outcome: Outcome
    connector: str | None = None
    accounts: tuple[AccountView, ...] = ()
    reason: UnknownReason | None = None
    error: ErrorCode | None = None
    retry_at: datetime | None = None
    expected_by: datetime | None = None
    needs: NeedsAction | None = None
    guide: Guide | None = None


class Projector:
    def __init__(self, sealer: AccountIdSealer) -> None:
        self._sealer = sealer

    def platform(
        self, request: LookupRequest, platform: str, answer: PlatformAnswer
    ) -> PlatformView:
        """Return the view of one answer. Only `Bound` with a visible account is BOUND."""
        catalogue = request.catalogue
        entry = catalogue.speaker(platform)
        shown = catalogue.platform(platform)
        name = entry.spec.id
        guide = catalogue.guide(platform)
        match restrict_to_basis(request, answer):
            case Bound() as bound:
                return self._bound_view(request, shown, entry, bound, guide)
            case NotBound():
                return PlatformView(platform=shown, connector=name, outcome=Outcome.NOT_BOUND)
            case Pending(expected_by=expected_by):
                return PlatformView(
                    platform=shown,
                    connector=name,
                    outcome=Outcome.PENDING,
                    expected_by=expected_by,
                )
            case NeedsAction() as needs:
                return PlatformView(
                    platform=shown,
                    connector=name,
                    outcome=Outcome.NEEDS_ACTION,
                    needs=needs,
                    guide=guide,
                )
            case Guidance():
                return PlatformView(
                    platform=shown, connector=name, outcome=Outcome.GUIDANCE, guide=guide
                )
            case ConnectorError() as error:
                return _unknown_view(shown, name, error, guide)

    def _bound_view(
        self,
        request: LookupRequest,
        platform: Platform,
        entry: RegisteredConnector,
        answer: Bound,
        guide: Guide | None,
    ) -> PlatformView:
        return PlatformView(
            platform=platform,
            connector=entry.spec.id,
            outcome=Outcome.BOUND,
            accounts=tuple(self.account(request, entry, account) for account in answer.accounts),
            guide=guide,
        )

    def account(
        self, request: LookupRequest, entry: RegisteredConnector, account: Account
    ) -> AccountView:
        relation, label, bound_on = own_details(request, account)
        offers = tuple(
            kind
            for kind in sorted(ALLOWED[request.basis])
            if self.refusal(request, entry, account, kind) is None
        )
        return AccountView(
            id=self._sealer.seal(entry.spec.id, account, request.scope),
            relation=relation,
            label=label,
            bound_on=bound_on,
            refused=self.refusal(request, entry, account, ActionKind.UNBIND),
            offers=offers,
        )

    def refusal(
        self, request: LookupRequest, entry: RegisteredConnector, account: Account, kind: ActionKind
    ) -> DenyReason | None:
        return refusal(
            kind,
            account,
            request.tenure,
            capabilities=entry.spec.capabilities,
            policy=request.policy,
        )


def own_details(
    request: LookupRequest, account: Account
) -> tuple[TenureRelation, str | None, date | None]:
    """Return the relation, plus label and exact date if the account is the caller's own."""
    relation = relation_of(account.bound, request.tenure, request.policy)
    own = relation is TenureRelation.AFTER_ACTIVATION and request.basis is not Basis.QUARANTINED
    return relation, account.label if own else None, _exact_day(account) if own else None


def restrict_to_basis(request: LookupRequest, answer: PlatformAnswer) -> PlatformAnswer:
    """Restrict the answer to what this basis may see. A former holder sees only accounts within
    their own tenure; undated accounts may or may not be theirs, so they never count as NOT_BOUND.
    """
    if not isinstance(answer, Bound) or request.basis is not Basis.FORMER:
        return answer
    relations = [
        relation_of(account.bound, request.tenure, request.policy) for account in answer.accounts
    ]
    theirs = tuple(
        account
        for account, relation in zip(answer.accounts, relations, strict=True)
        if relation is TenureRelation.AFTER_ACTIVATION
    )
    if theirs:
        return Bound(accounts=theirs, complete=answer.complete)
    if not answer.complete or set(relations) != {TenureRelation.BEFORE_ACTIVATION}:
        return Unsupported("whose accounts these are cannot be determined")
    return NotBound("no account dated within the tenure")


def _unknown_view(
    platform: Platform, connector: str, error: ConnectorError, guide: Guide | None
) -> PlatformView:
    again = cap_retry_after(error.retry_after or 30.0)
    return PlatformView(
        platform=platform,
        connector=connector,
        outcome=Outcome.UNKNOWN,
        reason=UNKNOWN_REASON[error.code],
        error=error.code,
        retry_at=datetime.now(UTC) + timedelta(seconds=again) if error.code in RETRYABLE else None,
        guide=guide,
    )


def _exact_day(account: Account) -> date | None:
    bound = account.bound
    return bound.earliest if bound is not None and bound.earliest == bound.latest else None
