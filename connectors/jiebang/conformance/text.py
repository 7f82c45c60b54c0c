"""Strings in replies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from jiebang.conformance.exchange import Exchange, InvalidJson


def texts(exchanges: Iterable[Exchange]) -> frozenset[str]:
    """Yield every string value of a JSON reply."""
    found: set[str] = set()
    for exchange in exchanges:
        if exchange.response is not None:
            try:
                found.update(_texts(exchange.response.json()))
            except InvalidJson:
                continue
    return frozenset(found)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for one in cast(dict[str, object], node).values():
            yield from _texts(one)
    elif isinstance(node, list):
        for one in cast(list[object], node):
            yield from _texts(one)
