"""The kind `rest`: a platform's JSON interface described in YAML, with no code."""

from jiebang.connectors.rest.connector import RestConnector
from jiebang.connectors.rest.kind import RestKind

__all__ = ["RestConnector", "RestKind"]
