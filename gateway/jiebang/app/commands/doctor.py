"""`jiebang doctor`: check what a start requires, and give advice on each problem."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import typer
from rich.console import Console

from jiebang.app.bootstrap import code_sender, key_ring
from jiebang.app.connectors import SandboxUnreachable, load_catalogue
from jiebang.app.databases import database_dsn
from jiebang.app.logging.setup import configure_logs
from jiebang.app.postgres.embedded import EmbeddedPostgresError
from jiebang.app.settings.loading import SettingsError, load_settings
from jiebang.app.settings.model import Settings
from jiebang.gateway.catalogue.catalogue import Catalogue, ConnectorState
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.journal.database import Database, pending_migrations
from jiebang.sdk import Capability


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    name: str
    passed: bool
    advice: str = ""


def doctor() -> None:
    """Check settings, keys, database, migrations and connectors; exits with 1 on a problem."""
    configure_logs("error", "console")
    console = Console()
    checks = asyncio.run(run_checks())
    for check in checks:
        mark, style = ("ok  ", "green") if check.passed else ("off ", "red")
        console.print(f"{mark}{check.name}", style=style, markup=False, highlight=False)
        if check.advice:
            console.print(f"      {check.advice}", markup=False, highlight=False)
    if not all(finding.passed for finding in checks):
        raise typer.Exit(1)


async def run_checks() -> list[DoctorCheck]:
    """Run all checks, in the order in which a start needs them."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return [DoctorCheck("settings", False, str(problem)) for problem in error.problems]
    checks = [DoctorCheck("settings", True), _check_keys(settings)]
    checks += await _check_database(settings)
    checks += await _check_connectors(settings)
    return checks


def _check_keys(settings: Settings) -> DoctorCheck:
    if not settings.keys:
        return DoctorCheck("keys", False, "Set JIEBANG_KEYS to what `jiebang keys` prints.")
    ring = key_ring(settings)
    sealed = ring.encrypt(b"check", context="doctor")
    return DoctorCheck(
        f"keys: {len(settings.keys)}", ring.decrypt(sealed, context="doctor") == b"check"
    )


async def _check_database(settings: Settings) -> list[DoctorCheck]:
    kind = "embedded" if settings.database_url is None else "JIEBANG_DATABASE_URL"
    try:
        async with database_dsn(settings) as dsn:
            database = Database(dsn, pool=1)
            try:
                await database.ping()
            finally:
                await database.close()
            missing = await pending_migrations(dsn)
    except EmbeddedPostgresError as error:
        return [DoctorCheck(f"database ({kind})", False, str(error))]
    except (ServiceUnavailable, OSError):
        advice = "It does not answer. Is it running, and is the URL right (host, port, password)?"
        return [DoctorCheck(f"database ({kind})", False, advice)]
    advice = f"{', '.join(missing)} not applied: run `jiebang migrate`." if missing else ""
    return [DoctorCheck(f"database ({kind})", True), DoctorCheck("migrations", not missing, advice)]


def _check_sender(settings: Settings, catalogue: Catalogue) -> DoctorCheck:
    if code_sender(settings, catalogue) is not None:
        return DoctorCheck("code sender", True)
    advice = "There is none, so nobody can prove a number. Install a plugin that provides one."
    # Optional without a page; with one, people would wait for a code in vain.
    return DoctorCheck("code sender", settings.page_tenant is None, advice)


async def _check_connectors(settings: Settings) -> list[DoctorCheck]:
    try:
        catalogue = await load_catalogue(settings)
    except SandboxUnreachable as error:
        return [DoctorCheck("connectors", False, str(error))]
    enabled = [
        entry
        for entry in catalogue.connectors.values()
        if entry.state is ConnectorState.ENABLED and entry.can(Capability.LOOKUP)
    ]
    checks = [
        DoctorCheck(f"connector problem: {problem.source}", False, problem.message)
        for problem in catalogue.problems
    ]
    checks.append(_check_sender(settings, catalogue))
    guides = sum(map(catalogue.is_by_hand, catalogue.platforms))
    asked = len(catalogue.platforms) - guides
    count = f"connectors: {len(enabled)} for {asked} platforms, and guides for {guides} more"
    if not enabled:
        advice = "None is enabled, so nothing is queried. Name manifests in JIEBANG_MANIFESTS."
        return [*checks, DoctorCheck(count, False, advice)]
    idle = [
        e.spec.id for e in catalogue.connectors.values() if e.state is ConnectorState.NOT_CONFIGURED
    ]
    advice = f"Not configured, so not queried: {', '.join(idle)}." if idle else ""
    return [*checks, DoctorCheck(count, True, advice)]
