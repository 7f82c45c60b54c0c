"""A connector's level, as text."""

from __future__ import annotations

from jiebang.gateway.coverage import Levels
from jiebang.sdk import ConnectorSpec


def level_of(spec: ConnectorSpec, levels: Levels) -> str:
    """Empty when this version was not examined."""
    version, level = levels.get(spec.id, ("", None))
    return level.value if level is not None and version == spec.version else ""
