"""Batches: many at once, and each entry as if it were alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from jiebang.conformance.call_record import Trial, described
from jiebang.conformance.check import Check
from jiebang.conformance.checks.orders import failed
from jiebang.conformance.context import NotRun, Scene, places
from jiebang.conformance.exchange import Answer, Exchange, Unreadable
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import at, nodes, replaced, scrambled
from jiebang.conformance.replay import Replay, always, swapped
from jiebang.conformance.report import Failure
from jiebang.conformance.unbind_scenario import FIRST, SECOND, chosen
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


async def batch(scene: Scene) -> list[Failure]:
    """A batch says for each entry what the entry alone would have been told, in order."""
    scene.require(Capability.LOOKUP_BATCH, Capability.UNBIND_BATCH)
    if scene.target.is_recorded:
        raise NotRun("recorded exchanges have no batch: give an Application or an Upstream")
    failures: list[Failure] = []
    if Capability.LOOKUP_BATCH in scene.spec.capabilities:
        failures += await _lookups(scene)
    if Capability.UNBIND_BATCH in scene.spec.capabilities:
        failures += await _orders(scene)
    return failures


async def _lookups(scene: Scene) -> list[Failure]:
    singles = (await scene.unbound(), await scene.bound())
    await scene.renew()
    subjects = [scene.subject(one.subject.number) for one in singles]
    platform = scene.spec.platforms[0].id
    method = METHODS[Capability.LOOKUP_BATCH]
    async with scene.stage() as stage:
        trial = await scene.trials.make(stage, method, subjects)
        recording = tuple(stage.exchanges)
    scene.made.append(trial)
    wanted = [described(one.answers[platform]) for one in singles]
    sent = "a batch of both canaries"
    answers = [validate_answer(platform, one) for one in _entries(trial)]
    if [described(one) for one in answers] != wanted:
        return failed(sent, trial, "what each number gets alone, in their order")
    failures: list[Failure] = []
    for what, play in _plays(recording, len(subjects)):
        async with scene.stage(play) as stage:
            again = await scene.trials.make(stage, method, subjects)
        scene.made.append(again)
        found = [validate_answer(platform, one) for one in _entries(again)]
        lost = [index for index, one in enumerate(found) if isinstance(one, ConnectorError)]
        silent = found[:1] and what != _ALL and described(found[0]) != wanted[0]
        denied = len(found) > 1 and isinstance(found[1], NotBound)
        empty = what == _ALL and any(not isinstance(one, ConnectorError) for one in found)
        alone = what == _ALL or (len(found) == len(subjects) and len(lost) == 1)
        if again.foreign or denied or empty or not alone or (silent and 0 not in lost):
            expected = "an error for that entry alone, and never NotBound"
            failures += failed(f"{sent}, {what}", again, expected)
    return failures


async def _orders(scene: Scene) -> list[Failure]:
    """Two orders: one for an account that is there, one for an account that is not."""
    await scene.renew()
    known = await scene.patiently(scene.canaries.bound)
    if not known.bound:
        raise NotRun("the bound canary was not found bound; see the check `bound`")
    account = chosen(scene, known)
    absent = replace(account, handle="0" * max(4, len(account.handle)))
    orders = [
        Order(subject=known.subject, account=one, idempotency_key=key)
        for one, key in ((account, FIRST), (absent, SECOND))
    ]
    method = METHODS[Capability.UNBIND_BATCH]
    async with scene.stage() as stage:
        trial = await scene.trials.make(stage, method, orders)
        recording = tuple(stage.exchanges)
    scene.made.append(trial)
    found = [_outcome(one) for one in _entries(trial)]
    sent = "a batch of two orders, one for an account that is not there"
    failures: list[Failure] = []
    if len(found) != 2 or not isinstance(found[0], Done) or _new(found[1]):
        failures += failed(sent, trial, "Done for the first alone, in their order")
    if scene.spec.idempotency is Idempotency.KEY:
        for key in (FIRST, SECOND):
            if not any(one.sent.holds(key) for one in recording):
                failures += failed(sent, "requests without a key", "the key of each order")
    for what, play in _plays(recording, len(orders)):
        async with scene.stage(play) as stage:
            again = await scene.trials.make(stage, method, orders)
        scene.made.append(again)
        outcomes = [_outcome(one) for one in _entries(again)]
        wrong = [one for one in outcomes[1:] if _new(one)]
        told = what != _FIRST_GONE or not any(_new(one) for one in outcomes)
        empty = what == _ALL and any(_new(one) for one in outcomes)
        if again.foreign or wrong or not told or empty:
            failures += failed(f"{sent}, {what}", again, "no Done that the reply does not say")
    return failures


_ALL = "answered with nothing about any of them"
_FIRST_GONE = "answered without the first entry"


def _plays(recording: Sequence[Exchange], count: int) -> Iterator[tuple[str, Replay]]:
    """The recorded answer with one entry missing or unreadable, and without any."""
    for place in places(recording):
        true = recording[place].answer
        if true is None:
            continue
        try:
            document = true.json()
        except Unreadable:
            continue
        lists = [()] if is_list(document) else list[tuple[str | int, ...]]()
        for where in [*lists, *nodes(document)]:
            entries = at(document, where)
            if not is_list(entries) or len(entries) != count:
                continue
            for index in range(count):
                rest = [one for turn, one in enumerate(entries) if turn != index]
                what = _FIRST_GONE if index == 0 else "answered without the last entry"
                yield what, _with(recording, place, true, where, rest)
            broken = [{"x": 1}, *entries[1:]]
            yield _FIRST_GONE, _with(recording, place, true, where, broken)
            break
    for reply in (Answer.of({}), Answer.of([])):
        yield _ALL, always(reply, recording)
    told = [one.answer for one in recording if one.answer is not None]
    if told and (shape := scrambled(told[-1])) is not None:
        yield _ALL, always(shape, recording)


def _with(
    recording: Sequence[Exchange],
    place: int,
    true: Answer,
    where: tuple[str | int, ...],
    entries: Sequence[object],
) -> Replay:
    document = replaced(true.json(), where, list(entries)) if where else list(entries)
    return Replay(recording, swapped(place, true.having(document)))


def _entries(trial: Trial) -> list[object]:
    outcome: object = trial.outcome
    return list(cast(Sequence[object], outcome)) if isinstance(outcome, list | tuple) else []


def _outcome(one: object) -> object:
    if isinstance(one, ConnectorError):
        return one
    try:
        return validate_action(one)
    except ConnectorError as error:
        return error


def _new(one: object) -> bool:
    return isinstance(one, Done) and not one.already


CHECKS = (Check("batch", Level.SILVER, batch),)
