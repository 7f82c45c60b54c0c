"""Renewals as their caller may see them, redacted by `projection.py`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from jiebang.gateway.calls.request import LookupRequest, is_folded
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.domain.phone_number import mask_number
from jiebang.gateway.domain.status import (
    UNKNOWN_REASON,
    Outcome,
    Progress,
    Status,
    UnknownReason,
    Verification,
)
from jiebang.gateway.domain.tenure import Basis, TenureRelation
from jiebang.gateway.journal.records import (
    EngagedAction,
    InquiryRecord,
    RenewalRecord,
)
from jiebang.gateway.views.checklist_view import ChecklistView, checklist
from jiebang.gateway.views.lookup_view import is_own, must_fold
from jiebang.gateway.views.projection import AccountView, Projector, own_details
from jiebang.gateway.views.renewal_status import is_retryable, is_settled, renewal_status
from jiebang.sdk import (
    ActionKind,
    Category,
    DenyReason,
    Effect,
    ErrorCode,
    Guide,
    NeedsAction,
    Platform,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryView:
    """`platform` is None where the caller may only see its category. `retry_at` is when the
    platform is queried again automatically."""

    id: uuid.UUID
    platform: Platform | None
    category: Category
    status: Status
    outcome: Outcome | None
    reason: UnknownReason | None
    error: ErrorCode | None
    accounts: tuple[AccountView, ...]
    guide: Guide | None
    checklist: ChecklistView | None
    needs: NeedsAction | None
    expected_by: datetime | None
    retry_at: datetime | None
    answered_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    id: uuid.UUID
    inquiry_id: uuid.UUID
    platform: Platform | None
    category: Category
    kind: ActionKind
    status: Status
    progress: Progress | None
    reason: DenyReason | None
    error: ErrorCode | None
    relation: TenureRelation
    label: str | None
    bound_on: date | None
    effects: tuple[Effect, ...]
    verification: Verification | None
    guide: Guide | None
    needs: NeedsAction | None
    expected_by: datetime | None
    retry_at: datetime | None
    retryable: bool
    created_at: datetime
    done_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalView:
    """`settled`: nothing more happens automatically. `last_event`: the last event's cursor."""

    id: uuid.UUID
    number: str
    basis: Basis
    status: Status
    settled: bool
    operation: str
    last_event: int
    created_at: datetime
    withdrawn_at: datetime | None
    inquiries: tuple[InquiryView, ...]
    actions: tuple[ActionView, ...]


class RenewalPresenter:
    def __init__(self, catalogue: Catalogue, projector: Projector) -> None:
        self._catalogue = catalogue
        self._projector = projector

    def renewal(self, request: LookupRequest, record: RenewalRecord) -> RenewalView:
        """`request` carries the renewal's own number and tenure and its present reader."""
        own = self._own_platforms(request, record)
        return RenewalView(
            id=record.id,
            number=mask_number(record.number),
            basis=request.basis,
            status=renewal_status(record),
            settled=is_settled(record),
            operation=record.operation,
            last_event=record.seq,
            created_at=record.created_at,
            withdrawn_at=record.withdrawn_at,
            # Hidden platforms come last, by their random ids: their position would reveal them.
            inquiries=tuple(
                sorted(
                    (self._inquiry_view(request, one, own) for one in record.inquiries),
                    key=_sort_key,
                )
            ),
            actions=tuple(
                sorted(
                    (self._action_view(request, one, record.created_at) for one in record.actions),
                    key=_sort_key,
                )
            ),
        )

    def _own_platforms(self, request: LookupRequest, record: RenewalRecord) -> frozenset[str]:
        """Return the platforms where one of the caller's own accounts was found or is acted on."""
        found = [
            account
            for inquiry in record.inquiries
            if inquiry.answer is not None
            for account in inquiry.answer.accounts
        ]
        found += [engaged.action.account for engaged in record.actions]
        return frozenset(
            account.platform for account in found if is_own(own_details(request, account)[0])
        )

    def _inquiry_view(
        self, request: LookupRequest, record: InquiryRecord, own: frozenset[str]
    ) -> InquiryView:
        platform = self._catalogue.describe(record.platform)
        hidden = must_fold(request, platform, own=platform.id in own)
        entry = self._catalogue.enabled_connector(record.connector)
        found = record.answer.accounts if record.answer is not None and entry is not None else ()
        if not hidden and is_folded(request.basis, platform):
            found = tuple(one for one in found if is_own(own_details(request, one)[0]))
        unknown = record.outcome is Outcome.UNKNOWN and record.error is not None
        guide = None if hidden else self._catalogue.guide(record.platform)
        return InquiryView(
            id=record.id,
            platform=None if hidden else platform,
            category=platform.category,
            status=record.status,
            outcome=record.outcome,
            reason=UNKNOWN_REASON[record.error] if unknown and record.error else None,
            error=None if hidden else record.error,
            accounts=tuple(
                self._projector.account(request, entry, account)
                for account in found
                if entry is not None
            ),
            guide=guide,
            checklist=None if hidden else checklist(record, guide),
            needs=None if hidden else record.needs,
            expected_by=record.expected_by,
            retry_at=record.due if record.status is Status.IN_PROGRESS else None,
            answered_at=record.answered_at,
            confirmed_at=record.confirmed_at,
        )

    def _action_view(
        self, request: LookupRequest, engaged: EngagedAction, since: datetime
    ) -> ActionView:
        record = engaged.action
        platform = self._catalogue.describe(record.platform)
        relation, label, bound_on = own_details(request, record.account)
        hidden = must_fold(request, platform, own=is_own(relation))
        return ActionView(
            id=record.id,
            inquiry_id=engaged.inquiry_id,
            platform=None if hidden else platform,
            category=platform.category,
            kind=record.kind,
            status=record.status,
            progress=record.progress,
            reason=record.reason,
            error=record.error,
            relation=relation,
            label=label,
            bound_on=bound_on,
            effects=tuple(sorted(record.effects)),
            verification=record.verification,
            guide=None if hidden else self._catalogue.guide(record.platform),
            needs=None if hidden else record.needs,
            expected_by=record.expected_by,
            retry_at=record.due,
            retryable=is_retryable(record),
            # An action shared with an earlier renewal must not reveal when that one began.
            created_at=max(record.created_at, since),
            done_at=record.done_at,
            finished_at=record.finished_at,
        )


def _sort_key(view: InquiryView | ActionView) -> tuple[bool, bool, str, str]:
    return (
        view.platform is None,
        # Manual steps come after the answers.
        view.platform is not None
        and isinstance(view, InquiryView)
        and view.outcome is Outcome.GUIDANCE,
        view.platform.id if view.platform else view.category,
        str(view.id),
    )
