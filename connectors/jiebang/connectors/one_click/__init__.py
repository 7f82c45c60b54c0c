"""A connector in Python: the sandbox's one-click service, which covers several platforms.

It shows what needs code: one answer per platform, some of which may fail.
"""

from __future__ import annotations

from jiebang.connectors.one_click.connector import OneClick
from jiebang.sdk import Registry, hookimpl

__all__ = ["OneClick", "jiebang_register_connectors"]


@hookimpl
def jiebang_register_connectors(registry: Registry) -> None:
    registry.add(OneClick())
