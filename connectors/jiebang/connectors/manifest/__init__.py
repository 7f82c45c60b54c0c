"""Manifests, connectors as data: parsing, validation with positions, typed substitution."""

from jiebang.connectors.manifest.expression import Expression
from jiebang.connectors.manifest.field import Model
from jiebang.connectors.manifest.head import Head
from jiebang.connectors.manifest.inheritance import is_family, resolve_extends
from jiebang.connectors.manifest.problem import (
    FieldProblem,
    ManifestError,
    ManifestProblem,
    manifest_error,
    validate_manifest,
)
from jiebang.connectors.manifest.reading import read, read_list
from jiebang.connectors.manifest.template import Template, Values

__all__ = [
    "Expression",
    "FieldProblem",
    "Head",
    "ManifestError",
    "ManifestProblem",
    "Model",
    "Template",
    "Values",
    "is_family",
    "manifest_error",
    "read",
    "read_list",
    "resolve_extends",
    "validate_manifest",
]
