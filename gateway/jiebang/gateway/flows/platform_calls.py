"""Calls to platforms on behalf of inquiries and actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from jiebang.gateway.calls.attempt import attempt_lookup
from jiebang.gateway.calls.batching import STEP_WAIT, Batcher
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
from jiebang.gateway.domain.metrics import CALLBACKS
from jiebang.gateway.domain.phone_number import region_of
from jiebang.gateway.domain.tenant_policy import TenantPolicy
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCalls:
    """What a tick needs to call platforms."""

    catalogue: Catalogue
    calls: CallFactory
    policies: Mapping[str, TenantPolicy]
    routes: CallbackRoutes
    backoff: BackoffPolicy
    batcher: Batcher = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "batcher", Batcher(self.calls, max_wait=STEP_WAIT))

    def request(self, record: InquiryRecord | ActionRecord) -> LookupRequest:
        """Recreate the original request; only its caller's tenant matters from here on."""
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
        """Return the connector. Raises `ConfigFault` when it was removed or disabled meanwhile."""
        if (entry := self.catalogue.enabled_connector(record.connector)) is None:
            raise ConfigFault("the connector is no longer enabled")
        return entry

    async def lookup(self, record: InquiryRecord | ActionRecord) -> PlatformAnswer:
        entry = self.connector(record)
        platforms = frozenset({record.platform})
        seconds = entry.spec.limits.timeout.total_seconds()
        # An action's own lookup is polled: its callback URL is the order's.
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
        """Return whether a callback is expected, so that polling can wait."""
        entry = self.catalogue.enabled_connector(record.connector)
        if entry is None or self.routes.url(record.connector, record.id) is None:
            return False
        return entry.spec.delivery_of(asked) is Delivery.CALLBACK

    async def send(self, record: ActionRecord) -> ActionOutcome:
        """Send the order, once. Raises `ConnectorError`."""
        entry = self.connector(record)
        capability = Capability.of(record.kind)
        if not entry.can(capability):
            raise ConfigFault("the connector no longer supports this action")
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
        """Poll a pending lookup. Raises `ConnectorError`."""
        answer = await self._status(record, remote_ref, Capability.LOOKUP)
        return validate_answer(record.platform, answer)

    async def action_status(self, record: ActionRecord, remote_ref: str) -> ActionOutcome:
        """Poll a pending order. Raises `ConnectorError`."""
        return validate_action(await self._status(record, remote_ref, Capability.of(record.kind)))

    async def _status(
        self, record: InquiryRecord | ActionRecord, remote_ref: str, asked: Capability
    ) -> object:
        entry = self.connector(record)
        if not entry.can(Capability.STATUS):
            raise ConfigFault("the connector does not support STATUS")
        seconds = entry.spec.limits.timeout.total_seconds()
        call = self.calls.create(entry, frozenset({record.platform}), seconds=seconds)
        pending = Pending(remote_ref=remote_ref)
        connector = cast(CanStatus, entry.connector)
        subject = self.request(record).subject_for(entry.spec)
        return await run_guarded(lambda: connector.status(subject, pending, asked, call), seconds)

    async def withdraw(self, record: ActionRecord, remote_ref: str) -> Withdrawn | TooLate:
        """Withdraw a pending order. Raises `ConnectorError`."""
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
        raise Bug(f"returned {type(answer).__name__} for a withdrawal", maybe_done=True)

    def callback_outcome(
        self,
        record: InquiryRecord | ActionRecord,
        callbacks: Sequence[tuple[int, VerifiedCallback]],
    ) -> ActionOutcome | PlatformAnswer | None:
        """Return the outcome that callbacks report for this record. They arrive in any order: a
        final outcome wins. Unreadable or inapplicable ones are ignored, and the platform is polled
        instead."""
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
            # An update may fit an order or a lookup: prefer the outcome of the matching type.
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
