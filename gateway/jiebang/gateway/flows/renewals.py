"""Renewals: start, read, follow, retry and withdraw them, subject to the caller's rights."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from jiebang.gateway.calls.request import LookupRequest, RequestAuthorizer, require_own
from jiebang.gateway.catalogue.demand import Demand
from jiebang.gateway.domain.caller import Caller, Scope
from jiebang.gateway.domain.errors import Conflict, InvalidArgument, NotFound, OutOfRange, Reason
from jiebang.gateway.domain.phone_number import parse_number
from jiebang.gateway.domain.status import Status
from jiebang.gateway.domain.tenure import Basis, Tenure, tenure_to_data
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.selection import Selections
from jiebang.gateway.journal.feed import EventFeed
from jiebang.gateway.journal.idempotency import IdempotencyClaim
from jiebang.gateway.journal.records import (
    ActionRecord,
    EventRecord,
    InquiryRecord,
    NewAction,
    RenewalRecord,
)
from jiebang.gateway.journal.renewal_store import (
    InquiryDraft,
    RenewalDraft,
    RenewalFilter,
    RenewalStore,
)
from jiebang.gateway.views.renewal_status import is_retryable
from jiebang.gateway.views.renewal_view import RenewalPresenter, RenewalView
from jiebang.sdk import ActionKind

MAX_PER_PAGE = 100
_MAX_KEY_LENGTH = 200
_READERS = 4  # followers that read at once; an event may wake a thousand of them together


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRenewal:
    """`replayed`: the same request was accepted before; this is the renewal it led to."""

    renewal: RenewalView
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalProgress:
    event: EventRecord
    renewal: RenewalView


class Renewals:
    def __init__(
        self,
        *,
        requests: RequestAuthorizer,
        selections: Selections,
        presenter: RenewalPresenter,
        store: RenewalStore,
        feed: EventFeed,
        demand: Demand,
    ) -> None:
        self._requests = requests
        self._selections = selections
        self._presenter = presenter
        self._store = store
        self._feed = feed
        self._demand = demand
        self._reading = asyncio.Semaphore(_READERS)

    async def start(
        self,
        caller: Caller,
        *,
        number: str | None,
        tenure: Tenure | None,
        platforms: Collection[str] | None,
        key: str,
    ) -> AcceptedRenewal:
        """Query every selected platform, then unbind what is eligible. Raises `GatewayError`."""
        request = self._authorize(caller, number, tenure, platforms)
        inquiries = tuple(draft_inquiry(request, name) for name in asked_platforms(request))
        chosen = sorted(set(platforms)) if platforms is not None else None
        claim = idempotency_claim(request, "start_renewal", key, chosen)
        accepted = await self._open(request, claim, inquiries)
        if request.named and not accepted.replayed:
            self._demand.note(request.platforms)
        return accepted

    async def request_actions(
        self,
        caller: Caller,
        *,
        kind: ActionKind,
        number: str | None,
        tenure: Tenure | None,
        account_ids: Sequence[str],
        key: str,
    ) -> AcceptedRenewal:
        """Request `kind` for the accounts with these sealed ids: for all of them or none. Raises
        `GatewayError`."""
        request = self._authorize(caller, number, tenure, None)
        selection = self._selections.open(request, account_ids)
        claim = idempotency_claim(request, order_operation(kind), key, sorted(selection))
        if (known := await self._store.find(claim)) is not None:
            # A repeated request needs neither fresh ids nor present eligibility.
            return AcceptedRenewal(renewal=await self.get(caller, known), replayed=True)
        groups: dict[tuple[str, str], list[NewAction]] = {}
        for (connector, platform, _), (field, opened_id) in sorted(selection.items()):
            action = self._selections.new_action(request, kind, field, opened_id)
            groups.setdefault((connector, platform), []).append(action)
        inquiries = tuple(
            InquiryDraft(connector=connector, platform=platform, actions=tuple(actions))
            for (connector, platform), actions in groups.items()
        )
        return await self._open(request, claim, inquiries)

    async def withdraw(self, caller: Caller, renewal: uuid.UUID) -> RenewalView:
        """Withdraw what has not been done. Idempotent."""
        caller.require(Scope.ACCOUNTS_UNBIND)
        await self._record(caller, renewal)
        await self._store.withdraw(renewal)
        return await self.get(caller, renewal)

    async def retry(self, caller: Caller, item: uuid.UUID) -> RenewalView:
        """Retry an action or inquiry that gave up for now, or that was left to a person."""
        caller.require(Scope.ACCOUNTS_UNBIND)
        record = await self.record_of(caller, item)
        items: list[InquiryRecord | ActionRecord] = list(record.inquiries)
        items += [engaged.action for engaged in record.actions]
        found = next((one for one in items if one.id == item), None)
        if found is None or not is_retryable(found):
            raise Conflict(
                Reason.NOT_RETRYABLE,
                Wording("This is in progress or finished."),
                field="id",
                hint=Wording("Only what FAILED or waits for a person can be retried."),
            )
        await self._store.restart(item)
        return await self.get(caller, record.id)

    async def get(self, caller: Caller, renewal: uuid.UUID) -> RenewalView:
        """Return the renewal. Raises `NotFound`, also for another caller's."""
        return self.view(caller, await self._record(caller, renewal))

    async def page(
        self,
        caller: Caller,
        *,
        number: str | None,
        first: int,
        before: tuple[datetime, uuid.UUID] | None,
    ) -> tuple[list[RenewalView], bool]:
        """Return a page, newest first, and whether there are more."""
        caller.require(Scope.ACCOUNTS_READ)
        if not 1 <= first <= MAX_PER_PAGE:
            raise OutOfRange(
                Reason.PAGE_OUT_OF_RANGE,
                Wording("A page has 1 to {most} entries.", most=MAX_PER_PAGE),
                field="first",
            )
        wanted = _renewal_filter(caller, number)
        records = await self._store.page(wanted, before=before, limit=first + 1)
        return [self.view(caller, one) for one in records[:first]], len(records) > first

    async def follow(
        self, caller: Caller, renewal: uuid.UUID, *, after: int = 0
    ) -> AsyncGenerator[RenewalProgress]:
        """Yield each event after cursor `after` with the renewal at that time; ends when the
        renewal does. Raises `GatewayError`: NotFound, or CURSOR_INVALID for an `after` beyond the
        last event."""
        view = await self.get(caller, renewal)
        if after > view.last_event:
            raise InvalidArgument(
                Reason.CURSOR_INVALID,
                Wording("The cursor is beyond the last event."),
                field="after",
                hint=Wording(
                    "Send a cursor as it was returned, or omit it to start at the beginning."
                ),
            )
        if after == view.last_event and _is_over(view):
            return
        async with aclosing(self._feed.follow(renewal, after=after)) as events:
            async for event in events:
                async with self._reading:
                    view = await self.get(caller, renewal)
                yield RenewalProgress(event=event, renewal=view)
                if event.seq >= view.last_event and _is_over(view):
                    return

    def _authorize(
        self,
        caller: Caller,
        number: str | None,
        tenure: Tenure | None,
        platforms: Collection[str] | None,
    ) -> LookupRequest:
        return self._requests.authorize(
            caller, number, tenure, platforms, scope=Scope.ACCOUNTS_UNBIND
        )

    async def _open(
        self, request: LookupRequest, claim: IdempotencyClaim, inquiries: tuple[InquiryDraft, ...]
    ) -> AcceptedRenewal:
        draft = RenewalDraft(
            claim=claim, number=request.number, tenure=request.tenure, inquiries=inquiries
        )
        renewal, replayed = await self._store.open(draft)
        return AcceptedRenewal(renewal=await self.get(request.caller, renewal), replayed=replayed)

    async def _record(self, caller: Caller, renewal: uuid.UUID) -> RenewalRecord:
        if not caller.scopes & {Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND}:
            caller.require(Scope.ACCOUNTS_READ)
        record = await self._store.get(renewal, caller.tenant)
        if record is None or not _is_visible_to(record, caller):
            raise NotFound(
                Reason.RENEWAL_UNKNOWN,
                Wording("There is no such renewal, or it is not yours."),
                field="id",
                hint=Wording("Use the id that was returned when the renewal was accepted."),
            )
        return record

    async def record_of(self, caller: Caller, item: uuid.UUID) -> RenewalRecord:
        """Return the caller's renewal that contains an inquiry or action. Raises `NotFound`."""
        for renewal in await self._store.renewals_of_item(item, caller.tenant):
            record = await self._store.get(renewal, caller.tenant)
            if record is not None and _is_visible_to(record, caller):
                return record
        raise NotFound(
            Reason.ACTION_UNKNOWN,
            Wording("There is no such action or inquiry, or it is not yours."),
            field="id",
            hint=Wording("Use the id shown in the renewal."),
        )

    def view(self, caller: Caller, record: RenewalRecord) -> RenewalView:
        """Return the record as `caller` may see it."""
        request = self._requests.reopen(caller, record.number, record.tenure)
        return self._presenter.renewal(request, record)


