"""Manifests: connectors that are data. Reading, checking with places, typed substitution."""

from jiebang.connectors.manifest.expression import Expression
from jiebang.connectors.manifest.field import Model
from jiebang.connectors.manifest.head import Head
from jiebang.connectors.manifest.inheritance import extended, is_family
from jiebang.connectors.manifest.problem import Fault, ManifestError, Place, complain, validated
from jiebang.connectors.manifest.reading import read, read_list
from jiebang.connectors.manifest.template import Template, Values

__all__ = [
    "Expression",
    "Fault",
    "Head",
    "ManifestError",
    "Model",
    "Place",
    "Template",
    "Values",
    "complain",
    "extended",
    "is_family",
    "read",
    "read_list",
    "validated",
]
