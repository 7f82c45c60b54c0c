"""Read settings from the environment and one TOML file as plain data.

Only the form is checked here; `jiebang.app.settings.model` validates the values.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

PREFIX = "JIEBANG_"
SEPARATOR = "__"
#: The variable that names the file; the only one that is not a setting.
FILE_VARIABLE = f"{PREFIX}CONFIG"

Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """A problem with one setting, named as its environment variable. Contains no value."""

    setting: str
    message: str
    example: str = ""

    def __str__(self) -> str:
        shown = f" Example: {self.example}" if self.example else ""
        return f"{self.setting} {self.message}.{shown}"


@dataclass(frozen=True, slots=True)
class SettingsSource:
    """What was read, and what could not be read."""

    data: Data
    problems: list[SettingProblem] = field(default_factory=list[SettingProblem])


def read_environment(environment: Mapping[str, str]) -> SettingsSource:
    """Read every JIEBANG_ variable: `JIEBANG_A__B=c` becomes `{"a": {"b": "c"}}`; empty ones are
    ignored. Names become lower case."""
    source = SettingsSource({})
    names = [name for name in environment if name.startswith(PREFIX) and environment[name]]
    # Shorter names first, so that JIEBANG_A__B extends the JSON in JIEBANG_A.
    for name in sorted(names, key=lambda name: (name.count(SEPARATOR), name)):
        if name != FILE_VARIABLE:
            *parents, last = name.removeprefix(PREFIX).lower().split(SEPARATOR)
            node = _descend(source.data, parents)
            if node is None or not last:
                source.problems.append(SettingProblem(setting=name, message="fits no setting"))
            else:
                node[last] = environment[name]
    return source


def read_file(name: str) -> SettingsSource:
    """Read the TOML file called `name`."""
    try:
        return SettingsSource(tomllib.loads(Path(name).read_text(encoding="utf-8")))
    except OSError as error:
        what = f"names a file that cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        what = "names a file that is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        # Only the position: some messages quote the file.
        _, at, place = str(error).rpartition("(at ")
        what = "names a file that is not TOML" + (f" (at {place}" if at else "")
    return SettingsSource(
        {}, [SettingProblem(setting=FILE_VARIABLE, message=what, example="/etc/jiebang.toml")]
    )


def merge(base: Data, override: Data) -> Data:
    """Merge both; `override` takes precedence."""
    merged = dict(base)
    for name, value in override.items():
        below = merged.get(name)
        if isinstance(below, dict) and isinstance(value, dict):
            value = merge(cast(Data, below), cast(Data, value))
        merged[name] = value
    return merged


def parse_json(value: object) -> object:
    """Parse a text as JSON; other values are returned unchanged. Raises `ValueError`."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None


def _descend(data: Data, parents: list[str]) -> Data | None:
    node = data
    for part in parents:
        try:
            child = parse_json(node.get(part, {}))
        except ValueError:
            return None
        if not part or not isinstance(child, dict):
            return None
        node[part] = child
        node = cast(Data, child)
    return node
