"""`jiebang connector test`: run the conformance kit against a connector."""

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
from jiebang.app.commands.connector.sandbox_target import open_sandbox_target
from jiebang.app.commands.connector.source import LocatedConnector, locate_connector
from jiebang.app.commands.connector.terminal import escape_controls
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


def run_conformance(
    target: Annotated[str, typer.Argument(metavar="PATH|ID", help="A manifest, package or id.")],
    fixtures: Annotated[
        Path | None, typer.Option(help="Recorded exchanges; default: those beside the connector.")
    ] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Test against a sandbox platform.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Run this check; repeat the option for more.")
    ] = None,
    level: Annotated[str, typer.Option(help="Exit with 1 below this level.")] = "bronze",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run every check against a connector and compute its level; exits with 1 below --level."""
    configure_logs("error", "console")
    try:
        wanted = Level.of(level)
    except ValueError as error:
        refuse(sentence(error))
    located = locate_connector(target, load_settings(serves=False))
    try:
        report = asyncio.run(_examine_connector(located, fixtures, sandbox, only))
    except ContractError as error:
        refuse(str(error))
    typer.echo(report_json(report)) if as_json else print_report(
        report, Console(), whole=only is None
    )
    if only is None:
        holds = report.level is not None and report.level >= min(wanted, report.cap)
    else:  # skipped checks cannot count towards a level
        holds = all(
            each.verdict not in (Verdict.FAILED, Verdict.NOT_RUN) for each in report.results
        )
    if not holds:
        raise typer.Exit(1)


async def _examine_connector(
    located: LocatedConnector, fixtures: Path | None, sandbox: bool, only: list[str] | None
) -> Report:
    if sandbox:
        async with open_sandbox_target(located.entry.connector) as target:
            return await examine(target, only)
    recorded = _recorded_fixtures(located.path) if fixtures is None else (fixtures,)
    manifest = located.path if located.path and located.path.suffix in (".yaml", ".yml") else None
    target = Target(connector=located.entry.connector, platform=Fixtures(recorded), source=manifest)
    return await examine(target, only)


def _recorded_fixtures(path: Path | None) -> tuple[Path, ...]:
    """Return a manifest's recorded exchanges, or all in a Python connector's folder."""
    if path is None:
        return ()
    if path.suffix in (".yaml", ".yml"):
        beside = path.with_name(path.stem + FIXTURES)
        return (beside,) if beside.is_file() else ()
    folder = path if path.is_dir() else path.parent
    return tuple(sorted(folder.glob(f"*{FIXTURES}")))


def print_report(report: Report, console: Console, *, whole: bool = True) -> None:
    """Print the checks as a table, failures in full, and the level if all checks were run."""
    table = Table("check", "level", "verdict", "why")
    for result in report.results:
        verdict = result.verdict.replace("_", " ")
        table.add_row(
            result.check,
            result.level.word,
            f"[{_STYLES[result.verdict]}]{verdict}[/]",
            Text(escape_controls(result.reason)),
        )
    console.print(table)
    for result in report.failed:
        for finding in result.findings[:_FINDINGS]:
            console.print(escape_controls(str(finding)), markup=False, highlight=False)
        if (rest := len(result.findings) - _FINDINGS) > 0:
            console.print(f"  and {rest} more of {result.check}", markup=False)
    reached = f"level {report.level.word if report.level else 'none'}"
    if not whole:
        reached = "no level, since not all checks were run"
    closing = escape_controls(f"{report.connector} {report.version}: {reached}")
    console.print(closing, markup=False)


def report_json(report: Report) -> str:
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
