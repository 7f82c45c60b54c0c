"""How a manifest's rules read one reply, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jiebang.app.commands.connector.placeholder import WRITES
from jiebang.connectors.aggregator.model import EntriesSection
from jiebang.connectors.manifest.tree import is_list
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.batch import LookupBatchSection, UnbindBatchSection, split_entries
from jiebang.connectors.rest.explain import trace_rules
from jiebang.connectors.rest.outcome import identifier
from jiebang.connectors.rest.rule import ErrorRule, Rule
from jiebang.sdk import Capability, Connector, ConnectorError, Json
from jiebang.transport.reply import WholeReply


def rule_lines(
    connector: Connector,
    capability: Capability,
    lookup_index: int,
    reply: WholeReply,
    values: Mapping[str, str],
) -> Iterator[str]:
    """Yield every rule up to the one that matches; nothing for connectors without rules.

    `lookup_index` says which of several lookups was answered; `values` holds the placeholders that
    identify an entry in a batch.
    """
    if not isinstance(connector, RestConnector):
        return
    where, section = _section(connector, capability, lookup_index)
    if section is None:
        return
    try:
        answer = ParsedAnswer.parse(
            reply, write=capability in WRITES, error_field=connector.error_field
        )
    except ConnectorError as error:
        yield f"no rule is evaluated: {error}"
        return
    if isinstance(section, EntriesSection):
        yield from _entry_lines(connector, section, answer)
        return
    if isinstance(section, LookupBatchSection | UnbindBatchSection):
        yield from _batch_lines(connector, where, section, answer, values)
        return
    yield from _verdict_lines(where, section.outcomes, connector.manifest.errors, answer)


def callback_lines(connector: Connector, body: Json) -> Iterator[str]:
    """Yield the rules of the section `callback`, for orders and for lookups, like `rule_lines`."""
    section = connector.manifest.callback if isinstance(connector, RestConnector) else None
    if section is None:
        return
    answer = ParsedAnswer(200, body, empty=False, retry_after=None, write=False)
    for name in ("outcomes", "lookup_outcomes"):
        rules: Sequence[Rule] = getattr(section, name) or ()
        for index, verdict in enumerate(trace_rules("callback", rules, (), answer)):
            mark = "->" if verdict.is_match else "  "
            if index < len(rules):
                yield f"{mark} callback.{name}[{index}] {verdict.result}: {verdict.reason}"


def _verdict_lines(
    where: str, rules: Sequence[Rule], errors: Sequence[ErrorRule], answer: ParsedAnswer
) -> Iterator[str]:
    for verdict in trace_rules(where, rules, errors, answer):
        mark = "->" if verdict.is_match else "  "
        yield f"{mark} {verdict.place} {verdict.result}: {verdict.reason}"


def _entry_lines(
    connector: RestConnector, section: EntriesSection, answer: ParsedAnswer
) -> Iterator[str]:
    """Yield the rules for each entry of a reply about many platforms."""
    try:
        answer.require_success(connector.manifest.errors)
        rows = section.each.read(answer.document)
    except ConnectorError as error:
        yield f"no entry is read: {error}"
        return
    for row in rows if is_list(rows) else ():
        try:
            yield f"the entry for {identifier(section.platform, row)}"
        except ConnectorError:
            yield "an entry without a readable platform, which is ignored"
            continue
        entry = ParsedAnswer(200, row, empty=False, retry_after=answer.retry_after, write=False)
        for line in _verdict_lines("lookup", section.outcomes, section.errors, entry):
            yield f"  {line}"


def _batch_lines(
    connector: RestConnector,
    where: str,
    section: LookupBatchSection | UnbindBatchSection,
    answer: ParsedAnswer,
    values: Mapping[str, str],
) -> Iterator[str]:
    """Yield the rules for each entry of a reply about many numbers or orders."""
    errors = connector.manifest.errors
    try:
        split_entries(section, answer, (), errors)
        rows = section.entries.read(answer.document)
    except ConnectorError as error:
        yield f"no entry is read: {error}"
        return
    wanted = section.key.expected.text(values)
    for place, row in enumerate(rows if is_list(rows) else (), 1):
        try:
            whose = identifier(section.key.read, row)
        except ConnectorError:
            yield f"entry {place}, without a readable key, which is ignored"
            continue
        yield f"entry {place}, " + ("asked for" if whose == wanted else "not asked for")
        entry = replace(answer, document=row, empty=False)
        for line in _verdict_lines(where, section.outcomes, errors, entry):
            yield f"  {line}"


def _section(
    connector: RestConnector, capability: Capability, lookup_index: int
) -> tuple[str, Any]:
    manifest = connector.manifest
    match capability:
        case Capability.LOOKUP if manifest.lookups:
            index = min(lookup_index, len(manifest.lookups) - 1)
            return f"lookups[{index}]", manifest.lookups[index]
        case Capability.LOOKUP:
            return "lookup", manifest.lookup
        case Capability.STATUS:
            return "status", manifest.status
        case Capability.LOOKUP_BATCH:
            return capability.value, manifest.lookup_batch
        case Capability.UNBIND_BATCH:
            return capability.value, manifest.unbind_batch
        case Capability.WITHDRAW:
            return capability.value, manifest.withdraw
        case _:
            return capability.value, manifest.actions.get(capability.value)
