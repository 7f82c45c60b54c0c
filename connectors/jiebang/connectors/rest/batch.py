"""Batches, one request for many numbers or orders: the section, its validation, and the assignment
of entries in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, PlainValidator

from jiebang.connectors.manifest.expression import JmesPath
from jiebang.connectors.manifest.field import Model, require_entries
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.template import EACH, Template, placeholders, unknown_placeholders
from jiebang.connectors.manifest.tree import FieldPath, children_at, is_list, is_mapping
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.outcome import identifier
from jiebang.connectors.rest.request import Request
from jiebang.connectors.rest.rule import SUCCESS, ActionRule, ErrorRule, LookupRule, Rule
from jiebang.sdk import Json, ProtocolFault

R = TypeVar("R", bound=Rule)

#: What identifies the entries of a batch; an entry's key is compared with one of these.
NAMES = {
    "lookup_batch": frozenset({"subject.number", "subject.national"}),
    "unbind_batch": frozenset({"account.handle", "call.idempotency_key"}),
}


def _template(value: object) -> Template:
    if isinstance(value, Template):
        return value
    if not isinstance(value, str) or "${" not in value:
        raise ValueError('expected a placeholder, such as "${subject.number}"')
    return Template.parse(value)


def _check_entry_rules(rules: tuple[R, ...]) -> tuple[R, ...]:
    for index, rule in enumerate(require_entries(rules)):
        if rule.when.jmespath is None:
            raise ValueError(f"[{index}]: an entry does not have a status of its own; use jmespath")
        if not set(rule.when.status or ()).issubset(SUCCESS):
            raise ValueError(f"[{index}]: only a reply with a 2xx has entries")
    return rules


class EntryKey(Model):
    """Whose an entry is: the value at `read` must equal `expected` of that number or order."""

    read: JmesPath = Field(alias="from", description="a JMESPath expression")
    expected: Annotated[Template, PlainValidator(_template, json_schema_input_type=str)] = Field(
        alias="is", description='a placeholder, such as "${subject.number}"'
    )


class BatchSection(Model):
    """`entries` finds the list of entries in the reply. The outcomes read one entry each."""

    request: Request = Field(description="a mapping with method, path and json")
    entries: JmesPath = Field(description="a JMESPath expression that finds the list of entries")
    key: EntryKey = Field(description="a mapping with from and is")


class LookupBatchSection(BatchSection):
    outcomes: Annotated[tuple[LookupRule, ...], AfterValidator(_check_entry_rules)] = Field(
        description="a list of outcomes, the first that holds wins"
    )


class UnbindBatchSection(BatchSection):
    outcomes: Annotated[tuple[ActionRule, ...], AfterValidator(_check_entry_rules)] = Field(
        description="a list of outcomes, the first that holds wins"
    )


def request_problems(
    request: object, entry: frozenset[str], settings: set[str], where: FieldPath
) -> Iterator[FieldProblem]:
    """Check that a batch has one list with a node per entry, and that values of an entry stay in
    it. `entry` are the names of these values."""
    lists = list(find_each(request, where))
    body = (*where, "json")
    if sum(place[: len(body)] == body for place, _ in lists) != 1 or len(lists) != 1:
        yield body, f'expected one {{{EACH}: ...}}, such as {{phones: {{{EACH}: "..."}}}}'
        return
    ((place, node),) = lists
    if len(node) > 1:
        yield place, f"{EACH} must be the only key of its mapping"
    yield from unknown_placeholders(node[EACH], entry | settings, (*place, EACH))
    for at, name in placeholders(request, where):
        if at[: len(place)] == place:
            continue
        if name in entry:
            yield at, f"${{{name}}} belongs to one entry; put it into {EACH}"
        elif name not in settings:
            yield from unknown_placeholders(f"${{{name}}}", settings, at)


def key_problems(key: object, names: frozenset[str], where: FieldPath) -> Iterator[FieldProblem]:
    """Check the entry key; one of `names` must identify the entries."""
    for template in children_at(key, "is"):
        found = {name for _, name in placeholders(template)}
        yield from unknown_placeholders(template, names, (*where, "is"))
        if not found & names and not found:
            expected = " or ".join(f"${{{name}}}" for name in sorted(names))
            yield (*where, "is"), f"expected {expected}"


def find_each(node: object, where: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    """Yield every mapping that produces a list with one node per entry, with its path."""
    if is_mapping(node):
        if EACH in node:
            yield where, node
        for key, value in node.items():
            yield from find_each(value, (*where, key))
    elif is_list(node):
        for index, value in enumerate(node):
            yield from find_each(value, (*where, index))


def split_entries(
    section: BatchSection, answer: ParsedAnswer, wanted: Sequence[str], errors: Sequence[ErrorRule]
) -> list[ParsedAnswer | ProtocolFault]:
    """Return what the reply says about each of the `wanted` keys, in their order.

    A missing or repeated entry is a fault of that key alone; unrequested entries and those without
    a key are ignored. Raises `ConnectorError` for a reply without entries.
    """
    rows: dict[str, list[Json]] = {}
    for row in _rows(section, answer, errors):
        try:
            rows.setdefault(identifier(section.key.read, row), []).append(row)
        except ProtocolFault:
            continue
    found: list[ParsedAnswer | ProtocolFault] = []
    for key in wanted:
        match rows.get(key, ()):
            case [row]:
                found.append(replace(answer, document=row, empty=False))
            case []:
                text = "the answer to the batch lacks this entry"
                found.append(ProtocolFault(text, maybe_done=answer.write))
            case _:
                text = "the answer to the batch has this entry twice"
                found.append(ProtocolFault(text, maybe_done=answer.write))
    return found


def _rows(section: BatchSection, answer: ParsedAnswer, errors: Sequence[ErrorRule]) -> list[Json]:
    if answer.status in SUCCESS and not answer.empty:
        try:
            rows = section.entries.read(answer.document)
        except ProtocolFault:
            rows = None
        if is_list(rows) and rows:
            return rows
    raise answer.failure(errors)
