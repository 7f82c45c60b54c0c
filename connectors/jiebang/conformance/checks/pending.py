"""Deferred answers: by polling, or by callback."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from jiebang.conformance.audit_hook import RECORD, AuditRecord
from jiebang.conformance.check import Check
from jiebang.conformance.checks.orders import inconclusive_mutants
from jiebang.conformance.context import CheckContext, CheckNotApplicable, CheckNotRun
from jiebang.conformance.exchange import InvalidJson, RecordedRequest, StubResponse
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import meaningless_mutants, node_mutants, scramble
from jiebang.conformance.replay import replace_reply
from jiebang.conformance.report import Failure, failure
from jiebang.conformance.unbind_scenario import OrderRecord, get_scenario, replay_order
from jiebang.sdk import (
    CallbackInvalid,
    CallbackRequest,
    Capability,
    ConnectorError,
    Delivery,
    Denied,
    Done,
    Secret,
    Update,
    VerifiedCallback,
)
from jiebang.transport import verify


async def _pending_order(context: CheckContext) -> OrderRecord:
    """Return the record of an order that was answered later."""
    later = context.spec.delivery_of(Capability.UNBIND) in (Delivery.POLL, Delivery.CALLBACK)
    context.require(Capability.UNBIND)
    if not later:
        raise CheckNotApplicable("its orders are answered at once")
    order_record = (await get_scenario(context)).first
    if order_record.pending is None:
        raise CheckNotRun("the order was not left pending; see the check `unbind`")
    return order_record


async def check_pending_ends(context: CheckContext) -> AsyncIterator[Failure]:
    """A pending order reaches an end that `status` reports."""
    order_record = await _pending_order(context)
    if isinstance(order_record.outcome, Done | Denied):
        return
    yield failure(
        f"an order and {len(order_record.polls)} polls", order_record, "Done or Denied at last"
    )


async def check_status_honest(context: CheckContext) -> AsyncIterator[Failure]:
    """A poll that does not say "done" is not read as done."""
    scenario, order_record = await get_scenario(context), await _pending_order(context)
    place = len(order_record.exchanges) - 1
    original = order_record.exchanges[place].response
    if not order_record.polls or original is None or not isinstance(order_record.outcome, Done):
        raise CheckNotRun("no poll reported the order as done; see the check `pending-ends`")
    for mutant in inconclusive_mutants(original):
        again = await replay_order(context, scenario, replace_reply(place, mutant.response))
        sent = f"a poll, answered with {mutant.description}"
        if isinstance(again.last_call.outcome, Done):
            yield failure(sent, again, "not Done: the reply does not say so")
        if again.last_call.foreign_error:
            yield failure(sent, again, "an outcome or a ConnectorError")


async def _received_callback(context: CheckContext) -> tuple[OrderRecord, RecordedRequest]:
    """Return a callback as the platform really sent it."""
    context.require(Capability.CALLBACK)
    order_record = (await get_scenario(context)).first
    if not order_record.callbacks:
        raise CheckNotRun("the platform sent no callback to the address it was given")
    return order_record, order_record.callbacks[0]


def _verify_callback(
    context: CheckContext, order_record: OrderRecord, sent: RecordedRequest, **other: Any
) -> VerifiedCallback:
    """Verify the callback. Raises `CallbackInvalid`."""
    auth = context.spec.callback_auth
    if auth is None:
        raise CheckNotRun("callback_auth is not declared; see the check `capabilities`")
    request = CallbackRequest(
        method=sent.method,
        url=order_record.callback_url,
        headers=tuple(sent.headers.items()),
        body=sent.body,
    )
    key = other.pop("key", context.entry.settings[auth.key])
    return verify(auth, key, replace(request, **other))


def _parse_callback(
    context: CheckContext, event: VerifiedCallback
) -> Sequence[Update] | BaseException:
    """Return what the connector reads from it, or what it raises."""
    parse: Any = getattr(context.target.connector, "parse_callback")  # noqa: B009 - by capability
    token = RECORD.set(record := AuditRecord(port=0))
    try:
        updates = parse(event)
    except Exception as error:
        return error
    finally:
        RECORD.reset(token)
    if inspect.iscoroutine(updates):
        updates.close()
        return TypeError("a coroutine")
    if record.connections or record.blocking:
        return ConnectionRefusedError("it connects")
    return tuple(updates)


def _require_verified(
    context: CheckContext, order_record: OrderRecord, sent: RecordedRequest
) -> VerifiedCallback:
    """Return the verified callback. Raises `CheckNotRun` if it was refused."""
    try:
        return _verify_callback(context, order_record, sent)
    except CallbackInvalid:
        raise CheckNotRun("the callback was refused; see the check `callback-signature`") from None


async def check_callback_parse(context: CheckContext) -> AsyncIterator[Failure]:
    """Reading a callback has no side effects, and never reads an unknown body as "done"."""
    order_record, sent = await _received_callback(context)
    event = _require_verified(context, order_record, sent)
    first, second = _parse_callback(context, event), _parse_callback(context, event)
    if isinstance(first, BaseException) or first != second or not first:
        received = type(first).__name__ if isinstance(first, BaseException) else repr(first)
        yield failure("a callback, read twice", received, "the same updates both times")
    original = StubResponse(body=sent.body)
    mutants = [*meaningless_mutants(original), *node_mutants(original)]
    shape = scramble(original)
    for mutant in mutants:
        try:
            body = mutant.response.json()
        except InvalidJson:
            continue
        read = _parse_callback(context, replace(event, json=body))
        what = f"a callback with {mutant.description}"
        if isinstance(read, BaseException) and not isinstance(read, ConnectorError):
            yield failure(what, type(read).__name__, "updates or a ConnectorError")
        elif mutant.where is None and not isinstance(read, BaseException) and _has_done(read):
            yield failure(what, repr(read), "not Done: the body does not say so")
    if shape is not None:
        read = _parse_callback(context, replace(event, json=shape.json()))
        if not isinstance(read, BaseException) and _has_done(read):
            what = "a callback with every value changed"
            yield failure(what, repr(read), "not Done: the body does not say so")


def _has_done(updates: Sequence[Update]) -> bool:
    return any(isinstance(one.outcome, Done) for one in updates)


async def check_callback_signature(context: CheckContext) -> AsyncIterator[Failure]:
    """A callback is accepted only if the platform signed it, with its key and a current time."""
    order_record, sent = await _received_callback(context)
    try:
        _verify_callback(context, order_record, sent)
    except CallbackInvalid as error:
        yield failure("a callback as the platform signed it", error, "a valid signature")
        return
    auth = context.spec.callback_auth
    said = context.entry.settings[auth.key] if auth is not None else ""
    known = said.reveal() if isinstance(said, Secret) else said
    bare = tuple(pair for pair in sent.headers.items() if "signature" not in pair[0])
    signed = tuple(
        (name, _backdate(value) if "time" in name or "signature-input" in name else value)
        for name, value in sent.headers.items()
    )
    forged: list[tuple[str, dict[str, Any]]] = [
        ("another body", {"body": sent.body.replace(b"{", b'{"x":1,', 1)}),
        ("no headers", {"headers": ()}),
    ]
    if len(bare) < len(sent.headers):
        forged.append(("no signature", {"headers": bare}))
    if signed != tuple(sent.headers.items()):
        forged.append(("another time", {"headers": signed}))
    if auth is not None and auth.secret:
        forged.append(("another key", {"key": Secret(_other_key(known))}))
    for what, other in forged:
        try:
            _verify_callback(context, order_record, sent, **other)
        except ConnectorError:
            continue
        yield failure(f"a callback with {what}", "belief", "CALLBACK_INVALID")


def _backdate(text: str) -> str:
    """Return the text with its times moved some years back."""
    return "".join("1" if mark in "23456789" and at else mark for at, mark in enumerate(text))


def _other_key(key: str) -> str:
    head, body = ("whsec_", key[6:]) if key.startswith("whsec_") else ("", key)
    return head + body[:2] + ("B" if body[2:3] != "B" else "C") + body[3:]


async def check_callback_ref(context: CheckContext) -> AsyncIterator[Failure]:
    """A callback that names its order identifies it, so that another order's is recognised."""
    order_record, sent = await _received_callback(context)
    if order_record.pending is None or order_record.pending.remote_ref not in sent.body.decode():
        raise CheckNotApplicable("its callbacks do not name the order; the address does")
    event = _require_verified(context, order_record, sent)
    read = _parse_callback(context, event)
    if not isinstance(read, BaseException) and all(
        one.remote_ref == order_record.pending.remote_ref for one in read
    ):
        return
    yield failure("a callback that names its order", repr(read), "its reference in the update")


CHECKS = (
    Check("pending-ends", Level.SILVER, check_pending_ends),
    Check("status-honest", Level.SILVER, check_status_honest),
    Check("callback-parse", Level.SILVER, check_callback_parse),
    Check("callback-signature", Level.SILVER, check_callback_signature),
    Check("callback-ref", Level.SILVER, check_callback_ref),
)
