"""The gateway's enums with the descriptions of the schema.

Import this before the types: a type that uses an enum first would register it undescribed.
"""

from jiebang.schema.enums import (
    category,
    connector,
    eligibility,
    error_reason,
    guidance,
    outcome,
    status,
)

__all__ = [
    "category",
    "connector",
    "eligibility",
    "error_reason",
    "guidance",
    "outcome",
    "status",
]
