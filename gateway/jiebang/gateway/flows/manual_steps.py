"""Manual steps at platforms without an interface: people check them off and get a reminder.

These are the person's statements and never count as verified.
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
    """For callers who may see the renewal and have the scope accounts:unbind."""

    def __init__(
        self, catalogue: Catalogue, renewals: Renewals, store: ChecklistStore, demand: Demand
    ) -> None:
        self._catalogue = catalogue
        self._renewals = renewals
        self._store = store
        self._demand = demand

    async def confirm(self, caller: Caller, inquiry: uuid.UUID) -> RenewalView:
        """Confirm all manual steps at a platform. Raises `GatewayError`."""
        record, found = await self._manual_inquiry(caller, inquiry)
        steps = self._step_ids(found)
        return await self._tick(caller, record, found, steps, steps, done=True)

    async def tick(
        self, caller: Caller, inquiry: uuid.UUID, step: str, *, done: bool
    ) -> RenewalView:
        """Check one step off, or undo that. The last step confirms the whole checklist, and undoing
        one revokes it. Idempotent. Raises `GatewayError`."""
        record, found = await self._manual_inquiry(caller, inquiry)
        steps = self._step_ids(found)
        if step not in steps:
            raise NotFound(
                Reason.STEP_UNKNOWN,
                Wording("The guide does not contain this step, or no longer does."),
                field="stepId",
                hint=Wording("Read the inquiry's checklist again: the text may have changed."),
            )
        return await self._tick(caller, record, found, (step,), steps, done=done)

    async def remind(self, caller: Caller, inquiry: uuid.UUID, day: date | None) -> RenewalView:
        """Set the reminder date; None restores the suggested one. Raises `GatewayError`, also for a
        date in the past."""
        if day is not None and day < today():
            raise OutOfRange(
                Reason.REMINDER_PAST,
                Wording("The date is in the past."),
                field="remindOn",
                hint=Wording("Choose today (Asia/Shanghai) or a later date, or omit the argument."),
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
        # A caller cannot have done steps at a platform whose name is hidden from them.
        shown = self._renewals.view(caller, record).inquiries
        named = any(one.id == inquiry and one.platform is not None for one in shown)
        found = next((one for one in record.inquiries if one.id == inquiry), None)
        if found is None or not named or record.withdrawn_at is not None or not is_by_hand(found):
            raise NotFound(
                Reason.STEP_UNKNOWN,
                Wording("There are no manual steps to confirm."),
                field="inquiryId",
                hint=Wording("Only inquiries with a checklist have manual steps."),
            )
        return record, found

    def _step_ids(self, inquiry: InquiryRecord) -> tuple[str, ...]:
        guide = self._catalogue.guide(inquiry.platform)
        return tuple(one.id for one in steps_of(guide)) if guide is not None else ()
