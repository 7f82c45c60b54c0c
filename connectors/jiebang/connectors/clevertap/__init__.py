"""The kind `clevertap`: the profiles of one CleverTap account."""

from jiebang.connectors.clevertap.kind import ClevertapKind

__all__ = ["ClevertapKind"]
