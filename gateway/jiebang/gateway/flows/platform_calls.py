"""What inquiries and actions share: the question behind a record, and calls on its behalf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from jiebang.gateway.calls.attempt import ask_connector
from jiebang.gateway.calls.batching import Gathering
from jiebang.gateway.calls.call import CallbackRoutes, Calls, guarded
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.validation import Answer, Answers, checked_action, checked_one
from jiebang.gateway.catalogue.catalogue import Catalogue, Registered
from jiebang.gateway.domain.backoff import Paces
from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.eligibility import Policy
from jiebang.gateway.domain.metrics import CALLBACKS
from jiebang.gateway.domain.phone_number import region_of
from jiebang.gateway.journal.records import ActionRecord, InquiryRecord
from jiebang.sdk import (
    ActionOutcome,
    Bug,
    CanCallback,
    CanStatus,
    Capability,
    ConfigFault,
    ConnectorError,
    Delivery,
    LookupOutcome,
    Order,
    Pending,
    TooLate,
    VerifiedCallback,
    Withdrawn,
)

#: Seconds that a tick waits for others: nobody looks on, and marking an order takes longer.
_LINGER = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a tick needs to talk to platforms."""

    catalogue: Catalogue
    calls: Calls
    policies: Mapping[str, Policy]
    routes: CallbackRoutes
    paces: Paces
    gathering: Gathering = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "gathering", Gathering(self.calls, linger=_LINGER))

    def question(self, record: InquiryRecord | ActionRecord) -> LookupRequest:
        """The question as it was asked; only its caller's tenant matters from here on."""
        caller = Caller(tenant=record.tenant, subject="", scopes=frozenset())
        return LookupRequest(
            caller=caller,
            number=record.number,
            region=region_of(record.number),
            tenure=record.tenure,
            policy=self.policies.get(record.tenant, Policy()),
            platforms=(record.platform,),
            catalogue=self.catalogue,
        )

    def entry(self, record: InquiryRecord | ActionRecord) -> Registered:
        """Raises `ConfigFault` when the connector is gone or switched off since."""
        if (entry := self.catalogue.enabled(record.connector)) is None:
            raise ConfigFault("the connector is not enabled any more")
        return entry

    async def lookup(self, record: InquiryRecord | ActionRecord) -> Answer:
        entry = self.entry(record)
        platforms = frozenset({record.platform})
        seconds = entry.spec.limits.timeout.total_seconds()
        # What an action's own lookup finds is asked for by polling: its address is the order's.
        told = isinstance(record, InquiryRecord) and self.calls_back(record, Capability.LOOKUP)
        answers: Answers = await ask_connector(
            self.gathering,
            self.question(record),
            entry,
            platforms,
            seconds=seconds,
            callback_url=self.routes.url(record.connector, record.id) if told else None,
        )
        return answers[record.platform]

    def calls_back(self, record: InquiryRecord | ActionRecord, asked: Capability) -> bool:
        """Whether a callback will tell sooner than polling."""
        entry = self.catalogue.enabled(record.connector)
        if entry is None or self.routes.url(record.connector, record.id) is None:
            return False
        return entry.spec.delivery_of(asked) is Delivery.CALLBACK

    async def send(self, record: ActionRecord) -> ActionOutcome:
        """Give the order, once. Raises `ConnectorError`."""
        entry = self.entry(record)
        capability = Capability.of(record.kind)
        if not entry.can(capability):
            raise ConfigFault("the connector cannot do this any more")
        seconds = entry.spec.limits.timeout.total_seconds()
        order = Order(
            subject=self.question(record).subject_for(entry.spec),
            account=record.account,
            idempotency_key=str(record.id),
            callback_url=self.routes.url(record.connector, record.id),
        )
        return checked_action(
            await self.gathering.order(
                entry, capability, order, tenant=record.tenant, seconds=seconds
            )
        )

    async def lookup_status(self, record: InquiryRecord | ActionRecord, remote_ref: str) -> Answer:
        """How far is a lookup that was left pending? Raises `ConnectorError`."""
        answer = await self._status(record, remote_ref, Capability.LOOKUP)
        return checked_one(record.platform, answer)

    async def action_status(self, record: ActionRecord, remote_ref: str) -> ActionOutcome:
        """How far is an order that was left pending? Raises `ConnectorError`."""
        return checked_action(await self._status(record, remote_ref, Capability.of(record.kind)))

    async def _status(
        self, record: InquiryRecord | ActionRecord, remote_ref: str, asked: Capability
    ) -> object:
        entry = self.entry(record)
        if not entry.can(Capability.STATUS):
            raise ConfigFault("the connector has no status")
        seconds = entry.spec.limits.timeout.total_seconds()
        call = self.calls.make(entry, frozenset({record.platform}), seconds=seconds)
        pending = Pending(remote_ref=remote_ref)
        connector = cast(CanStatus, entry.connector)
        subject = self.question(record).subject_for(entry.spec)
        return await guarded(lambda: connector.status(subject, pending, asked, call), seconds)

    async def withdraw(self, record: ActionRecord, remote_ref: str) -> Withdrawn | TooLate:
        """Raises `ConnectorError`."""
        entry = self.entry(record)
        seconds = entry.spec.limits.timeout.total_seconds()
        call = self.calls.make(
            entry, frozenset({record.platform}), seconds=seconds, idempotency_key=f"{record.id}-w"
        )
        order = getattr(entry.connector, Capability.WITHDRAW.value)
        subject = self.question(record).subject_for(entry.spec)
        pending = Pending(remote_ref=remote_ref)
        answer: object = await guarded(lambda: order(subject, pending, call), seconds, writes=True)
        if isinstance(answer, Withdrawn | TooLate):
            return answer
        raise Bug(f"answered {type(answer).__name__} to a withdrawal", maybe_done=True)

    def reported(
        self,
        record: InquiryRecord | ActionRecord,
        callbacks: Sequence[tuple[int, VerifiedCallback]],
    ) -> ActionOutcome | Answer | None:
        """What callbacks say about this record. They come in any order: one that settles the
        matter wins over the others. One that cannot be read, or that says what cannot be said
        about this record, says nothing; the platform is asked instead."""
        outcomes = [
            outcome
            for _, event in callbacks
            if (outcome := self._read_callback(record, event)) is not None
        ]
        final = [outcome for outcome in outcomes if not isinstance(outcome, Pending)]
        return next(iter(final or reversed(outcomes)), None)

    def _read_callback(
        self, record: InquiryRecord | ActionRecord, event: VerifiedCallback
    ) -> ActionOutcome | Answer | None:
        connector = cast(CanCallback, self.entry(record).connector)
        try:
            updates = connector.parse_callback(event)
            meant = [
                update.outcome
                for update in updates
                if update.remote_ref is None or record.remote_ref in (None, update.remote_ref)
            ]
            if not meant:
                return None
            # One that could be about an order or about a lookup: the fitting word counts.
            sort = ActionOutcome if isinstance(record, ActionRecord) else LookupOutcome
            outcome = next((one for one in meant if isinstance(one, sort)), meant[0])
            if isinstance(record, ActionRecord):
                return checked_action(outcome)
            if isinstance(answer := checked_one(record.platform, outcome), ConnectorError):
                raise answer
            return answer
        except Exception:
            CALLBACKS.labels(connector=record.connector, result="unreadable").inc()
            return None
