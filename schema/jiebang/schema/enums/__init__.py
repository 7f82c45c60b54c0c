"""The gateway's closed lists in the words of the schema.

Importing this describes them; a type that uses one before would make it an enum without a word.
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
