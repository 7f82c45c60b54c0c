"""Manifests inside the tests: the same text is taken apart once in a process.

Hundreds of tests load everything that ships, and nine tenths of that is the YAML package, which
makes the same nodes of the same text. Nobody changes nodes: a reader makes new values of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ruamel.yaml import YAML

from jiebang.connectors.manifest import reading


@cache
def _composed(text: str) -> Any:
    yaml: Any = YAML(pure=True)
    return yaml.compose(text)


class _Composer:
    """What the reader of manifests takes for the YAML package."""

    def __init__(self, *, pure: bool) -> None:
        assert pure, "the reader makes no other"

    def compose(self, text: str) -> Any:
        return _composed(text)


def compose_once() -> None:
    """From now on, for every manifest read in this process. What is wrong with a text is raised
    anew each time: errors are not kept."""
    reading.YAML = _Composer  # type: ignore[assignment,attr-defined]  # all that it uses of it
