"""Orders: executed once, for the right account, and reported as done only if they are."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from dataclasses import replace

from jiebang.conformance.call_record import describe_outcome
from jiebang.conformance.check import Check
from jiebang.conformance.checks.failures import count_repeats
from jiebang.conformance.context import CheckContext, CheckNotApplicable, CheckNotRun
from jiebang.conformance.exchange import (
    Disconnect,
    Exchange,
    Reaction,
    RecordedRequest,
    StubResponse,
)
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import Mutant, meaningless_mutants, scramble
from jiebang.conformance.recording_server import Responder
from jiebang.conformance.replay import replace_reply
from jiebang.conformance.report import Failure, failure
from jiebang.conformance.unbind_scenario import (
    FIRST,
    OTHER,
    choose_account,
    get_scenario,
    last_write_index,
    place_order,
    place_order_once,
    replay_order,
)
from jiebang.sdk import (
    ConnectorError,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    Pending,
)


async def check_unbind(context: CheckContext) -> AsyncIterator[Failure]:
    """The bound canary's account is unbound, by a single request."""
    order_record = (await get_scenario(context)).first
    if not isinstance(order_record.outcome, Done | Pending):
        yield failure("an order to unbind", order_record, "Done, or Pending and Done later")
    if again := count_repeats(order_record.writes):
        received = f"{again} writes repeated"
        yield failure("an order to unbind", received, "each write once")


async def check_unbind_twice(context: CheckContext) -> AsyncIterator[Failure]:
    """A second order for the same account reports that it was done already."""
    scenario = await get_scenario(context)
    if scenario.again is None:
        raise CheckNotApplicable("it may act twice, so an order is never repeated")
    match scenario.again.outcome:
        case Done(already=True):
            return
        case Denied(reason=DenyReason.NO_MATCH | DenyReason.DUPLICATE):
            return
        case _:
            expected = "Done(already=True), or Denied with NO_MATCH"
            yield failure("the same order again, with a new key", scenario.again, expected)


async def check_lookup_after_unbind(context: CheckContext) -> AsyncIterator[Failure]:
    """An unbound account is gone from the next lookup."""
    scenario = await get_scenario(context)
    if not context.spec.stable_handles:
        raise CheckNotApplicable("its handles are not stable")
    if not isinstance(scenario.first.outcome, Done):
        raise CheckNotRun("the order was not done; see the checks `unbind` and `pending-ends`")
    if scenario.account.handle not in scenario.after.handles and (
        scenario.after.bound or scenario.after.absent
    ):
        return
    expected = "a definite answer without the handle"
    yield failure("a lookup after the order was done", scenario.after, expected)


async def check_other_accounts(context: CheckContext) -> AsyncIterator[Failure]:
    """Unbinding one account does not change the others."""
    scenario = await get_scenario(context)
    if not context.spec.stable_handles:
        raise CheckNotApplicable("its handles are not stable")
    others = scenario.before.handles - {scenario.account.handle}
    if not others:
        raise CheckNotApplicable("the bound canary has only one account")
    if gone := len(others - scenario.after.handles):
        received = f"{gone} other accounts are gone"
        yield failure("an order to unbind one account", received, "the others unchanged")


async def check_idempotency_key(context: CheckContext) -> AsyncIterator[Failure]:
    """The order's key is sent with it: the same for repetitions, another one for other orders."""
    scenario = await get_scenario(context)
    if context.spec.idempotency is not Idempotency.KEY:
        raise CheckNotApplicable("it does not declare KEY")
    order_records = [(FIRST, scenario.first), (FIRST, await replay_order(context, scenario))]
    other = await place_order_once(
        context,
        scenario.subject,
        scenario.account,
        OTHER,
        _replay_by_method(scenario.first.exchanges),
    )
    for key, order_record in (*order_records, (OTHER, other)):
        writes = order_record.writes or order_record.requests
        if not any(one.has_text(key) for one in writes):
            received = f"{len(writes)} requests without it"
            yield failure("an order with a key", received, "the key in the request")


def _replay_by_method(exchanges: tuple[Exchange, ...]) -> Responder:
    """Match requests by method only, so that a different key is ignored."""

    async def answer(sent: RecordedRequest) -> Reaction:
        for one in exchanges:
            if one.request.is_token_request is sent.is_token_request and (
                one.request.method == sent.method
            ):
                return one.reaction
        return StubResponse.from_json({"error": "this request was not recorded"}, 404)

    return answer


async def check_single_effect(context: CheckContext) -> AsyncIterator[Failure]:
    """Repeating an order after its reply was lost acts only once."""
    await get_scenario(context)
    if context.spec.idempotency is Idempotency.NONE:
        raise CheckNotApplicable("it may act twice, so an order is never repeated")
    if not await context.reset_platform():
        raise CheckNotRun(
            "the platform cannot be reset: give `reset`, or a function as Application"
        )
    found = await context.lookup_with_retries(context.canaries.bound)
    account, start = choose_account(context, found), await _effects(context)

    async def lose_reply(sent: RecordedRequest) -> Reaction:
        """Let the platform act, and cut the connection before its reply to a write."""
        reaction = await context.backend.answer(sent)
        return Disconnect() if sent.is_write and not sent.is_token_request else reaction

    lost = await place_order(context, found.subject, account, FIRST, lose_reply)
    again = await place_order(context, found.subject, account, FIRST)
    if isinstance(lost.outcome, Done):
        yield failure("an order whose reply is lost", lost, "no Done")
    if not isinstance(again.outcome, Done | Pending):
        yield failure("the same order again, after its reply was lost", again, "Done")
    end = await _effects(context)
    if start is not None and end is not None and end - start != 1:
        received = f"{end - start} effects at the platform"
        yield failure("the same order twice, with one key", received, "one effect")


