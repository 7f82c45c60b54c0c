"""`jiebang connector docs`: a page about one connector, generated from its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jiebang.app.commands.connector.exit import refuse
from jiebang.app.commands.connector.source import locate_connector
from jiebang.app.levels import level_of, load_levels
from jiebang.app.settings.loading import load_settings
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.model import ActionSection, LookupSection, Rest
from jiebang.connectors.rest.rule import Rule
from jiebang.gateway.catalogue.configuration import variable
from jiebang.sdk import Capability, Connector, ConnectorSpec, Idempotency, SettingType

_REPEATS = {
    Idempotency.KEY: "the platform recognizes a repeated order by its key, so unanswered orders "
    "are sent again",
    Idempotency.NATURAL: "a repeated order changes nothing, so unanswered orders are sent again",
    Idempotency.NONE: "a repeated order might act twice, so an order that may have been sent is "
    "not repeated",
}


def docs(
    target: Annotated[str, typer.Argument(metavar="PATH|ID", help="A manifest, module or id.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write ID.md into this folder.")
    ] = None,
) -> None:
    """Write a Markdown page about a connector: its capabilities, requests and settings."""
    entry = locate_connector(target, load_settings(serves=False)).entry
    level = level_of(entry.spec, load_levels())
    text = "\n".join(page_lines(entry.connector, entry.spec, level)) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    path = out / f"{entry.spec.id}.md"
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"{path} cannot be written: {error.strerror}.")
    typer.echo(str(path))


def page_lines(connector: Connector, spec: ConnectorSpec, level: str) -> Iterator[str]:
    """Yield the lines of the page; deterministic for the same connector."""
    yield f"# {spec.name['en']} ({spec.name['zh-CN']})"
    yield ""
    yield f"Connector `{spec.id}`, version {spec.version}. Level: {level or 'not tested'}."
    if spec.owners:
        yield f"Owners: {', '.join(spec.owners)}."
    if spec.docs:
        yield f"More: <{spec.docs}>"
    yield from ("", "## Platforms", "")
    if spec.platforms:
        yield from ("| id | name | category | sensitive |", "|---|---|---|---|")
    else:
        yield f"It discovers them: `jiebang discover {spec.id}` lists them."
    for platform in sorted(spec.platforms, key=lambda each: each.id):
        names = f"{platform.name['en']} ({platform.name['zh-CN']})"
        sensitive = "yes" if platform.is_sensitive else "no"
        yield f"| `{platform.id}` | {names} | {platform.category} | {sensitive} |"
    yield from ("", "## Capabilities", "", "| capability | answers |", "|---|---|")
    for capability in sorted(spec.capabilities):
        yield f"| `{capability}` | {spec.delivery_of(capability)} |"
    if spec.capabilities <= {Capability.GUIDANCE}:
        yield from ("", "It sends nothing: a person follows its steps.")
        return
    if isinstance(connector, RestConnector):
        yield from _request_lines(connector.manifest)
    yield from _setting_lines(spec)
    yield from _limit_lines(spec)


def _request_lines(manifest: Rest) -> Iterator[str]:
    asked: list[tuple[str, LookupSection | ActionSection]] = [
        *(("lookup", section) for section in manifest.lookup_variants),
        *manifest.actions.items(),
    ]
    yield from ("", "## Requests", "", "| operation | request | outcomes |", "|---|---|---|")
    for name, section in asked:
        request = section.request
        path = "".join(
            f"{{{part}}}" if index % 2 else part for index, part in enumerate(request.path.parts)
        )
        rules: Sequence[Rule] = section.outcomes
        results = ", ".join(dict.fromkeys(rule.result[0] for rule in rules))
        yield f"| {name} | `{request.method} {path}` | {results} |"


def _setting_lines(spec: ConnectorSpec) -> Iterator[str]:
    yield from ("", "## Settings", "")
    if spec.settings:
        yield from ("| variable | type | default | meaning |", "|---|---|---|---|")
    else:
        yield "None."
    for setting in spec.settings:
        default = "" if setting.default is None else f"`{setting.default}`"
        if setting.type is SettingType.SECRET:
            default = ""
        name = variable(spec.id, setting.name)
        yield f"| `{name}` | {setting.type} | {default} | {setting.description} |"
    if spec.subject_needs:
        names = ", ".join(f"`{need}`" for need in sorted(spec.subject_needs))
        yield from ("", f"Besides the number it receives {names}.")


def _limit_lines(spec: ConnectorSpec) -> Iterator[str]:
    limits = spec.limits
    yield from ("", "## Limits", "")
    yield f"- one attempt takes at most {limits.timeout.total_seconds():g} s"
    yield f"- at most {limits.concurrency} calls at a time"
    if limits.rate is not None:
        per = limits.rate.per.total_seconds()
        yield f"- at most {limits.rate.calls:g} calls in {per:g} s"
    yield f"- repeated orders ({spec.idempotency}): {_REPEATS[spec.idempotency]}"
    handles = "stable" if spec.stable_handles else "not stable, so an unbinding cannot be verified"
    yield f"- handles are {handles}"
    dates = "have exact binding dates" if spec.dates_bindings else "have no exact binding dates"
    yield f"- accounts {dates}"
