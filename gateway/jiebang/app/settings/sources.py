"""Where settings come from: the environment and one TOML file, read into plain data.

Nothing is judged here but the form; `jiebang.app.settings.model` says what the values must be.
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
#: The variable that names the file; the only one that is no setting.
FILE_VARIABLE = f"{PREFIX}CONFIG"

Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """What is wrong with one setting, named as its environment variable. Holds no value."""

    setting: str
    message: str
    example: str = ""

    def __str__(self) -> str:
        shown = f" Example: {self.example}" if self.example else ""
        return f"{self.setting} {self.message}.{shown}"


@dataclass(frozen=True, slots=True)
class SettingsSource:
    """What was read, and what could not be."""

    data: Data
    problems: list[SettingProblem] = field(default_factory=list[SettingProblem])


def read_environment(environment: Mapping[str, str]) -> SettingsSource:
    """Every JIEBANG_ variable: `JIEBANG_A__B=c` is `{"a": {"b": "c"}}`, and an empty one is as
    good as none. Names become lower case."""
    source = SettingsSource({})
    names = [name for name in environment if name.startswith(PREFIX) and environment[name]]
    # The shorter first, so that JIEBANG_A__B adds to what JIEBANG_A holds as JSON.
    for name in sorted(names, key=lambda name: (name.count(SEPARATOR), name)):
        if name != FILE_VARIABLE:
            *parents, last = name.removeprefix(PREFIX).lower().split(SEPARATOR)
            node = _descend(source.data, parents)
            if node is None or not last:
                source.problems.append(SettingProblem(setting=name, message="fits nowhere"))
            else:
                node[last] = environment[name]
    return source


def read_file(name: str) -> SettingsSource:
    """The TOML file called `name`."""
    try:
        return SettingsSource(tomllib.loads(Path(name).read_text(encoding="utf-8")))
    except OSError as error:
        what = f"names a file that cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        what = "names a file that is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        # Only the place: the message of some faults quotes the file.
        _, at, place = str(error).rpartition("(at ")
        what = "names a file that is not TOML" + (f" (at {place}" if at else "")
    return SettingsSource(
        {}, [SettingProblem(setting=FILE_VARIABLE, message=what, example="/etc/jiebang.toml")]
    )


def merge(base: Data, override: Data) -> Data:
    """Both together; where both say something, `over` counts."""
    merged = dict(base)
    for name, value in override.items():
        below = merged.get(name)
        if isinstance(below, dict) and isinstance(value, dict):
            value = merge(cast(Data, below), cast(Data, value))
        merged[name] = value
    return merged


def parse_json(value: object) -> object:
    """What a text holds as JSON; other values as they are. Raises `ValueError`."""
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
