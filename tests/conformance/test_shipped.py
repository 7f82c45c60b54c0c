"""Every shipped connector reaches the level recorded for it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.levels import (
    DATA,
    FEW,
    GUIDES,
    PACE,
    PAGE,
    PRESETS_HEAD,
    examine_guide,
    examine_shipped,
    level_page,
    level_row,
)
from tests.conformance.sandbox_targets import SOURCES, TODAY, SandboxTargets, load_targets

from jiebang.conformance import Report, examine
from jiebang.sandbox import populate, run_sandbox

WRITTEN: dict[str, dict[str, Any]] = json.loads(DATA.read_text())
#: They never answer, and so look like connectors that never send a request.
MUTE = {"anju", "yuanfen"}


@pytest.fixture
async def fleet() -> AsyncGenerator[SandboxTargets]:
    async with run_sandbox(populate(1, TODAY, numbers=30), seed=1, pace=PACE) as url:
        yield await load_targets(url)


def assert_as_written(report: Report) -> None:
    shown = "\n".join(str(one) for result in report.failed for one in result.findings[:3])
    found = level_row(report)
    assert WRITTEN[report.connector] == {name: found[name] for name in ("version", "level")}, shown
    row = level_page({report.connector: found}).splitlines()[-1]
    assert row in PAGE.read_text().splitlines(), shown


@pytest.mark.parametrize("name", SOURCES)
async def test_a_connector_of_the_sandbox_reaches_its_level(
    fleet: SandboxTargets, name: str
) -> None:
    report = await examine_shipped(fleet, name, lookups=FEW)
    assert_as_written(report)
    wrong = [one for one in report.failed if one.check not in {"docs", "rate"}]
    shown = "\n".join(str(finding) for one in wrong for finding in one.findings)
    assert not wrong or report.connector in MUTE, shown


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
async def test_a_connector_of_the_sandbox_holds_through_all_the_lookups_of_its_level(
    fleet: SandboxTargets, name: str
) -> None:
    report = await examine(fleet.target(name), only={"chaos"})
    assert not report.failed, "\n".join(str(f) for r in report.failed for f in r.findings)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
async def test_a_guide_is_listed(path: Path) -> None:
    assert_as_written(await examine_guide(path))


def test_nothing_is_written_that_does_not_ship() -> None:
    table, _, _ = PAGE.read_text().partition(PRESETS_HEAD)
    listed = [line for line in table.splitlines() if line.startswith("| `")]
    assert len(listed) == len(WRITTEN) == len(SOURCES) + len(GUIDES)
