"""`jiebang connector try`: one real lookup, with consent. It never sends an order."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from jiebang.app.bootstrap import private_addresses
from jiebang.app.commands.connector.exit import refuse, require_served_region
from jiebang.app.commands.connector.outcome import answer_lines, error_line
from jiebang.app.commands.connector.request import mask_for_terminal
from jiebang.app.commands.connector.source import shipped_manifests
from jiebang.app.connectors import load_catalogue
from jiebang.app.logging.setup import configure_logs
from jiebang.app.settings.loading import load_settings
from jiebang.app.settings.model import Settings
from jiebang.gateway.calls.call import CallFactory, run_guarded
from jiebang.gateway.calls.validation import validate_lookup
from jiebang.gateway.catalogue.catalogue import Catalogue, ConnectorState, RegisteredConnector
from jiebang.gateway.catalogue.configuration import variable
from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.phone_number import mask_number, parse_number, region_of
from jiebang.sdk import METHODS, Capability, ConnectorError, Subject
from jiebang.transport import Transport

#: Maximum duration of a lookup.
SECONDS = 15.0


def try_connector(
    connector: Annotated[str, typer.Argument(metavar="ID", help="A connector's id.")],
    number: Annotated[str, typer.Argument(help="Your own number, or one whose holder agreed.")],
    yes: Annotated[bool, typer.Option("--yes", help="The holder agreed; do not prompt.")] = False,
) -> None:
    """Look one number up at one platform, once and for real. Nothing is unbound.

    The connector's settings are the gateway's: JIEBANG_CONNECTORS__<ID>__<NAME>.
    """
    configure_logs("error", "console")
    settings = load_settings(serves=False)
    try:
        known = parse_number(number)
    except InvalidArgument as error:
        refuse(f"{error.message} {error.hint or ''}".strip())
    catalogue = asyncio.run(load_catalogue(settings))
    entry = _usable_connector(catalogue, connector)
    subject = Subject(number=known, region=region_of(known))
    require_served_region(entry.spec, subject)
    if not yes:
        _require_consent(connector, mask_number(known))
    lines, answered = asyncio.run(_look_up(settings, entry, subject))
    for line in lines:
        typer.echo(mask_for_terminal(line, subject))
    if not answered:
        raise typer.Exit(1)


def _usable_connector(catalogue: Catalogue, name: str) -> RegisteredConnector:
    entry = catalogue.connectors.get(name)
    if entry is None:
        if name in shipped_manifests():
            refuse(
                f"{name} queries a simulated platform: run `jiebang sandbox` and set "
                "JIEBANG_SANDBOX_URL."
            )
        if Path(name).exists():
            refuse(
                "Give the id of a loaded connector: load a manifest with JIEBANG_MANIFESTS, and "
                "install a Python connector."
            )
        refuse(f"No connector {name} is loaded; `jiebang connector list` lists the ids.")
    if not entry.can(Capability.LOOKUP):
        refuse(f"{name} is a guide and cannot look accounts up.")
    match entry.state:
        case ConnectorState.DISABLED:
            refuse(f"{name} is disabled by JIEBANG_DISABLE.")
        case ConnectorState.NOT_CONFIGURED | ConnectorState.MISCONFIGURED:
            needed = [one for one in entry.spec.settings if one.default is None]
            names = ", ".join(variable(name, one.name) for one in needed)
            refuse(f"{name} is not configured: set {names}.")
        case ConnectorState.ENABLED:
            return entry


def _require_consent(connector: str, masked_number: str) -> None:
    prompt = (
        f"This sends a real lookup of {masked_number} to {connector}, now. Is the number yours, "
        "or did its holder agree?"
    )
    if not sys.stdin.isatty():
        refuse("Consent is required: run this in a terminal, or pass --yes.")
    if not typer.confirm(prompt):
        refuse("Nothing was sent.")


async def _look_up(
    settings: Settings, entry: RegisteredConnector, subject: Subject
) -> tuple[Sequence[str], bool]:
    async with Transport(allow_private=private_addresses(settings)) as transport:
        platforms = entry.spec.platform_ids
        call = CallFactory(transport).create(entry, platforms, seconds=SECONDS)
        lookup: Callable[..., Awaitable[Any]] = getattr(entry.connector, METHODS[Capability.LOOKUP])
        try:
            answer = await run_guarded(partial(lookup, subject, call), SECONDS)
        except ConnectorError as error:
            return [error_line(error)], False
        answers = validate_lookup(entry, platforms, answer)
        failed = any(isinstance(one, ConnectorError) for one in answers.values())
        return list(answer_lines(answers)), not failed
