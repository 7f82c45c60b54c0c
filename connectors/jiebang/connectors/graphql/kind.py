"""The kind `graphql`: its manifest is translated into one of kind `rest`.

A GraphQL request is a POST with a JSON body, so credentials, pages, keys, outcomes and callbacks
work as in the kind `rest`. The difference: a result with errors is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import parse

from jiebang.connectors.graphql.document import (
    choose_operation,
    document_problems,
    locked_schema,
    texts,
)
from jiebang.connectors.graphql.model import DocumentSection, Graphql
from jiebang.connectors.manifest import manifest_error, validate_manifest
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.template import unknown_placeholders
from jiebang.connectors.manifest.tree import FieldPath, is_mapping
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.check import (
    SECTIONS,
    consistency_problems,
    field_problems,
    lookup_sections,
    shape_problems,
)
from jiebang.connectors.rest.kind import spec_of
from jiebang.connectors.rest.model import HttpManifest, Rest
from jiebang.connectors.rest.python_step import find_functions
from jiebang.connectors.rest.rule import ErrorRule
from jiebang.sdk import Connector, ErrorCode, ManifestDocument

OWN = frozenset(DocumentSection.model_fields)
ACCEPT = "application/graphql-response+json, application/json;q=0.9"

#: The meaning of common codes of GraphQL errors inside a 200. A manifest's own `errors` take
#: precedence.
CODES: Mapping[str, ErrorCode] = {
    "UNAUTHENTICATED": ErrorCode.CREDENTIALS,
    "FORBIDDEN": ErrorCode.CREDENTIALS,
    "RATE_LIMITED": ErrorCode.RATE_LIMITED,
    "TOO_MANY_REQUESTS": ErrorCode.RATE_LIMITED,
    "THROTTLED": ErrorCode.RATE_LIMITED,
    "GRAPHQL_PARSE_FAILED": ErrorCode.REJECTED,
    "GRAPHQL_VALIDATION_FAILED": ErrorCode.REJECTED,
    "INTERNAL_SERVER_ERROR": ErrorCode.UNAVAILABLE,
    "SERVICE_UNAVAILABLE": ErrorCode.UNAVAILABLE,
}


class GraphqlKind:
    """Builds connectors from manifests with ``kind: graphql``."""

    name = "graphql"
    model = Graphql

    def build(self, document: ManifestDocument) -> Connector:
        data = document.data
        found = [*shape_problems(data, "variables", "document"), *_path_problems(data)]
        manifest = validate_manifest(Graphql, document, found)
        documents = texts(manifest, document)
        schema = locked_schema(manifest, document)
        found = [
            *consistency_problems(manifest, data),
            *_field_problems(manifest),
            *_code_problems(data),
            *document_problems(manifest, documents, schema),
        ]
        if found:
            raise manifest_error(document, found)
        rest = translate_to_rest(manifest, documents)
        if found := list(field_problems(rest)):
            raise manifest_error(document, found)
        return RestConnector(spec_of(rest), rest, error_field="errors")


def translate_to_rest(manifest: Graphql, documents: Mapping[FieldPath, str]) -> Rest:
    """Return the equivalent manifest of kind `rest`."""
    fields: dict[str, Any] = {name: getattr(manifest, name) for name in HttpManifest.model_fields}

    def section(where: FieldPath, asked: DocumentSection) -> dict[str, Any]:
        body: dict[str, Any] = {"query": documents[where]}
        operation = choose_operation(parse(documents[where]), asked.operation)
        if operation.name is not None:
            body["operationName"] = operation.name.value
        body["variables"] = asked.variables
        request = {
            "method": "POST",
            "path": manifest.path,
            "headers": {"Accept": ACCEPT},
            "json": body,
        }
        kept = {
            name: getattr(asked, name) for name in ("outcomes", "pages") if hasattr(asked, name)
        }
        return {"request": request, **kept}

    for name in ("lookup", "lookup_status", "status", "withdraw", *manifest.actions):
        if (asked := getattr(manifest, name)) is not None:
            fields[name] = section((name,), asked)
    if manifest.lookups is not None:
        fields["lookups"] = [
            section(("lookups", index), asked) for index, asked in enumerate(manifest.lookups)
        ]
    fields["errors"] = (*manifest.errors, *_common_errors())
    return Rest.model_validate(fields)


def _common_errors() -> Iterator[ErrorRule]:
    for word, code in CODES.items():
        yield ErrorRule.model_validate(
            {
                "when": {"jmespath": f"errors[?extensions.code == '{word}']"},
                "raise": code,
                "platform_code": "errors[0].extensions.code",
            }
        )


def _path_problems(data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    config = data.get("config")
    settings = {f"config.{name}" for name in config} if is_mapping(config) else set[str]()
    yield from unknown_placeholders(data.get("path"), settings, ("path",))


def _code_problems(data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for where, _, _ in find_functions(data, SECTIONS):
        yield where, "functions read answers in rest manifests only"


def _field_problems(manifest: Graphql) -> Iterator[FieldProblem]:
    """Check that values are put into variables, not elsewhere into the body of the request."""
    fields: list[tuple[FieldPath, str | None]] = [
        (("idempotency", "field"), manifest.idempotency.field)
    ]
    for where, looking in lookup_sections(manifest):
        if looking.pages is not None:
            fields.append(((*where, "pages", "field"), looking.pages.field))
    for where, field in fields:
        if field is not None and not field.startswith("variables."):
            yield where, "expected a variable, such as variables.after"
