"""Recorded exchanges, each interpreted as its file says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, cast

from jiebang.conformance.call_record import CallRecord
from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext, CheckNotApplicable
from jiebang.conformance.fixture import Fixture, FixtureBackend
from jiebang.conformance.level import Level
from jiebang.conformance.recording_server import RecordingServer
from jiebang.conformance.report import Failure, failure
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


async def check_fixtures(context: CheckContext) -> AsyncIterator[Failure]:
    """Every recorded exchange sends the expected request, and has the stated meaning."""
    recorded = [one for one in context.target.fixtures if one.call != "callback"]
    if not recorded:
        raise CheckNotApplicable("nothing is recorded")
    for one in recorded:
        call = await _run_fixture(context, one)
        said = _outcome_data(call)
        wanted: object = {"error": one.error} if one.error is not None else one.result
        if not _is_match(said, wanted):
            yield failure(f"the fixture {one.name!r}", f"{said}; {call}", f"{wanted}")


async def _run_fixture(context: CheckContext, one: Fixture) -> CallRecord:
    context.leak_detector.add_number(one.number)
    subject = Subject(
        number=one.number,
        region=region_of(one.number),
        held_since=one.held_since,
        held_until=one.held_until,
    )
    # A connector that lists its platforms itself declares none.
    usual = [each.id for each in context.spec.platforms] or sorted(context.runner.platforms)
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
    async with RecordingServer(FixtureBackend((one,)).answer) as server:
        call = await context.runner.run(server, method, *given, key="key-1")
    context.all_calls.append(call)
    return call


def _outcome_data(call: CallRecord) -> dict[str, Any]:
    """Return the outcome in the format of a fixture file."""
    if (failure := call.failure) is not None:
        return {"error": failure.code.value}
    match call.outcome:
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
        case _ if is_mapping(call.outcome):
            answers: Mapping[str, object] = call.outcome
            return {name: _outcome_data(_single_answer(call, one)) for name, one in answers.items()}
        case _:
            return {type(call.outcome).__name__: {}}


def _single_answer(call: CallRecord, one: object) -> CallRecord:
    failed = isinstance(one, ConnectorError)
    return CallRecord(
        method=call.method,
        outcome=None if failed else one,
        error=one if isinstance(one, ConnectorError) else None,
        audit=call.audit,
    )


def _account(one: Account) -> dict[str, Any]:
    said: dict[str, Any] = {"handle": one.handle, "platform": one.platform, "label": one.label}
    said["blockers"] = [blocker.value for blocker in one.blockers]
    if one.bound is not None:
        days = (one.bound.earliest, one.bound.latest)
        said["bound"] = [None if day is None else day.isoformat() for day in days]
    return said


def _is_match(said: object, wanted: object) -> bool:
    """Tell whether all expected values are there; unmentioned ones may be anything."""
    if isinstance(wanted, Mapping):
        parts = cast(Mapping[str, object], wanted)
        return isinstance(said, Mapping) and all(
            name in said and _is_match(cast(Mapping[str, object], said)[name], one)
            for name, one in parts.items()
        )
    if isinstance(wanted, list):
        items = cast(Sequence[object], wanted)
        return (
            isinstance(said, list)
            and len(cast(Sequence[object], said)) == len(items)
            and all(map(_is_match, cast(Sequence[object], said), items))
        )
    return bool(said == wanted)


CHECKS = (Check("fixtures", Level.BRONZE, check_fixtures),)
