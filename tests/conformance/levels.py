"""The level of every shipped connector, as the kit computes it.

`python -m tests.conformance.levels` writes the page; a test compares it with the kit's results.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from tests.conformance.sandbox_targets import (
    SOURCES,
    TODAY,
    SandboxTargets,
    load_targets,
    manifests,
)

from jiebang.conformance import Report, Target, Upstream, Verdict, examine
from jiebang.conformance.checks.resilience import LOOKUPS
from jiebang.conformance.runner import run_checks
from jiebang.connectors import CATALOGUE
from jiebang.connectors.kinds import manifest_files
from jiebang.sandbox import Pace, populate, run_sandbox

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs/levels.md"
DATA = CATALOGUE / "levels.json"
PACE = Pace(slow_seconds=0.02, callback_seconds=0.02, flaky_rate=0)
#: Lookups in bad weather inside the tests: so many show the mistake that the zoo makes in it.
FEW = 40
GUIDES = manifests("guides")
#: One platform per preset, with invented exchanges in the format it expects.
PRESETS = list(manifest_files(Path(__file__).parent / "presets"))

HEAD = """# Levels of the shipped connectors

The [conformance kit](conformance.md) computes these levels against the sandbox, and a test compares
them. `python -m tests.conformance.levels` writes this page. A level counts for that version only.

| connector | version | level | what is missing |
|---|---|---|---|
"""

PRESETS_HEAD = """
## Presets, by recorded exchanges

The exchanges are invented, in the formats that the presets expect; no live server was used.
They are stateless, so the checks about orders cannot be run.

| preset | level | what is missing |
|---|---|---|
"""


async def examine_shipped(sandbox: SandboxTargets, name: str, *, lookups: int = LOOKUPS) -> Report:
    """Examine one of the sandbox's connectors against the running sandbox."""
    return await run_checks(sandbox.target(name), lookups=lookups)


async def examine_guide(path: Path) -> Report:
    """Examine a guide, which does not call a platform: any will do."""
    return await examine(Target.manifest(path, Upstream("http://127.0.0.1:9")))


async def examine_preset(path: Path, *, lookups: int = LOOKUPS) -> Report:
    """Examine a platform that uses a preset, against its recorded exchanges."""
    return await run_checks(Target.manifest(path), lookups=lookups)


def entry(report: Report) -> dict[str, str | None]:
    return {
        "version": report.version,
        "level": None if report.level is None else report.level.word,
    }


def missing_checks(report: Report) -> list[str]:
    """The checks that keep it from the next level."""
    following = (report.level or 0) + 1
    if following > report.cap:
        return []
    return [
        one.check
        for one in report.results
        if one.level == following and one.verdict in (Verdict.FAILED, Verdict.NOT_RUN)
    ]


def level_page(entries: Mapping[str, Mapping[str, object]]) -> str:
    """Render `levels.json` as a page."""
    lines = [
        f"| `{name}` | {one['version']} | {one['level'] or 'none'} | {one['missing']} |"
        for name, one in sorted(entries.items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def preset_rows(reports: Mapping[str, Report]) -> str:
    """Render the second table of the page."""
    found = {name: level_row(report) for name, report in sorted(reports.items())}
    lines = [
        f"| `{name}` | {one['level'] or 'none'} | {one['missing']} |" for name, one in found.items()
    ]
    return PRESETS_HEAD + "\n".join(lines) + "\n"


def level_data(entries: Mapping[str, Mapping[str, object]]) -> str:
    kept = {
        name: {field: one[field] for field in ("version", "level")}
        for name, one in sorted(entries.items())
    }
    return json.dumps(kept, indent=2) + "\n"


def level_row(report: Report) -> dict[str, object]:
    return {**entry(report), "missing": ", ".join(f"`{one}`" for one in missing_checks(report))}


async def compute_levels() -> dict[str, dict[str, object]]:
    """Compute all levels."""
    found: dict[str, dict[str, object]] = {}
    population = populate(1, TODAY, numbers=30)
    async with run_sandbox(population, seed=1, pace=PACE) as url:
        sandbox = await load_targets(url)
        for name in SOURCES:
            report = await examine_shipped(sandbox, name)
            found[report.connector] = level_row(report)
            await sandbox.reset()
    for path in GUIDES:
        report = await examine_guide(path)
        found[report.connector] = level_row(report)
    return found


async def examine_presets() -> dict[str, Report]:
    return {path.stem: await examine_preset(path) for path in PRESETS}


if __name__ == "__main__":
    levels = asyncio.run(compute_levels())
    PAGE.write_text(
        level_page(levels) + preset_rows(asyncio.run(examine_presets())), encoding="utf-8"
    )
    DATA.write_text(level_data(levels), encoding="utf-8")
