"""Run every check on a target."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from jiebang.conformance.audit_hook import audit_calls
from jiebang.conformance.call_record import CallRunner
from jiebang.conformance.check import Check
from jiebang.conformance.checks import CHECKS
from jiebang.conformance.checks.resilience import LOOKUPS
from jiebang.conformance.context import CheckContext, CheckNotApplicable, CheckNotRun
from jiebang.conformance.fixture import FixtureBackend
from jiebang.conformance.level import Level
from jiebang.conformance.platform import (
    Application,
    ApplicationBackend,
    Backend,
    Fixtures,
    Upstream,
    UpstreamBackend,
)
from jiebang.conformance.report import Failure, Report, Result, Verdict
from jiebang.conformance.target import Canaries, Target
from jiebang.sdk import Capability, ContractError
from jiebang.transport import Transport


async def examine(target: Target, only: Collection[str] | None = None) -> Report:
    """Run the checks on the target, one after the other: all of them, or those of `only`.

    Raises `ContractError` for an unknown check, and for settings that the connector cannot be
    configured with.
    """
    return await run_checks(target, only, lookups=LOOKUPS)


async def run_checks(
    target: Target, only: Collection[str] | None = None, *, lookups: int
) -> Report:
    """`examine`, with fewer `lookups` in the check `chaos`: for the kit's own tests. A level counts
    only with all of them.
    """
    for name in {*(only or ()), *target.exempt}:
        if name not in CHECKS:
            raise ContractError(f"unknown check {name!r}; expected one of {', '.join(CHECKS)}")
    results: list[Result] = []
    async with AsyncExitStack() as stack:
        transport = await stack.enter_async_context(Transport(allow_private=["127.0.0.1"]))
        backend = _open_backend(target)
        stack.push_async_callback(backend.close)
        stack.enter_context(audit_calls())
        context = CheckContext(target, CallRunner(target, transport), backend, lookups=lookups)
        await context.reset_platform()
        await context.discover()
        for check in CHECKS.values():
            if only is None or check.id in only:
                results.append(await _run_check(check, context))
    is_guide = target.spec.capabilities <= {Capability.GUIDANCE}
    return Report(
        connector=target.spec.id,
        version=target.spec.version,
        results=tuple(results),
        cap=Level.LISTED if is_guide else Level.GOLD,
    )


async def examine_manifest(
    path: Path,
    platform: Application | Upstream | Fixtures | None = None,
    *,
    canaries: Canaries | None = None,
    only: Collection[str] | None = None,
) -> Report:
    """Examine a manifest; without a platform, the fixtures beside it answer.

    Raises `ContractError` that names file, line and column.
    """
    return await examine(Target.manifest(path, platform, canaries=canaries), only)


def _open_backend(target: Target) -> Backend:
    match target.platform:
        case Application():
            return ApplicationBackend(target.platform)
        case Upstream():
            return UpstreamBackend(target.platform)
        case Fixtures():
            return FixtureBackend(target.fixtures)


async def _run_check(check: Check, context: CheckContext) -> Result:
    verdict, reason = Verdict.PASSED, ""
    findings: list[Failure] = []
    if check.id in context.target.exempt:
        verdict, reason = Verdict.EXEMPT, context.target.exempt[check.id]
    else:
        try:
            findings = [one async for one in check.run(context)]
        except CheckNotApplicable as why:
            verdict, reason = Verdict.NOT_APPLICABLE, str(why)
        except CheckNotRun as why:
            verdict, reason = Verdict.NOT_RUN, str(why)
    return Result(
        check=check.id,
        level=check.level,
        verdict=Verdict.FAILED if findings else verdict,
        findings=tuple(_redact_failure(check.id, one, context) for one in findings),
        reason=reason,
    )


def _redact_failure(check: str, failure: Failure, context: CheckContext) -> Failure:
    mask = context.leak_detector.redact
    return replace(
        failure,
        check=check,
        sent=mask(failure.sent),
        received=mask(failure.received),
        expected=mask(failure.expected),
    )
