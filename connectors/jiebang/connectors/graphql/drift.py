"""How far a platform's schema has diverged from the one a manifest locks."""

from __future__ import annotations

from dataclasses import dataclass

from jiebang.connectors.graphql.document import document_problems, texts
from jiebang.connectors.graphql.lock import Difference, differences, parse_schema
from jiebang.connectors.graphql.model import Graphql
from jiebang.connectors.manifest import (
    ManifestProblem,
    manifest_error,
    resolve_extends,
    validate_manifest,
)
from jiebang.connectors.manifest.sibling_file import read_sibling
from jiebang.sdk import ManifestDocument

_LOCK = ("schema_lock",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`lock` is the name of the locked schema's file; `broken` are the manifest's documents that
    are invalid under the current schema, with their places."""

    lock: str
    differences: tuple[Difference, ...]
    broken: tuple[ManifestProblem, ...]

    @property
    def is_breaking(self) -> bool:
        return bool(self.broken) or any(one.breaking for one in self.differences)


def drift(document: ManifestDocument, current: str) -> Drift:
    """Compare the schema that the manifest locks with `current`: SDL, or introspection JSON.

    Raises `ContractError` for a manifest without a lock, and for a `current` that is not a schema.
    """
    document = resolve_extends(document)
    if document.data.get("kind") != "graphql":
        raise manifest_error(
            document, [(("kind",), "expected graphql: only this kind locks a schema")]
        )
    manifest = validate_manifest(Graphql, document, [])
    if manifest.schema_lock is None:
        raise manifest_error(
            document, [(_LOCK, "expected the name of a schema beside the manifest")]
        )
    found = differences(read_sibling(document, _LOCK, manifest.schema_lock), current)
    problems = document_problems(manifest, texts(manifest, document), parse_schema(current))
    broken = manifest_error(document, list(problems)).problems
    return Drift(lock=manifest.schema_lock, differences=found, broken=broken)
