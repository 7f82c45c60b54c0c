"""Recorded exchanges, each read as its file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from jiebang.conformance.call_record import Trial
from jiebang.conformance.check import Check
from jiebang.conformance.checks.orders import failed
from jiebang.conformance.context import NotApplicable, Scene
from jiebang.conformance.fixture import Fixture, FixtureBackend
from jiebang.conformance.level import Level
from jiebang.conformance.recording_server import Stage
from jiebang.conformance.report import Failure
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.gateway.domain.phone_number import region_of
from jiebang.sdk import (
    Account,
    Bound,
    Capability,
    ConnectorError,
    Denied,
    Done,
    NeedsAction,
    NotBound,
    Pending,
    Subject,
)


async def fixtures(scene: Scene) -> list[Failure]:
    """Every recorded exchange is sent as expected, and means what it is said to mean."""
    recorded = [one for one in scene.target.fixtures if one.call != "callback"]
    if not recorded:
        raise NotApplicable("nothing is recorded")
    failures: list[Failure] = []
    for one in recorded:
        trial = await _played(scene, one)
        said = _data(trial)
        wanted: object = {"error": one.error} if one.error is not None else one.result
        if not _fits(said, wanted):
            failures += failed(f"the fixture {one.name!r}", f"{said}; {trial}", f"{wanted}")
    return failures


async def _played(scene: Scene, one: Fixture) -> Trial:
    scene.taint.number(one.number)
    subject = Subject(
        number=one.number,
        region=region_of(one.number),
        held_since=one.held_since,
        held_until=one.held_until,
    )
    # One that lists its platforms itself declares none.
    usual = [each.id for each in scene.spec.platforms] or sorted(scene.trials.platforms)
    account = Account(
        handle=str(one.account.get("handle", "")),
        platform=str(one.account.get("platform", next(iter(usual), ""))),
    )
    arguments: dict[str, tuple[object, ...]] = {
        "lookup": (subject,),
        "status": (subject, Pending(remote_ref=one.remote_ref or ""), Capability.UNBIND),
        "lookup_status": (subject, Pending(remote_ref=one.remote_ref or ""), Capability.LOOKUP),
    }
    method = "status" if one.call == "lookup_status" else one.call
    given = arguments.get(one.call, (subject, account))
    async with Stage(FixtureBackend((one,)).answer) as stage:
        trial = await scene.trials.make(stage, method, *given, key="key-1")
    scene.made.append(trial)
    return trial


def _data(trial: Trial) -> dict[str, Any]:
    """The outcome in the words of a fixture file."""
    if (failure := trial.failure) is not None:
        return {"error": failure.code.value}
    match trial.outcome:
        case Bound() as bound:
            return {"bound": [_account(one) for one in bound.accounts]}
        case NotBound():
            return {"not_bound": {}}
        case Pending() as pending:
            return {"pending": {"remote_ref": pending.remote_ref}}
        case Done() as done:
            return {"done": {"already": True} if done.already else {}}
        case Denied() as denied:
            return {"denied": {"reason": denied.reason.value}}
        case NeedsAction() as step:
            return {"needs_action": {"kind": step.kind.value}}
        case _ if is_mapping(trial.outcome):
            answers: Mapping[str, object] = trial.outcome
            return {name: _data(_alone(trial, one)) for name, one in answers.items()}
        case _:
            return {type(trial.outcome).__name__: {}}


def _alone(trial: Trial, one: object) -> Trial:
    failed = isinstance(one, ConnectorError)
    return Trial(
        method=trial.method,
        outcome=None if failed else one,
        error=one if isinstance(one, ConnectorError) else None,
        record=trial.record,
    )


def _account(one: Account) -> dict[str, Any]:
    said: dict[str, Any] = {"handle": one.handle, "platform": one.platform, "label": one.label}
    said["blockers"] = [blocker.value for blocker in one.blockers]
    if one.bound is not None:
        days = (one.bound.earliest, one.bound.latest)
        said["bound"] = [None if day is None else day.isoformat() for day in days]
    return said


def _fits(said: object, wanted: object) -> bool:
    """Everything that is wanted is there; what the file does not mention may be anything."""
    if isinstance(wanted, Mapping):
        parts = cast(Mapping[str, object], wanted)
        return isinstance(said, Mapping) and all(
            name in said and _fits(cast(Mapping[str, object], said)[name], one)
            for name, one in parts.items()
        )
    if isinstance(wanted, list):
        items = cast(Sequence[object], wanted)
        return (
            isinstance(said, list)
            and len(cast(Sequence[object], said)) == len(items)
            and all(map(_fits, cast(Sequence[object], said), items))
        )
    return bool(said == wanted)


CHECKS = (Check("fixtures", Level.BRONZE, fixtures),)
