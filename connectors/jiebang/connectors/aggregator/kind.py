"""The kind `aggregator`: built like `rest`, plus a list of platforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jiebang.connectors.aggregator.connector import AggregatorConnector
from jiebang.connectors.aggregator.model import Aggregator
from jiebang.connectors.manifest import manifest_error, validate_manifest
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.template import placeholders, unknown_placeholders
from jiebang.connectors.manifest.tree import children_at, is_mapping
from jiebang.connectors.rest.check import (
    SECTIONS,
    consistency_problems,
    field_problems,
    shape_problems,
)
from jiebang.connectors.rest.kind import spec_of
from jiebang.connectors.rest.python_step import load_functions
from jiebang.sdk import Connector, Discovery, ManifestDocument

ASKED = "call.platforms"
#: Sections of a `rest` manifest that a manifest for many platforms must not have.
NOT_HERE = ("lookups", "lookup_status", "lookup_batch", "unbind_batch")


class AggregatorKind:
    """Builds connectors from manifests with ``kind: aggregator``."""

    name = "aggregator"
    model = Aggregator

    def __init__(self, *, code_allowed: bool = False) -> None:
        """`code_allowed`: manifests may name Python functions, for their orders only."""
        self._code_allowed = code_allowed

    def build(self, document: ManifestDocument) -> Connector:
        data = document.data
        shape = [*shape_problems(data, lookups=frozenset({ASKED})), *_shape_problems(data)]
        manifest = validate_manifest(Aggregator, document, shape)
        functions, problems = load_functions(data, SECTIONS, allowed=self._code_allowed)
        found = [
            *problems,
            *consistency_problems(manifest, data),
            *field_problems(manifest),
            *_entry_problems(manifest),
        ]
        if found:
            raise manifest_error(document, found)
        section = manifest.catalogue
        discovery = Discovery(refresh=section.refresh, max_shrink=section.max_shrink)
        return AggregatorConnector(spec_of(manifest, discovery), manifest, functions=functions)


def _shape_problems(data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in NOT_HERE:
        if name in data:
            yield (name,), "not for an aggregator: its lookup has an entry for each platform"
    config = data.get("config")
    settings = {f"config.{name}" for name in config} if is_mapping(config) else set[str]()
    for request in children_at(data.get("catalogue"), "request"):
        yield from unknown_placeholders(request, settings, ("catalogue", "request"))
    for request in children_at(data.get("lookup"), "request"):
        for where, name in placeholders(request, ("lookup", "request")):
            if name == ASKED and not _is_whole(data, where):
                yield where, f"${{{ASKED}}} is a list: use it as a whole value in json"


def _is_whole(data: Mapping[str, Any], where: tuple[str | int, ...]) -> bool:
    found: list[Any] = [data]
    for part in where:
        found = [child for node in found for child in children_at(node, part)]
    return where[2] == "json" and found == [f"${{{ASKED}}}"]


def _entry_problems(manifest: Aggregator) -> Iterator[FieldProblem]:
    section = manifest.lookup
    if section is None:
        return
    if section.pages is not None:
        yield ("lookup", "pages"), "not for an aggregator: request its platforms all at once"
    for index, rule in enumerate(section.outcomes):
        where = ("lookup", "outcomes", index)
        if rule.when.status is not None:
            yield (*where, "when", "status"), "an entry does not have a status; use only jmespath"
        if rule.pending is not None:
            yield (*where, "pending"), "a lookup at several platforms cannot be pending"
        if rule.python is not None:
            yield (*where, "python"), "not for an aggregator: write the connector in Python"
    for index, error in enumerate(section.errors):
        if error.when.status is not None:
            place = ("lookup", "errors", index, "when", "status")
            yield place, "an entry does not have a status; use only jmespath"
