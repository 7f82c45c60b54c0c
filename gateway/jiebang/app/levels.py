"""The conformance levels of the shipped connectors, stored in a file beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jiebang.connectors import CATALOGUE
from jiebang.gateway.flows.coverage import ConnectorLevel, Levels
from jiebang.sdk import ConnectorSpec

#: ``{connector id: {"version": ..., "level": ...}}``, written by the kit and checked by a test. A
#: null level means tested, but not even listed.
LEVELS_FILE = CATALOGUE / "levels.json"


def level_of(spec: ConnectorSpec, levels: Levels) -> str:
    """Return the level as a word; empty if this version was not tested."""
    version, level = levels.get(spec.id, ("", None))
    return level.value if level is not None and version == spec.version else ""


def load_levels(file: Path = LEVELS_FILE) -> Levels:
    """Return the levels; empty if the file does not exist."""
    if not file.exists():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return {
        connector: (str(one["version"]), ConnectorLevel(str(one["level"]).lower()))
        for connector, one in found.items()
        if one["level"] is not None
    }
