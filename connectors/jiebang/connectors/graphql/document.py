"""The GraphQL documents of a manifest: read, parsed, and validated against the locked schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from jiebang.connectors.graphql.lock import describe_error, parse_schema
from jiebang.connectors.graphql.model import DocumentSection, Graphql
from jiebang.connectors.manifest.problem import FieldProblem, manifest_error, suggestion
from jiebang.connectors.manifest.sibling_file import read_sibling
from jiebang.connectors.manifest.tree import FieldPath
from jiebang.connectors.rest.check import lookup_sections
from jiebang.sdk import ActionKind, ContractError, ManifestDocument

#: Orders are mutations; everything else only reads.
ORDERS = frozenset({*(kind.value for kind in ActionKind), "withdraw"})
_FILE = re.compile(r"[^\s{}]+\.(graphql|gql)")


def sections(manifest: Graphql) -> Iterator[tuple[FieldPath, DocumentSection]]:
    """Yield every section that sends a document, with its path."""
    yield from lookup_sections(manifest)
    for name, acting in manifest.actions.items():
        yield (name,), acting
    for name, other in (("status", manifest.status), ("withdraw", manifest.withdraw)):
        if other is not None:
            yield (name,), other


def texts(manifest: Graphql, document: ManifestDocument) -> dict[FieldPath, str]:
    """Return the text of each section's document. Raises `ContractError` for a missing file."""
    found: dict[FieldPath, str] = {}
    for where, section in sections(manifest):
        text = section.document
        if _FILE.fullmatch(text):
            text = read_sibling(document, (*where, "document"), text)
        found[where] = text
    return found


def locked_schema(manifest: Graphql, document: ManifestDocument) -> GraphQLSchema | None:
    """Parse the schema named by `schema_lock`. Raises `ContractError`."""
    if manifest.schema_lock is None:
        return None
    where = ("schema_lock",)
    try:
        return parse_schema(read_sibling(document, where, manifest.schema_lock))
    except ContractError as error:
        if str(error).startswith("not a schema"):
            raise manifest_error(document, [(where, str(error))]) from None
        raise


def document_problems(
    manifest: Graphql, found: Mapping[FieldPath, str], schema: GraphQLSchema | None
) -> Iterator[FieldProblem]:
    """Return what is wrong with the documents and with their variables."""
    key = (manifest.idempotency.field or "").split(".")
    for where, section in sections(manifest):
        place = (*where, "document")
        text = found[where]
        if "${" in text:
            yield place, "values go into variables; a document must not contain placeholders"
            continue
        try:
            parsed = parse(text)
            operation = choose_operation(parsed, section.operation)
        except GraphQLError as error:
            yield place, f"not a GraphQL document: {describe_error(error)}"
            continue
        except ValueError as error:
            yield place, str(error)
            continue
        wanted = OperationType.MUTATION if where[0] in ORDERS else OperationType.QUERY
        if operation.operation is not wanted:
            yield place, f"expected a {wanted.value}, not a {operation.operation.value}"
        filled = key[1:2] if where[0] in ORDERS and key[0] == "variables" else []
        yield from _variable_problems(where, operation, section.variables, filled)
        yield from ((place, describe_error(error)) for error in _schema_errors(schema, parsed))


def choose_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Return the operation to execute. Raises ValueError if it is ambiguous."""
    found: dict[str | None, OperationDefinitionNode] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            found[definition.name.value if definition.name else None] = definition
        elif not isinstance(definition, FragmentDefinitionNode):
            raise ValueError("expected operations and fragments only, not a schema")
    if name is not None:
        if name not in found:
            raise ValueError(f"no operation {name}; {suggestion(name, filter(None, found))}")
        return found[name]
    if len(found) != 1:
        raise ValueError("expected one operation; of several, name one by operation: NAME")
    return next(iter(found.values()))


def _variable_problems(
    where: FieldPath,
    operation: OperationDefinitionNode,
    given: Mapping[str, Any],
    filled: list[str],
) -> Iterator[FieldProblem]:
    declared = {one.variable.name.value: one for one in operation.variable_definitions or ()}
    for name in given:
        if name not in declared:
            yield (
                (*where, "variables", name),
                f"the document has no such variable; {suggestion(name, declared)}",
            )
    for name, definition in declared.items():
        required = isinstance(definition.type, NonNullTypeNode) and definition.default_value is None
        if required and name not in given and name not in filled:
            yield (*where, "document"), f"the variable ${name} needs a value in variables"


def _schema_errors(schema: GraphQLSchema | None, document: DocumentNode) -> list[GraphQLError]:
    if schema is None:
        return []
    try:
        return validate(schema, document, max_errors=10)
    except TypeError as error:
        return [GraphQLError(f"the locked schema is not valid: {str(error).splitlines()[0]}")]
