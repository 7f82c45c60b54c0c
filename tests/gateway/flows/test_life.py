"""An action under any order of faults, worker deaths, withdrawals and retries: the platform never
acts twice, and nothing is fulfilled without evidence.

The ticks and the platform are real (in memory); the journal is a stand-in that can fail at every
point where a worker can die.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.gateway.conftest import NoRoutes, make

from jiebang.gateway.domain.backoff import BackoffPolicy
from jiebang.gateway.domain.status import Status, Verification
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.flows.action_step import ActionStep
from jiebang.gateway.flows.inquiry_step import InquiryStep
from jiebang.gateway.flows.platform_calls import PlatformCalls
from jiebang.gateway.flows.step import StepRunner
from jiebang.gateway.journal.records import ActionRecord, Stage, Tick, Transition
from jiebang.gateway.views.renewal_status import is_retryable
from jiebang.sdk import (
    ActionKind,
    Bug,
    Capability,
    CredentialsFault,
    Denied,
    DenyReason,
    Guidance,
    Idempotency,
    NeedsAction,
    Pending,
    ProtocolFault,
    RateLimited,
    StepKind,
    TimedOut,
    TooLate,
    Unavailable,
    Withdrawn,
)

if TYPE_CHECKING:
    from tests.gateway.conftest import Shop

FINAL = {Status.FULFILLED, Status.DENIED, Status.REVOKED, Status.EXPIRED}

# Half of the orders act: a second effect needs a first one.
orders = st.sampled_from([None, "lost"]) | st.sampled_from(
    [
        Unavailable(), TimedOut(), TimedOut(maybe_done=True), RateLimited(), CredentialsFault(),
        ProtocolFault(maybe_done=True), Bug(), "nonsense", Pending(remote_ref="r-1"),
        NeedsAction(kind=StepKind.OTP), Guidance(guide_id="shop"),
        Denied(reason=DenyReason.LEGAL_HOLD),
    ]
)  # fmt: skip
looks = st.sampled_from([None, Unavailable(), CredentialsFault(), Pending(remote_ref="q-1"), 7])
reports = st.sampled_from([None, Pending(remote_ref="r-1"), Unavailable(), ProtocolFault()])
takings = st.sampled_from([Withdrawn(), TooLate(), Unavailable(), ProtocolFault(), 7])
deaths = st.none() | st.sampled_from(["mark", "call", "end"])


class Died(Exception):
    """The worker has died; what was written stays."""


class Journal:
    """Stands in for `StepStore` and `CallbackStore`: one action, and a worker that may die."""

    def __init__(self, record: ActionRecord) -> None:
        self.record = record
        self.tick = self.attempt = 0
        self.cancel = self.closed = False
        self.due = True
        self.death: str | None = None

    async def load(self, item: uuid.UUID, tick: int) -> tuple[ActionRecord, Tick]:
        return self.record, Tick(number=tick, attempt=self.attempt, cancel=self.cancel)

    async def mark_sent(self, action: ActionRecord, tick: int) -> ActionRecord | None:
        if self.death == "mark":
            raise Died
        if self.record.sent_at is not None:
            return None
        self.record = replace(self.record, sent_at=datetime.now(UTC))
        if self.death == "call":
            raise Died
        return replace(action, sent_at=self.record.sent_at)

    async def end_action(self, tick: Tick, end: Transition[ActionRecord]) -> bool:
        if self.death == "end":
            raise Died
        self.record, self.closed, self.cancel = end.record, end.closed, end.cancel
        self.tick, self.attempt = self.tick + 1, end.attempt
        self.due = end.again is not None
        return True

    async def unread(self, item: uuid.UUID) -> list[Any]:
        return []


class Life(RuleBasedStateMachine):
    def __init__(self, idempotency: Idempotency) -> None:
        super().__init__()
        extra = (Capability.STATUS, Capability.WITHDRAW)
        self.shop: Shop = make.shop(idempotency=idempotency, extra=extra)
        platform_calls = PlatformCalls(
            catalogue=make.catalogue(self.shop),
            calls=make.calls(),
            policies={},
            routes=NoRoutes(),
            backoff=BackoffPolicy(),
        )
        record = ActionRecord(
            id=uuid.uuid4(),
            tenant="carrier",
            number="+8613800001234",
            tenure=Current(),
            connector="shop",
            platform="shop",
            kind=ActionKind.UNBIND,
            account=make.account(),
            status=Status.OPEN,
            stage=Stage.SEND,
            created_at=datetime.now(UTC),
        )
        self.journal = Journal(record)
        stand_in = cast(Any, self.journal)
        self.ticks = StepRunner(
            stand_in, stand_in, InquiryStep(platform_calls), ActionStep(platform_calls)
        )
        self.runner = asyncio.Runner()
        self.ended: Status | None = None

    def teardown(self) -> None:
        self.runner.close()

    @precondition(lambda self: self.journal.due and not self.journal.closed)
    @rule(order=orders, look=looks, report=reports, taking=takings, death=deaths)
    def a_worker_takes_the_next_tick(
        self, order: object, look: object, report: object, taking: object, death: str | None
    ) -> None:
        for method, step in (
            ("unbind", order), ("lookup", look), ("status", report), ("withdraw", taking)
        ):  # fmt: skip
            self.shop.script.pop(method, None)  # what another tick did not come to
            self.shop.plan(method, step)
        self.journal.death = death
        before = len(self.shop.calls)
        with contextlib.suppress(Died):
            self.runner.run(self.ticks.run(self.journal.record.id, self.journal.tick))
        assert len(self.shop.calls) - before <= 1, "a tick makes one call at most"

    @precondition(lambda self: not self.journal.closed)
    @rule()
    def the_renewal_is_withdrawn(self) -> None:
        self.journal.cancel = self.journal.due = True

    @precondition(lambda self: is_retryable(self.journal.record))
    @rule()
    def a_person_takes_it_up_again(self) -> None:
        self.journal.due, self.journal.attempt = True, 0
        self.journal.record = replace(self.journal.record, checks=0)

    @rule()
    def its_owner_unbinds_it(self) -> None:
        self.shop.accounts.clear()

    @invariant()
    def the_platform_acted_at_most_once_and_under_one_key(self) -> None:
        assert self.shop.effects in ([], [str(self.journal.record.id)])

    @invariant()
    def nothing_is_fulfilled_without_evidence(self) -> None:
        record = self.journal.record
        if record.status is Status.FULFILLED:
            assert record.account.handle not in self.shop.accounts
            assert record.done_at is not None
            assert record.effects
        if record.verification is Verification.VERIFIED:
            assert not self.shop.accounts

    @invariant()
    def the_end_is_the_end(self) -> None:
        status = self.journal.record.status
        assert self.journal.closed == (status in FINAL)
        assert self.ended in (None, status)
        self.ended = status if self.journal.closed else None

    @invariant()
    def whatever_rests_can_be_taken_up_or_has_ended(self) -> None:
        if not self.journal.due:
            assert self.journal.closed or is_retryable(self.journal.record)


@pytest.mark.parametrize("idempotency", Idempotency)
def test_no_life_leads_to_two_effects_or_to_a_claim_without_evidence(
    idempotency: Idempotency,
) -> None:
    run_state_machine_as_test(
        cast(Any, lambda: Life(idempotency)),
        settings=settings(max_examples=150, stateful_step_count=25, deadline=None),
    )
