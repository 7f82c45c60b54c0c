"""`jiebang connector explain`: what would be sent, and how a given reply would be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any

import typer

from jiebang.app.commands.connector.callback import posted_lines
from jiebang.app.commands.connector.exit import read_input, refuse, require_served_region
from jiebang.app.commands.connector.outcome import answer_lines, error_line, outcome_lines
from jiebang.app.commands.connector.placeholder import (
    KEY,
    OPERATIONS,
    WRITES,
    placeholder_account,
    placeholder_call,
    placeholder_order,
    placeholder_pending,
    placeholder_platforms,
    placeholder_settings,
)
from jiebang.app.commands.connector.recording import RecordingHttp, parse_reply
from jiebang.app.commands.connector.request import mask_for_terminal, request_lines
from jiebang.app.commands.connector.rules import rule_lines
from jiebang.app.commands.connector.source import LocatedConnector, locate_connector
from jiebang.app.settings.loading import load_settings
from jiebang.app.settings.model import Settings
from jiebang.gateway.calls.call import BoundCall, run_guarded
from jiebang.gateway.calls.validation import validate_action, validate_lookup
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.phone_number import mask_number, parse_number, region_of
from jiebang.sdk import (
    METHODS,
    Bug,
    Capability,
    ConnectorError,
    Subject,
    TooLate,
    Withdrawn,
)
from jiebang.transport.reply import WholeReply

_SECONDS = 10.0


def explain(
    target: Annotated[str, typer.Argument(metavar="PATH|ID", help="A manifest, module or id.")],
    number: Annotated[str, typer.Argument(help="A phone number. It is shown masked.")],
    operation: Annotated[str, typer.Option(help=f"One of {', '.join(OPERATIONS)}.")] = "lookup",
    reply: Annotated[
        list[str] | None,
        typer.Option(help="A file with a reply, - for standard input; repeat the option for more."),
    ] = None,
    status: Annotated[
        int, typer.Option(min=100, max=999, help="The reply's status code, if the file has none.")
    ] = 200,
    held_since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")] = None,
    held_until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")] = None,
    handle: Annotated[
        str, typer.Option(help="An account id, for orders; the order's id for status and withdraw.")
    ] = "ACCOUNT-ID",
    platform: Annotated[str | None, typer.Option(help="The account's platform.")] = None,
) -> None:
    """Show what a connector would send, and how it would read a reply. Nothing is sent."""
    settings = load_settings(serves=False)
    located = locate_connector(target, settings)
    subject = _parse_subject(number, held_since, held_until)
    capability = _parse_operation(operation, located.entry)
    require_served_region(located.entry.spec, subject)
    known = located.entry.spec.platform_ids
    if platform is not None and known and platform not in known:
        refuse(f"{located.entry.spec.id} does not serve the platform {platform}.")
    replies = [_read_reply(name, status) for name in reply or ()]
    if capability is Capability.CALLBACK:
        for line in posted_lines(located.entry, replies):
            typer.echo(mask_for_terminal(line, subject))
        return
    for line in asyncio.run(
        _explanation(located, settings, subject, capability, replies, handle, platform)
    ):
        # A third-party connector may put the number anywhere.
        typer.echo(mask_for_terminal(line, subject))


async def _explanation(
    located: LocatedConnector,
    settings: Settings,
    subject: Subject,
    capability: Capability,
    replies: Sequence[WholeReply],
    handle: str,
    platform: str | None,
) -> list[str]:
    spec = located.entry.spec
    values = placeholder_settings(spec, settings)
    recorder = RecordingHttp(replies)
    platforms = placeholder_platforms(located.entry.connector, platform)
    call = placeholder_call(spec, values, recorder, capability, platforms)
    ask = _bind_operation(located.entry, capability, subject, handle, call)
    lines = [f"{spec.id}: {capability.value} for {mask_number(subject.number)}", ""]
    ending = await _result_lines(located.entry, capability, platforms, ask)
    known = {
        "subject.number": subject.number,
        "subject.national": subject.national,
        "account.handle": handle,
        "call.idempotency_key": KEY,
    }
    askers = list(dict.fromkeys(one.task_id for one in recorder.sent))
    for count, sent in enumerate(recorder.sent, 1):
        lines.append(f"Request {count}")
        lines += [f"  {line}" for line in request_lines(spec, values, sent)]
        if sent.reply is not None:
            lookup_index = askers.index(sent.task_id)
            lines_of_rules = rule_lines(
                located.entry.connector, capability, lookup_index, sent.reply, known
            )
            read = list(lines_of_rules)
            lines += ["", f"Answer {count}, status {sent.reply.status}"]
            lines += [f"  {line}" for line in read]
        lines.append("")
    if not recorder.sent:
        lines.append("It sends nothing.")
    if recorder.sent and not replies:
        lines.append("Give a reply with --reply to see how it would be read.")
    else:
        lines += ["Outcome", *(f"  {line}" for line in ending)]
    return lines


async def _result_lines(
    entry: RegisteredConnector,
    capability: Capability,
    platforms: frozenset[str],
    operation: Callable[[], Awaitable[Any]],
) -> list[str]:
    try:
        answer = await run_guarded(operation, _SECONDS, writes=capability in WRITES)
        match capability:
            case Capability.LOOKUP:
                return list(answer_lines(validate_lookup(entry, platforms, answer)))
            case Capability.LOOKUP_BATCH:
                return list(answer_lines(validate_lookup(entry, platforms, _single_answer(answer))))
            case Capability.UNBIND_BATCH:
                return outcome_lines(validate_action(_single_answer(answer)))
            case Capability.WITHDRAW if isinstance(answer, Withdrawn | TooLate):
                return outcome_lines(answer)
            case _:
                return outcome_lines(validate_action(answer))
    except ConnectorError as error:
        return [error_line(error)]


def _single_answer(answers: Any) -> Any:
    """Return the answer to a batch of one. Raises the entry's error, and `Bug` for a missing
    one."""
    match answers:
        case [ConnectorError() as error]:
            raise error
        case [answer]:
            return answer
        case _:
            raise Bug("a batch of one must get exactly one answer")


def _bind_operation(
    entry: RegisteredConnector,
    capability: Capability,
    subject: Subject,
    handle: str,
    call: BoundCall,
) -> Callable[[], Awaitable[Any]]:
    method: Callable[..., Awaitable[Any]] = getattr(entry.connector, METHODS[capability])
    match capability:
        case Capability.LOOKUP:
            return partial(method, subject, call)
        case Capability.STATUS:
            return partial(method, subject, placeholder_pending(handle), Capability.UNBIND, call)
        case Capability.WITHDRAW:
            return partial(method, subject, placeholder_pending(handle), call)
        case Capability.LOOKUP_BATCH:
            return partial(method, (subject,), call)
        case Capability.UNBIND_BATCH:
            return partial(method, (placeholder_order(subject, handle, call),), call)
        case _:
            return partial(method, subject, placeholder_account(handle, call.platforms), call)


def _parse_operation(name: str, entry: RegisteredConnector) -> Capability:
    able = [each.value for each in OPERATIONS if entry.can(each)]
    if name not in able:
        if not able:
            refuse(f"{entry.spec.id} is a guide: it sends nothing that could be explained.")
        refuse(f"{entry.spec.id} does not support {name}; expected {', '.join(able)}.")
    return Capability(name)


def _parse_subject(number: str, since: str | None, until: str | None) -> Subject:
    try:
        known = parse_number(number)
        days = [None if day is None else date.fromisoformat(day) for day in (since, until)]
    except InvalidArgument as error:
        refuse(f"{error.message} {error.hint or ''}".strip())
    except ValueError:
        refuse("A date must be YYYY-MM-DD, such as 2026-06-01.")
    return Subject(number=known, region=region_of(known), held_since=days[0], held_until=days[1])


def _read_reply(name: str, status: int) -> WholeReply:
    try:
        return parse_reply(read_input(name), status)
    except ValueError as error:
        refuse(f"{name} is not a reply: {error}.")
