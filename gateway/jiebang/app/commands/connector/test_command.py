"""`jiebang connector test`: a connector held against the conformance kit."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jiebang.app.commands.connector.exit import refuse, sentence
from jiebang.app.commands.connector.sandbox_target import sandboxed
from jiebang.app.commands.connector.source import Found, one
from jiebang.app.commands.connector.terminal import plain
from jiebang.app.logging.setup import configure_logs
from jiebang.app.settings.loading import load_settings
from jiebang.conformance import Fixtures, Level, Report, Target, Verdict, examine
from jiebang.connectors.kinds import FIXTURES
from jiebang.sdk import ContractError

_STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.NOT_RUN: "yellow",
    Verdict.EXEMPT: "yellow",
}
_FINDINGS = 5


def trial(
    target: Annotated[str, typer.Argument(metavar="PATH|ID", help="A manifest, package or id.")],
    fixtures: Annotated[
        Path | None, typer.Option(help="Recorded exchanges; by default those beside it.")
    ] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Ask a sandbox platform, started for this.")
    ] = False,
    only: Annotated[list[str] | None, typer.Option(help="One check; again for more.")] = None,
    level: Annotated[str, typer.Option(help="End with 1 below this level.")] = "bronze",
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Hold a connector against every check and compute its level; ends with 1 below --level."""
    configure_logs("error", "console")
    try:
        wanted = Level.of(level)
    except ValueError as error:
        refuse(sentence(error))
    found = one(target, load_settings(serves=False))
    try:
        report = asyncio.run(_examined(found, fixtures, sandbox, only))
    except ContractError as error:
        refuse(str(error))
    typer.echo(as_data(report)) if as_json else show(report, Console(), whole=only is None)
    if only is None:
        holds = report.level is not None and report.level >= min(wanted, report.cap)
    else:  # what was left out cannot count towards a level
        holds = all(
            each.verdict not in (Verdict.FAILED, Verdict.NOT_RUN) for each in report.results
        )
    if not holds:
        raise typer.Exit(1)


async def _examined(
    found: Found, fixtures: Path | None, sandbox: bool, only: list[str] | None
) -> Report:
    if sandbox:
        async with sandboxed(found.entry.connector) as target:
            return await examine(target, only)
    recorded = _beside(found.path) if fixtures is None else (fixtures,)
    manifest = found.path if found.path and found.path.suffix in (".yaml", ".yml") else None
    target = Target(connector=found.entry.connector, platform=Fixtures(recorded), source=manifest)
    return await examine(target, only)


def _beside(path: Path | None) -> tuple[Path, ...]:
    """The recorded exchanges of a manifest, or all those in a Python connector's folder."""
    if path is None:
        return ()
    if path.suffix in (".yaml", ".yml"):
        beside = path.with_name(path.stem + FIXTURES)
        return (beside,) if beside.is_file() else ()
    folder = path if path.is_dir() else path.parent
    return tuple(sorted(folder.glob(f"*{FIXTURES}")))


def show(report: Report, console: Console, *, whole: bool = True) -> None:
    """The checks as a table, what failed in full, the level at the end if they are all of them."""
    table = Table("check", "level", "verdict", "why")
    for result in report.results:
        verdict = result.verdict.replace("_", " ")
        table.add_row(
            result.check,
            result.level.word,
            f"[{_STYLES[result.verdict]}]{verdict}[/]",
            Text(plain(result.reason)),
        )
    console.print(table)
    for result in report.failed:
        for finding in result.findings[:_FINDINGS]:
            console.print(plain(str(finding)), markup=False, highlight=False)
        if (rest := len(result.findings) - _FINDINGS) > 0:
            console.print(f"  and {rest} more of {result.check}", markup=False)
    reached = f"level {report.level.word if report.level else 'none'}"
    if not whole:
        reached = "no level, for not all checks were made"
    closing = plain(f"{report.connector} {report.version}: {reached}")
    console.print(closing, markup=False)


def as_data(report: Report) -> str:
    return json.dumps(
        {
            "connector": report.connector,
            "version": report.version,
            "level": report.level.word if report.level else None,
            "checks": [
                {
                    "check": result.check,
                    "level": result.level.word,
                    "verdict": result.verdict.value,
                    "reason": result.reason,
                    "findings": [
                        {
                            "sent": finding.sent,
                            "received": finding.received,
                            "expected": finding.expected,
                            "page": finding.page,
                        }
                        for finding in result.findings
                    ],
                }
                for result in report.results
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
