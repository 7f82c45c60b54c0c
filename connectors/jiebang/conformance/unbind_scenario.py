"""The unbind scenario: an unbinding from start to end, run once for all checks about orders."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from jiebang.conformance.call_record import CallRecord
from jiebang.conformance.context import RETRYABLE, CheckContext, CheckNotRun, LookupRecord
from jiebang.conformance.exchange import Exchange, RecordedRequest
from jiebang.conformance.recording_server import CALLBACKS, RecordingServer, Responder
from jiebang.conformance.replay import Change, Replay, keep_reply
from jiebang.gateway.calls.validation import validate_action
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Capability,
    ConnectorError,
    Delivery,
    Idempotency,
    NeedsAction,
    Pending,
    Subject,
)

#: The keys of the orders that the kit places.
FIRST, SECOND, OTHER = (f"0190c0de-0000-4000-8000-00000000000{digit}" for digit in "123")
_POLLS = 60
_TRIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """One completed order: the call, the polls after it, the callbacks that came."""

    order: CallRecord
    polls: tuple[CallRecord, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    #: The number of exchanges that belong to the call itself.
    order_exchange_count: int
    callbacks: tuple[RecordedRequest, ...] = field(repr=False)
    callback_url: str = field(repr=False)

    @property
    def last_call(self) -> CallRecord:
        return self.polls[-1] if self.polls else self.order

    @property
    def outcome(self) -> ActionOutcome | ConnectorError:
        """The result, validated against the contract."""
        if (failure := self.last_call.failure) is not None:
            return failure
        try:
            return validate_action(self.last_call.outcome)
        except ConnectorError as error:
            return error

    @property
    def pending(self) -> Pending | None:
        return self.order.outcome if isinstance(self.order.outcome, Pending) else None

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests of the call itself, without token requests."""
        return [
            one.request
            for one in self.exchanges[: self.order_exchange_count]
            if not one.request.is_token_request
        ]

    @property
    def writes(self) -> list[RecordedRequest]:
        return [one for one in self.requests if one.is_write]

    def __str__(self) -> str:
        return " then ".join(map(str, (self.order, *self.polls[-1:])))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbindScenario:
    """`again` is the same order placed again under another key; None if it may act twice."""

    subject: Subject
    account: Account
    before: LookupRecord
    first: OrderRecord
    after: LookupRecord
    again: OrderRecord | None


async def get_scenario(context: CheckContext) -> UnbindScenario:
    """Run the scenario at the first call and cache it. Raises `CheckNotRun`."""
    context.require(Capability.UNBIND)
    kept = context.memo.get("story")
    if not isinstance(kept, UnbindScenario):
        kept = context.memo["story"] = await _run_scenario(context)
    return kept


async def _run_scenario(context: CheckContext) -> UnbindScenario:
    if context.target.is_recorded:
        raise CheckNotRun("recorded exchanges have no state: use an Application or an Upstream")
    await context.bound_lookup()
    await context.reset_platform()
    before = await context.lookup_with_retries(context.canaries.bound)
    subject, account = before.subject, choose_account(context, before)
    first = await place_order(context, subject, account, FIRST)
    after = await context.lookup_with_retries(context.canaries.bound)
    again = None
    if context.spec.idempotency is not Idempotency.NONE:
        again = await place_order(context, subject, account, SECOND)
    return UnbindScenario(
        subject=subject, account=account, before=before, first=first, after=after, again=again
    )


def choose_account(context: CheckContext, found: LookupRecord) -> Account:
    """Return the account to unbind: the named one, otherwise the first without blockers."""
    named = context.canaries.account
    fitting = [
        one
        for one in found.accounts
        if (one.handle == named if named is not None else not one.blockers)
    ]
    if not fitting:
        raise CheckNotRun("none of the accounts may be unbound: name one in canaries.account")
    return fitting[0]


async def place_order(
    context: CheckContext,
    subject: Subject,
    account: Account,
    key: str,
    responder: Responder | None = None,
) -> OrderRecord:
    """Place the order as the gateway would: with retries after transient errors without effect."""
    order_record = await place_order_once(context, subject, account, key, responder)
    for turn in range(_TRIES):
        error = order_record.order.failure
        safe = error is not None and (
            not error.maybe_done or context.spec.idempotency is not Idempotency.NONE
        )
        if responder is not None or error is None or error.code not in RETRYABLE or not safe:
            break
        await asyncio.sleep(min(1.0, error.retry_after or 0.0) if turn else 0)
        order_record = await place_order_once(context, subject, account, key, responder)
    return order_record


async def place_order_once(
    context: CheckContext,
    subject: Subject,
    account: Account,
    key: str,
    responder: Responder | None = None,
) -> OrderRecord:
    """Place one order, and follow it to its end."""
    async with context.start_server(responder) as server:
        url = f"{server.origin}{CALLBACKS}/{key}"
        order = await context.runner.run(
            server, "unbind", subject, account, key=key, callback_url=url
        )
        own, polls = len(server.exchanges), list[CallRecord]()
        if responder is None:
            await _wait_for_callback(context, server, order)
        while isinstance(pending := (polls or [order])[-1].outcome, Pending):
            if len(polls) == _POLLS or Capability.STATUS not in context.spec.capabilities:
                break
            if polls and responder is None:
                await asyncio.sleep(min(0.05 * len(polls), 0.5))
            arguments = (subject, pending, Capability.UNBIND)
            polls.append(await context.runner.run(server, "status", *arguments, key=key))
        exchanges, callbacks = tuple(server.exchanges), tuple(server.callbacks)
    context.all_calls += [order, *polls]
    return OrderRecord(
        order=order,
        polls=tuple(polls),
        exchanges=exchanges,
        order_exchange_count=own,
        callbacks=callbacks,
        callback_url=url,
    )


async def replay_order(
    context: CheckContext, scenario: UnbindScenario, change: Change = keep_reply
) -> OrderRecord:
    """Replay the first order against its recording, with replies changed."""
    responder = Replay(scenario.first.exchanges, change)
    return await place_order_once(context, scenario.subject, scenario.account, FIRST, responder)


def last_write_index(exchanges: Sequence[Exchange]) -> int:
    """Return the index of the request that carried the order."""
    about = [at for at, one in enumerate(exchanges) if not one.request.is_token_request]
    writes = [at for at in about if exchanges[at].request.is_write]
    if not about:
        raise CheckNotRun("the order did not send a request to the platform")
    return (writes or about)[-1]


async def _wait_for_callback(
    context: CheckContext, server: RecordingServer, order: CallRecord
) -> None:
    """Give the platform time for its callback, if that is how it answers."""
    delivery = context.spec.delivery_of(Capability.UNBIND)
    if delivery is Delivery.CALLBACK and isinstance(order.outcome, Pending | NeedsAction):
        try:
            await asyncio.wait_for(server.callback_received.wait(), 2.0)
        except TimeoutError:
            return
