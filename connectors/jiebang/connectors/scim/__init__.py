"""The kind `scim`: any server that speaks SCIM 2.0 (RFC 7643, RFC 7644), with no code."""

from jiebang.connectors.scim.connector import ScimConnector
from jiebang.connectors.scim.kind import ScimKind

__all__ = ["ScimConnector", "ScimKind"]