def _is_over(view: RenewalView) -> bool:
    """Whether no more events follow, unless a person undoes a manual step."""
    return view.settled and view.status in (Status.FULFILLED, Status.REVOKED)


def _is_visible_to(record: RenewalRecord, caller: Caller) -> bool:
    """A tenant's service sees all of the tenant's renewals; a holder only those for their own
    number and exactly their own tenure: the next holder of a number never sees the last one's."""
    if record.tenant != caller.tenant:
        return False
    holder = caller.holder
    return holder is None or (holder.number, holder.tenure) == (record.number, record.tenure)


def _renewal_filter(caller: Caller, number: str | None) -> RenewalFilter:
    if (holder := caller.holder) is not None:
        require_own(holder, number)
        return RenewalFilter(tenant=caller.tenant, number=holder.number, tenure=holder.tenure)
    return RenewalFilter(tenant=caller.tenant, number=parse_number(number) if number else None)


def asked_platforms(request: LookupRequest) -> tuple[str, ...]:
    """In quarantine nobody is there to take manual steps, unless the caller names the platforms."""
    if request.named or request.basis is not Basis.QUARANTINED:
        return request.platforms
    by_hand = request.catalogue.is_by_hand
    return tuple(one for one in request.platforms if not by_hand(one)) or request.platforms


def draft_inquiry(request: LookupRequest, platform: str) -> InquiryDraft:
    catalogue = request.catalogue
    return InquiryDraft(
        connector=catalogue.speaker(platform).spec.id,
        platform=platform,
        by_hand=catalogue.is_by_hand(platform),
    )


def order_operation(kind: ActionKind) -> str:
    """What the journal calls a request for actions of this kind."""
    return f"order_{kind.value}"


def idempotency_claim(
    request: LookupRequest, operation: str, key: str, chosen: object
) -> IdempotencyClaim:
    asked = [request.number, tenure_to_data(request.tenure), chosen]
    return IdempotencyClaim(
        caller=request.caller, operation=operation, key=_require_valid_key(key), asked=asked
    )


def _require_valid_key(key: str) -> str:
    if not key or len(key) > _MAX_KEY_LENGTH or not key.isprintable() or key != key.strip():
        raise InvalidArgument(
            Reason.IDEMPOTENCY_KEY_MALFORMED,
            Wording(
                "An idempotency key has 1 to {most} printable characters.", most=_MAX_KEY_LENGTH
            ),
            field="idempotencyKey",
            hint=Wording(
                "Generate a UUID for each request, and reuse it only to repeat that request."
            ),
        )
    return key
