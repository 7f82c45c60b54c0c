"""Answers that come later: by asking again, or by callback."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jiebang.conformance.audit_hook import RECORD, Record
from jiebang.conformance.check import Check
from jiebang.conformance.checks.orders import empties, failed
from jiebang.conformance.context import NotApplicable, NotRun, Scene
from jiebang.conformance.exchange import Answer, Sent, Unreadable
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import faults, nothings, scrambled
from jiebang.conformance.replay import swapped
from jiebang.conformance.report import Failure
from jiebang.conformance.unbind_scenario import Course, replayed, told
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


async def _pending(scene: Scene) -> Course:
    """The course of an order that was answered later."""
    later = scene.spec.delivery_of(Capability.UNBIND) in (Delivery.POLL, Delivery.CALLBACK)
    scene.require(Capability.UNBIND)
    if not later:
        raise NotApplicable("its orders are answered at once")
    course = (await told(scene)).first
    if course.pending is None:
        raise NotRun("the order was not left pending; see the check `unbind`")
    return course


async def pending_ends(scene: Scene) -> list[Failure]:
    """What is pending comes to an end that `status` tells."""
    course = await _pending(scene)
    if isinstance(course.outcome, Done | Denied):
        return []
    return failed(f"an order and {len(course.polls)} polls", course, "Done or Denied at last")


async def status_honest(scene: Scene) -> list[Failure]:
    """A poll that does not say "done" is not read so."""
    story, course = await told(scene), await _pending(scene)
    place = len(course.exchanges) - 1
    true = course.exchanges[place].answer
    if not course.polls or true is None or not isinstance(course.outcome, Done):
        raise NotRun("no poll said that the order is done; see the check `pending-ends`")
    failures: list[Failure] = []
    for mutant in empties(true):
        again = await replayed(scene, story, swapped(place, mutant.answer))
        sent = f"a poll, answered with {mutant.what}"
        if isinstance(again.last.outcome, Done):
            failures += failed(sent, again, "no Done: the reply does not say so")
        if again.last.foreign:
            failures += failed(sent, again, "an outcome or a ConnectorError")
    return failures


async def _called(scene: Scene) -> tuple[Course, Sent]:
    """A callback of the platform, as it really came."""
    scene.require(Capability.CALLBACK)
    course = (await told(scene)).first
    if not course.callbacks:
        raise NotRun("the platform sent no callback to the address it was given")
    return course, course.callbacks[0]


def _verified(scene: Scene, course: Course, sent: Sent, **other: Any) -> VerifiedCallback:
    """Raises `CallbackInvalid`."""
    auth = scene.spec.callback_auth
    if auth is None:
        raise NotRun("no scheme is declared; see the check `capabilities`")
    request = CallbackRequest(
        method=sent.method,
        url=course.callback_url,
        headers=tuple(sent.headers.items()),
        body=sent.body,
    )
    key = other.pop("key", scene.entry.settings[auth.key])
    return verify(auth, key, replace(request, **other))


def _parsed(scene: Scene, event: VerifiedCallback) -> Sequence[Update] | BaseException:
    """What the connector makes of it, or what it raises."""
    parse: Any = getattr(scene.target.connector, "parse_callback")  # noqa: B009 - by capability
    token = RECORD.set(record := Record(port=0))
    try:
        updates = parse(event)
    except Exception as error:
        return error
    finally:
        RECORD.reset(token)
    if inspect.iscoroutine(updates):
        updates.close()
        return TypeError("a coroutine")
    if record.contacts or record.blocking:
        return ConnectionRefusedError("it connects")
    return tuple(updates)


def _believed(scene: Scene, course: Course, sent: Sent) -> VerifiedCallback:
    """The callback as the connector gets it. Raises `NotRun` for one that is refused."""
    try:
        return _verified(scene, course, sent)
    except CallbackInvalid:
        raise NotRun("the callback was refused; see the check `callback-signature`") from None


async def callback_parse(scene: Scene) -> list[Failure]:
    """Reading a callback does nothing else, and takes no unknown body for "done"."""
    course, sent = await _called(scene)
    event = _believed(scene, course, sent)
    first, second = _parsed(scene, event), _parsed(scene, event)
    failures: list[Failure] = []
    if isinstance(first, BaseException) or first != second or not first:
        received = type(first).__name__ if isinstance(first, BaseException) else repr(first)
        failures += failed("a callback, read twice", received, "the same updates both times")
    true = Answer(body=sent.body)
    mutants = [*nothings(true), *faults(true)]
    shape = scrambled(true)
    for mutant in mutants:
        try:
            body = mutant.answer.json()
        except Unreadable:
            continue
        read = _parsed(scene, replace(event, json=body))
        what = f"a callback with {mutant.what}"
        if isinstance(read, BaseException) and not isinstance(read, ConnectorError):
            failures += failed(what, type(read).__name__, "updates or a ConnectorError")
        elif mutant.where is None and not isinstance(read, BaseException) and _says_done(read):
            failures += failed(what, repr(read), "no Done: the body does not say so")
    if shape is not None:
        read = _parsed(scene, replace(event, json=shape.json()))
        if not isinstance(read, BaseException) and _says_done(read):
            what = "a callback with every value another one"
            failures += failed(what, repr(read), "no Done: the body does not say so")
    return failures


def _says_done(updates: Sequence[Update]) -> bool:
    return any(isinstance(one.outcome, Done) for one in updates)


async def callback_signature(scene: Scene) -> list[Failure]:
    """Only what the platform signed, with its key, in its time, is believed."""
    course, sent = await _called(scene)
    failures: list[Failure] = []
    try:
        _verified(scene, course, sent)
    except CallbackInvalid as error:
        return failed("a callback as the platform signed it", error, "a signature that holds")
    auth = scene.spec.callback_auth
    said = scene.entry.settings[auth.key] if auth is not None else ""
    known = said.reveal() if isinstance(said, Secret) else said
    bare = tuple(pair for pair in sent.headers.items() if "signature" not in pair[0])
    signed = tuple(
        (name, _aged(value) if "time" in name or "signature-input" in name else value)
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
        forged.append(("another key", {"key": Secret(_other(known))}))
    for what, other in forged:
        try:
            _verified(scene, course, sent, **other)
        except ConnectorError:
            continue
        failures += failed(f"a callback with {what}", "belief", "CALLBACK_INVALID")
    return failures


def _aged(text: str) -> str:
    """The text with the times in it some years back."""
    return "".join("1" if mark in "23456789" and at else mark for at, mark in enumerate(text))


def _other(key: str) -> str:
    head, body = ("whsec_", key[6:]) if key.startswith("whsec_") else ("", key)
    return head + body[:2] + ("B" if body[2:3] != "B" else "C") + body[3:]


async def callback_ref(scene: Scene) -> list[Failure]:
    """A callback that names its order tells which: another order's is told apart."""
    course, sent = await _called(scene)
    if course.pending is None or course.pending.remote_ref not in sent.body.decode():
        raise NotApplicable("its callbacks do not name the order; the address does")
    event = _believed(scene, course, sent)
    read = _parsed(scene, event)
    if not isinstance(read, BaseException) and all(
        one.remote_ref == course.pending.remote_ref for one in read
    ):
        return []
    return failed("a callback that names its order", repr(read), "its reference in the update")


CHECKS = (
    Check("pending-ends", Level.SILVER, pending_ends),
    Check("status-honest", Level.SILVER, status_honest),
    Check("callback-parse", Level.SILVER, callback_parse),
    Check("callback-signature", Level.SILVER, callback_signature),
    Check("callback-ref", Level.SILVER, callback_ref),
)
