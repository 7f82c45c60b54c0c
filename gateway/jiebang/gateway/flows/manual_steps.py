"""What people do by hand at platforms nobody can ask: they tick it off, and are reminded.

It is their word: nothing here ever counts as verified.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.catalogue.demand import Demand
from jiebang.gateway.catalogue.guide import steps_of
from jiebang.gateway.domain.caller import Caller, Scope
from jiebang.gateway.domain.errors import NotFound, OutOfRange, Reason
from jiebang.gateway.domain.tenure import today
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.renewals import Renewals
from jiebang.gateway.journal.checklist_store import ChecklistStore
from jiebang.gateway.journal.records import InquiryRecord, RenewalRecord
from jiebang.gateway.views.checklist_view import is_by_hand
from jiebang.gateway.views.renewal_view import RenewalView


class ManualSteps:
    """For whoever may see the renewal and has the scope accounts:unbind."""

    def __init__(
        self, catalogue: Catalogue, renewals: Renewals, store: ChecklistStore, demand: Demand
    ) -> None:
        self._catalogue = catalogue
        self._renewals = renewals
        self._store = store
        self._demand = demand

    async def confirm(self, caller: Caller, inquiry: uuid.UUID) -> RenewalView:
        """All there was to do by hand at a platform is done. Raises `GatewayError`."""
        record, found = await self._manual_inquiry(caller, inquiry)
        steps = self._step_ids(found)
        return await self._tick(caller, record, found, steps, steps, done=True)

    async def tick(
        self, caller: Caller, inquiry: uuid.UUID, step: str, *, done: bool
    ) -> RenewalView:
        """One step is done, or is not after all. The last one confirms the whole, and taking one
        back takes that back, too. Doing it twice changes nothing more. Raises `GatewayError`."""
        record, found = await self._manual_inquiry(caller, inquiry)
        steps = self._step_ids(found)
        if step not in steps:
            raise NotFound(
                Reason.STEP_UNKNOWN,
                Wording("The guide has no such step, or has it no longer."),
                field="stepId",
                hint=Wording("Read the inquiry's checklist again: the wording may have changed."),
            )
        return await self._tick(caller, record, found, (step,), steps, done=done)

    async def remind(self, caller: Caller, inquiry: uuid.UUID, day: date | None) -> RenewalView:
        """When the person wants to look again; None: on the day that is offered. Raises
        `GatewayError`, for a day that is over, too."""
        if day is not None and day < today():
            raise OutOfRange(
                Reason.REMINDER_PAST,
                Wording("That day is over."),
                field="remindOn",
                hint=Wording("Choose today (Asia/Shanghai) or a later day, or leave it out."),
            )
        record, found = await self._manual_inquiry(caller, inquiry)
        await self._store.remind(record.id, found.id, day)
        return await self._renewals.get(caller, record.id)

    async def _tick(
        self,
        caller: Caller,
        record: RenewalRecord,
        inquiry: InquiryRecord,
        ticked: Collection[str],
        steps: Collection[str],
        *,
        done: bool,
    ) -> RenewalView:
        if await self._store.tick(record.id, inquiry.id, ticked, done=done, steps=steps):
            self._demand.note((inquiry.platform,))
        return await self._renewals.get(caller, record.id)

    async def _manual_inquiry(
        self, caller: Caller, inquiry: uuid.UUID
    ) -> tuple[RenewalRecord, InquiryRecord]:
        caller.require(Scope.ACCOUNTS_UNBIND)
        record = await self._renewals.record_of(caller, inquiry)
        # Nobody can have done anything at a platform that is not named to them.
        shown = self._renewals.view(caller, record).inquiries
        named = any(one.id == inquiry and one.platform is not None for one in shown)
        found = next((one for one in record.inquiries if one.id == inquiry), None)
        if found is None or not named or record.withdrawn_at is not None or not is_by_hand(found):
            raise NotFound(
                Reason.STEP_UNKNOWN,
                Wording("Nothing there waits to be done by hand."),
                field="inquiryId",
                hint=Wording("Only inquiries with a checklist do."),
            )
        return record, found

    def _step_ids(self, inquiry: InquiryRecord) -> tuple[str, ...]:
        guide = self._catalogue.guide(inquiry.platform)
        return tuple(one.id for one in steps_of(guide)) if guide is not None else ()
