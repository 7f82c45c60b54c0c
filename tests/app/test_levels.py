"""The levels shipped beside the connectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiebang.app.levels import load_levels
from jiebang.gateway.flows.coverage import ConnectorLevel


def read_level(folder: Path, level: str | None) -> object:
    file = folder / "levels.json"
    file.write_text(json.dumps({"net_disk": {"version": "1.2.0", "level": level}}))
    return load_levels(file)


def test_a_level_goes_with_the_version_that_was_examined(tmp_path: Path) -> None:
    assert read_level(tmp_path, "silver") == {"net_disk": ("1.2.0", ConnectorLevel.SILVER)}


def test_what_reached_no_level_or_was_never_examined_has_none(tmp_path: Path) -> None:
    assert read_level(tmp_path, None) == load_levels(tmp_path / "missing.json") == {}


def test_a_level_nobody_knows_is_no_level(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="platinum"):
        read_level(tmp_path, "platinum")


def test_those_that_ship_can_be_read() -> None:
    assert all(version for version, _ in load_levels().values())
