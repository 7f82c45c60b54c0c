"""The levels of the connectors that ship, as the conformance kit computed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from jiebang.connectors import CATALOGUE
from jiebang.sdk import ConnectorSpec

FILE = CATALOGUE / "levels.json"


def known_levels() -> Mapping[str, Mapping[str, Any]]:
    """By connector: the version that was examined, and its level."""
    return orjson.loads(FILE.read_bytes()) if FILE.is_file() else {}


def level_of(spec: ConnectorSpec, levels: Mapping[str, Mapping[str, Any]]) -> str:
    """Empty when this version was not examined."""
    known = levels.get(spec.id, {})
    return str(known.get("level", "")).lower() if known.get("version") == spec.version else ""
