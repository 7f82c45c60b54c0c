"""What inquiries and actions share: the question behind a record, and calls on its behalf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from jiebang.gateway.calls.attempt import attempt_lookup
from jiebang.gateway.calls.batching import Batcher
from jiebang.gateway.calls.call import CallbackRoutes, CallFactory, run_guarded
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.validation import (
    PlatformAnswer,
    PlatformAnswers,
    validate_action,
    validate_answer,
)
from jiebang.gateway.catalogue.catalogue import Catalogue, RegisteredConnector
from jiebang.gateway.domain.backoff import BackoffPolicy
from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.eligibility import TenantPolicy
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
_BATCH_WAIT = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCalls:
    """What a tick needs to talk to platforms."""

    catalogue: Catalogue
    calls: CallFactory
    policies: Mapping[str, TenantPolicy]
    routes: CallbackRoutes
    backoff: BackoffPolicy
    batcher: Batcher = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "gathering", Batcher(self.calls, max_wait=_BATCH_WAIT))

    def request(self, record: InquiryRecord | ActionRecord) -> LookupRequest:
        """The question as it was asked; only its caller's tenant matters from here on."""
        caller = Caller(tenant=record.tenant, subject="", scopes=frozenset())
        return LookupRequest(
            caller=caller,
            number=record.number,
            region=region_of(record.number),
            tenure=record.tenure,
            policy=self.policies.get(record.tenant, TenantPolicy()),
            platforms=(record.platform,),
            catalogue=self.catalogue,
        )

    def connector(self, record: InquiryRecord | ActionRecord) -> RegisteredConnector:
        """Raises `ConfigFault` when the connector is gone or switched off since."""
        if (entry := self.catalogue.enabled_connector(record.connector)) is None:
            raise ConfigFault("the connector is not enabled any more")
        return entry

    async def lookup(self, record: InquiryRecord | ActionRecord) -> PlatformAnswer:
        entry = self.connector(record)
        platforms = frozenset({record.platform})
        seconds = entry.spec.limits.timeout.total_seconds()
        # What an action's own lookup finds is asked for by polling: its address is the order's.
        by_callback = isinstance(record, InquiryRecord) and self.expects_callback(
            record, Capability.LOOKUP
        )
        answers: PlatformAnswers = await attempt_lookup(
            self.batcher,
            self.request(record),
            entry,
            platforms,
            seconds=seconds,
            callback_url=self.routes.url(record.connector, record.id) if by_callback else None,
        )
        return answers[record.platform]

    def expects_callback(self, record: InquiryRecord | ActionRecord, asked: Capability) -> bool:
        """Whether a callback will tell sooner than polling."""
        entry = self.catalogue.enabled_connector(record.connector)
        if entry is None or self.routes.url(record.connector, record.id) is None:
            return False
        return entry.spec.delivery_of(asked) is Delivery.CALLBACK

    async def send(self, record: ActionRecord) -> ActionOutcome:
        """Give the order, once. Raises `ConnectorError`."""
        entry = self.connector(record)
        capability = Capability.of(record.kind)
        if not entry.can(capability):
            raise ConfigFault("the connector cannot do this any more")
        seconds = entry.spec.limits.timeout.total_seconds()
        order = Order(
            subject=self.request(record).subject_for(entry.spec),
            account=record.account,
            idempotency_key=str(record.id),
            callback_url=self.routes.url(record.connector, record.id),
        )
        return validate_action(
            await self.batcher.send(entry, capability, order, tenant=record.tenant, seconds=seconds)
        )

    async def lookup_status(
        self, record: InquiryRecord | ActionRecord, remote_ref: str
    ) -> PlatformAnswer:
        """How far is a lookup that was left pending? Raises `ConnectorError`."""
        answer = await self._status(record, remote_ref, Capability.LOOKUP)
        return validate_answer(record.platform, answer)

    async def action_status(self, record: ActionRecord, remote_ref: str) -> ActionOutcome:
        """How far is an order that was left pending? Raises `ConnectorError`."""
        return validate_action(await self._status(record, remote_ref, Capability.of(record.kind)))

    async def _status(
        self, record: InquiryRecord | ActionRecord, remote_ref: str, asked: Capability
    ) -> object:
        entry = self.connector(record)
        if not entry.can(Capability.STATUS):
            raise ConfigFault("the connector has no status")
        seconds = entry.spec.limits.timeout.total_seconds()
        call = self.calls.create(entry, frozenset({record.platform}), seconds=seconds)
        pending = Pending(remote_ref=remote_ref)
        connector = cast(CanStatus, entry.connector)
        subject = self.request(record).subject_for(entry.spec)
        return await run_guarded(lambda: connector.status(subject, pending, asked, call), seconds)

    async def withdraw(self, record: ActionRecord, remote_ref: str) -> Withdrawn | TooLate:
        """Raises `ConnectorError`."""
        entry = self.connector(record)
        seconds = entry.spec.limits.timeout.total_seconds()
        call = self.calls.create(
            entry, frozenset({record.platform}), seconds=seconds, idempotency_key=f"{record.id}-w"
        )
        order = getattr(entry.connector, Capability.WITHDRAW.value)
        subject = self.request(record).subject_for(entry.spec)
        pending = Pending(remote_ref=remote_ref)
        answer: object = await run_guarded(
            lambda: order(subject, pending, call), seconds, writes=True
        )
        if isinstance(answer, Withdrawn | TooLate):
            return answer
        raise Bug(f"answered {type(answer).__name__} to a withdrawal", maybe_done=True)

    def callback_outcome(
        self,
        record: InquiryRecord | ActionRecord,
        callbacks: Sequence[tuple[int, VerifiedCallback]],
    ) -> ActionOutcome | PlatformAnswer | None:
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
    ) -> ActionOutcome | PlatformAnswer | None:
        connector = cast(CanCallback, self.connector(record).connector)
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
                return validate_action(outcome)
            if isinstance(answer := validate_answer(record.platform, outcome), ConnectorError):
                raise answer
            return answer
        except Exception:
            CALLBACKS.labels(connector=record.connector, result="unreadable").inc()
            return None
