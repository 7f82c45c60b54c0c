"""The kit as a test class: one test per check."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jiebang.conformance.checks import CHECKS
from jiebang.conformance.level import Level
from jiebang.conformance.platform import Platform
from jiebang.conformance.report import Report, Verdict
from jiebang.conformance.runner import examine
from jiebang.conformance.target import Canaries, Target
from jiebang.sdk import Connector


def conformance(
    connector: Connector | Path | str,
    *,
    platform: Platform | None = None,
    canaries: Canaries | None = None,
    settings: Mapping[str, str] | None = None,
    exempt: Mapping[str, str] | None = None,
    reset: Callable[[], Awaitable[object] | object] | None = None,
    level: str = "bronze",
) -> type:
    """Make a pytest class with one test per check: ``TestAcme = conformance(Acme(), ...)``.

    `connector` is a connector or the path of a manifest; without a platform, the fixtures beside
    the manifest answer. Checks that do not apply and exempt ones are skipped with their reason. A
    check that could not be run fails up to `level` and is skipped above it; a failure above it is
    an expected failure, shown with its details.
    """
    wanted = Level.of(level)

    def target() -> Target:
        if isinstance(connector, Path | str):
            return Target.manifest(
                Path(connector),
                platform,
                canaries=canaries,
                settings=settings,
                exempt=exempt,
                reset=reset,
            )
        if platform is None:
            raise TypeError("a Python connector needs a platform: Application, Upstream, Fixtures")
        return Target(
            connector=connector,
            platform=platform,
            canaries=canaries,
            settings=settings or {},
            exempt=exempt or {},
            reset=reset,
        )

    kept: list[Report] = []

    def report() -> Report:
        """Run once, in a thread, because a test may run inside a loop of its own."""
        if not kept:
            with ThreadPoolExecutor(1) as thread:
                kept.append(thread.submit(lambda: asyncio.run(examine(target()))).result())
        return kept[0]

    def make_test(check: str) -> Callable[[Any], None]:
        def run_check(self: Any) -> None:
            _judge(report(), check, wanted)

        run_check.__doc__ = f"See docs/checks/{check}.md."
        return run_check

    body: dict[str, object] = {f"test_{name.replace('-', '_')}": make_test(name) for name in CHECKS}
    return type("Conformance", (), body)


def _judge(report: Report, check: str, wanted: Level) -> None:
    import pytest  # needed by tests only

    result = report.of(check)
    match result.verdict:
        case Verdict.PASSED:
            return
        case Verdict.NOT_APPLICABLE | Verdict.EXEMPT:
            pytest.skip(result.reason)
        case Verdict.NOT_RUN if result.level > wanted:
            pytest.skip(result.reason)
        case Verdict.NOT_RUN:
            pytest.fail(f"{check} could not be run: {result.reason}", pytrace=False)
        case Verdict.FAILED:
            shown = "\n".join(map(str, result.findings[:5]))
            rest = len(result.findings) - 5
            text = shown + (f"\nand {rest} more" if rest > 0 else "")
            if result.level > wanted:
                pytest.xfail(f"not required below {result.level.name}: {text}")
            pytest.fail(text, pytrace=False)