async def _effects(context: CheckContext) -> int | None:
    if context.target.effects is None:
        return None
    count = context.target.effects()
    return await count if inspect.isawaitable(count) else count


async def check_cut_after_send(context: CheckContext) -> AsyncIterator[Failure]:
    """If the connection breaks after the order was read, the error says that it may be done, and
    the order is not sent again."""
    scenario = await get_scenario(context)
    place = last_write_index(scenario.first.exchanges[: scenario.first.order_exchange_count])
    order_record = await replay_order(context, scenario, replace_reply(place, Disconnect()))
    sent = "an order whose connection is cut after it was read"
    error = order_record.order.error
    writing = scenario.first.exchanges[place].request.is_write
    if not isinstance(error, ConnectorError) or (writing and not error.maybe_done):
        received = f"{order_record.order}, maybe_done={getattr(error, 'maybe_done', None)}"
        yield failure(sent, received, "a ConnectorError with maybe_done=True")
    if len(order_record.writes) > len(scenario.first.writes):
        received = f"{len(order_record.writes)} writes"
        yield failure(sent, received, "the order sent once")


def inconclusive_mutants(original: StubResponse) -> list[Mutant]:
    """Yield replies to an order that do not say that it was done."""
    mutants = [
        one
        for one in meaningless_mutants(original)
        if not (
            one.response.status == original.status
            and one.response.body.strip() == original.body.strip()
        )
        # 204 is HTTP's own way to say done, without content.
        and one.response.status != 204
        # Without a body the status is all the platform has to say "done" with.
        and not (not original.body.strip() and not one.response.body.strip())
    ]
    if (shape := scramble(original)) is not None and original.status < 300:
        mutants.append(Mutant("the true reply with every value changed", shape))
    return mutants


async def check_unmapped_write(context: CheckContext) -> AsyncIterator[Failure]:
    """A reply that does not say so is read neither as "done" nor as a refusal."""
    scenario = await get_scenario(context)
    place = last_write_index(scenario.first.exchanges[: scenario.first.order_exchange_count])
    original = scenario.first.exchanges[place].response
    if original is None:
        raise CheckNotRun("the platform gave no reply to the order")
    for mutant in inconclusive_mutants(original):
        order_record = await replay_order(context, scenario, replace_reply(place, mutant.response))
        sent = f"an order, answered with {mutant.description}"
        if isinstance(order_record.order.outcome, Done | Denied):
            said = type(order_record.order.outcome).__name__
            yield failure(sent, order_record.order, f"not {said}: the reply does not say so")
        if order_record.order.foreign_error:
            yield failure(sent, order_record.order, "an outcome or a ConnectorError")


async def check_credential_refused(context: CheckContext) -> AsyncIterator[Failure]:
    """A refused credential is reported as such, for the operator to fix, and not tried again."""
    known = await context.bound_lookup()
    reply = StubResponse.from_json({"error": "unauthorized"}, 401)
    found = await context.lookup_answered(known, reply)
    sent = "a lookup, answered with HTTP status 401"
    if not all(isinstance(one, CredentialsFault) for one in found.answers.values()):
        yield failure(sent, found, "CREDENTIALS")
    most = 2 if context.spec.auth is not None else 1
    if found.request_count > most * known.request_count:
        yield failure(sent, f"{found.request_count} requests", "a single attempt")


async def check_platform_codes(context: CheckContext) -> AsyncIterator[Failure]:
    """An order for an account that does not exist is refused, with a reason."""
    scenario = await get_scenario(context)
    handle = scenario.account.handle
    absent = replace(
        scenario.account, handle=handle[:-4] + "0000" if len(handle) > 4 else "00000000"
    )
    order_record = await place_order(context, scenario.subject, absent, OTHER)
    match order_record.outcome:
        case Denied() | Done(already=True):
            return
        case ConnectorError() as error if (
            not order_record.last_call.foreign_error and error.code != "bug"
        ):
            return
        case other:
            expected = "Denied with a reason, or a ConnectorError"
            yield failure(
                "an order for an account that does not exist", describe_outcome(other), expected
            )


CHECKS = (
    Check("unbind", Level.SILVER, check_unbind),
    Check("unbind-twice", Level.SILVER, check_unbind_twice),
    Check("lookup-after-unbind", Level.SILVER, check_lookup_after_unbind),
    Check("other-accounts", Level.SILVER, check_other_accounts),
    Check("idempotency-key", Level.SILVER, check_idempotency_key),
    Check("cut-after-send", Level.SILVER, check_cut_after_send),
    Check("unmapped-write", Level.SILVER, check_unmapped_write),
    Check("platform-codes", Level.SILVER, check_platform_codes),
    Check("credential-refused", Level.SILVER, check_credential_refused),
    Check("single-effect", Level.SILVER, check_single_effect),
)
