"""Batches: many entries at once, each answered as if it were alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import cast

from jiebang.conformance.call_record import CallRecord, describe_outcome
from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext, CheckNotRun, json_replies
from jiebang.conformance.exchange import Exchange, StubResponse, last_response
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import node_paths, replace_at, scramble, value_at
from jiebang.conformance.replay import Replay, replace_reply, respond_always
from jiebang.conformance.report import Failure, failure
from jiebang.conformance.unbind_scenario import FIRST, SECOND, choose_account
from jiebang.connectors.manifest.tree import is_list
from jiebang.gateway.calls.validation import validate_action, validate_answer
from jiebang.sdk import (
    METHODS,
    Capability,
    ConnectorError,
    Done,
    Idempotency,
    NotBound,
    Order,
)


async def check_batch(context: CheckContext) -> AsyncIterator[Failure]:
    """A batch answers each entry as the entry alone would be answered, in order."""
    context.require(Capability.LOOKUP_BATCH, Capability.UNBIND_BATCH)
    if context.target.is_recorded:
        raise CheckNotRun("recorded exchanges cannot batch: use an Application or an Upstream")
    if Capability.LOOKUP_BATCH in context.spec.capabilities:
        async for one in _check_lookups(context):
            yield one
    if Capability.UNBIND_BATCH in context.spec.capabilities:
        async for one in _check_orders(context):
            yield one


async def _check_lookups(context: CheckContext) -> AsyncIterator[Failure]:
    singles = (await context.unbound_lookup(), await context.bound_lookup())
    await context.reset_platform()
    subjects = [context.subject(one.subject.number) for one in singles]
    platform = context.spec.platforms[0].id
    method = METHODS[Capability.LOOKUP_BATCH]
    async with context.start_server() as server:
        call = await context.runner.run(server, method, subjects)
        recording = tuple(server.exchanges)
    context.all_calls.append(call)
    wanted = [describe_outcome(one.answers[platform]) for one in singles]
    sent = "a batch of both canaries"
    answers = [validate_answer(platform, one) for one in _entries(call)]
    if [describe_outcome(one) for one in answers] != wanted:
        yield failure(sent, call, "the same as for each number alone, in their order")
        return
    for what, responder in _batch_replays(recording, len(subjects)):
        async with context.start_server(responder) as server:
            again = await context.runner.run(server, method, subjects)
        context.all_calls.append(again)
        found = [validate_answer(platform, one) for one in _entries(again)]
        lost = [index for index, one in enumerate(found) if isinstance(one, ConnectorError)]
        silent = found[:1] and what != _ALL and describe_outcome(found[0]) != wanted[0]
        denied = len(found) > 1 and isinstance(found[1], NotBound)
        empty = what == _ALL and any(not isinstance(one, ConnectorError) for one in found)
        alone = what == _ALL or (len(found) == len(subjects) and len(lost) == 1)
        if again.foreign_error or denied or empty or not alone or (silent and 0 not in lost):
            expected = "an error for that entry only, and never NotBound"
            yield failure(f"{sent}, {what}", again, expected)


async def _check_orders(context: CheckContext) -> AsyncIterator[Failure]:
    """Check two orders: one for an existing account, one for an account that does not exist."""
    await context.reset_platform()
    known = await context.lookup_with_retries(context.canaries.bound)
    if not known.bound:
        raise CheckNotRun("the bound canary was not found bound; see the check `bound`")
    account = choose_account(context, known)
    absent = replace(account, handle="0" * max(4, len(account.handle)))
    orders = [
        Order(subject=known.subject, account=one, idempotency_key=key)
        for one, key in ((account, FIRST), (absent, SECOND))
    ]
    method = METHODS[Capability.UNBIND_BATCH]
    async with context.start_server() as server:
        call = await context.runner.run(server, method, orders)
        recording = tuple(server.exchanges)
    context.all_calls.append(call)
    found = [_outcome(one) for one in _entries(call)]
    sent = "a batch of two orders, one for an account that does not exist"
    if len(found) != 2 or not isinstance(found[0], Done) or _is_new_effect(found[1]):
        yield failure(sent, call, "Done for the first only, in their order")
    if context.spec.idempotency is Idempotency.KEY:
        for key in (FIRST, SECOND):
            if not any(one.request.has_text(key) for one in recording):
                yield failure(sent, "requests without a key", "the key of each order")
    for what, responder in _batch_replays(recording, len(orders)):
        async with context.start_server(responder) as server:
            again = await context.runner.run(server, method, orders)
        context.all_calls.append(again)
        outcomes = [_outcome(one) for one in _entries(again)]
        wrong = [one for one in outcomes[1:] if _is_new_effect(one)]
        told = what != _FIRST_GONE or not any(_is_new_effect(one) for one in outcomes)
        empty = what == _ALL and any(_is_new_effect(one) for one in outcomes)
        if again.foreign_error or wrong or not told or empty:
            yield failure(f"{sent}, {what}", again, "never Done unless the reply says so")


_ALL = "answered with nothing about any of them"
_FIRST_GONE = "answered without the first entry"


def _batch_replays(recording: Sequence[Exchange], count: int) -> Iterator[tuple[str, Replay]]:
    """Yield the recorded answer with one entry missing or unreadable, and without any."""
    for place, original, document in json_replies(recording):
        lists = [()] if is_list(document) else list[tuple[str | int, ...]]()
        for where in [*lists, *node_paths(document)]:
            entries = value_at(document, where)
            if not is_list(entries) or len(entries) != count:
                continue
            for index in range(count):
                rest = [one for turn, one in enumerate(entries) if turn != index]
                what = _FIRST_GONE if index == 0 else "answered without the last entry"
                yield what, _replay_with_entries(recording, place, original, where, rest)
            broken = [{"x": 1}, *entries[1:]]
            yield _FIRST_GONE, _replay_with_entries(recording, place, original, where, broken)
            break
    for reply in (StubResponse.from_json({}), StubResponse.from_json([])):
        yield _ALL, respond_always(reply, recording)
    if (shape := scramble(last_response(recording))) is not None:
        yield _ALL, respond_always(shape, recording)


def _replay_with_entries(
    recording: Sequence[Exchange],
    place: int,
    original: StubResponse,
    where: tuple[str | int, ...],
    entries: Sequence[object],
) -> Replay:
    document = replace_at(original.json(), where, list(entries)) if where else list(entries)
    return Replay(recording, replace_reply(place, original.with_json(document)))


def _entries(call: CallRecord) -> list[object]:
    outcome: object = call.outcome
    return list(cast(Sequence[object], outcome)) if isinstance(outcome, list | tuple) else []


def _outcome(one: object) -> object:
    if isinstance(one, ConnectorError):
        return one
    try:
        return validate_action(one)
    except ConnectorError as error:
        return error


def _is_new_effect(one: object) -> bool:
    return isinstance(one, Done) and not one.already


CHECKS = (Check("batch", Level.SILVER, check_batch),)
