"""The levels that the conformance kit found for the connectors that ship, as a file beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jiebang.connectors import CATALOGUE
from jiebang.gateway.flows.coverage import ConnectorLevel, Levels
from jiebang.sdk import ConnectorSpec

#: ``{connector id: {"version": ..., "level": ...}}``; the kit writes it, a test compares it. A
#: level of null: examined, and not even listed.
LEVELS_FILE = CATALOGUE / "levels.json"


def level_of(spec: ConnectorSpec, levels: Levels) -> str:
    """The level in words; empty when this version was not examined."""
    version, level = levels.get(spec.id, ("", None))
    return level.value if level is not None and version == spec.version else ""


def load_levels(file: Path = LEVELS_FILE) -> Levels:
    """Empty where nobody has computed any."""
    if not file.exists():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return {
        connector: (str(one["version"]), ConnectorLevel(str(one["level"]).lower()))
        for connector, one in found.items()
        if one["level"] is not None
    }
