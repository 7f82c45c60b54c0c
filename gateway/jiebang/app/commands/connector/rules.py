"""How the rules of a manifest read one answer, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jiebang.app.commands.connector.specimen import ORDERS
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.answer import Answer
from jiebang.connectors.rest.trace import verdicts
from jiebang.sdk import Capability, Connector, ConnectorError
from jiebang.transport.reply import WholeReply


def rule_lines(
    connector: Connector, asked: Capability, question: int, reply: WholeReply
) -> Iterator[str]:
    """Every rule up to the one that holds. Connectors without rules have no lines.

    `question` says which of several lookups the answer is for.
    """
    if not isinstance(connector, RestConnector):
        return
    where, section = _section(connector, asked, question)
    if section is None:
        return
    if not isinstance(section.outcomes, tuple):
        yield "read by a Python function"
        return
    try:
        answer = Answer.of(reply, write=asked in ORDERS, faulty=connector.faulty)
    except ConnectorError as error:
        yield f"no rule is asked: {error}"
        return
    rules: Sequence[Any] = section.outcomes
    for verdict in verdicts(where, rules, connector.manifest.errors, answer):
        mark = "->" if verdict.holds else "  "
        yield f"{mark} {verdict.place} {verdict.result}: {verdict.why}"


def _section(connector: RestConnector, asked: Capability, question: int) -> tuple[str, Any]:
    manifest = connector.manifest
    match asked:
        case Capability.LOOKUP if manifest.lookups:
            index = min(question, len(manifest.lookups) - 1)
            return f"lookups[{index}]", manifest.lookups[index]
        case Capability.LOOKUP:
            return "lookup", manifest.lookup
        case Capability.STATUS:
            return "status", manifest.status
        case _:
            return asked.value, manifest.actions.get(asked.value)
