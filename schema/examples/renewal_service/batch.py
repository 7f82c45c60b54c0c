"""A batch, out of CSV or JSON Lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from renewal_service.order import Fault, Order, order

#: What the columns are called, by us and in the exports of others.
_NUMBER = ("number", "号码", "手机号", "手机号码", "电话号码")
_DAY = ("activated_on", "入网时间", "入网日期", "激活日期")


class UnusableBatch(Exception):
    """Nothing of it can be read; the text says what to do."""


def read(data: bytes) -> Iterator[Order | Fault]:
    """Every line that is not blank, in order; lines count from 1, as editors show them.

    The same number on the same day a second time is DUPLICATE, on another day CONTRADICTION.
    Raises `UnusableBatch`.
    """
    seen = dict[str, Order]()
    for item in _items(_text(data)):
        earlier = seen.get(item.number) if isinstance(item, Order) else None
        if isinstance(item, Fault) or earlier is None:
            if isinstance(item, Order):
                seen[item.number] = item
            yield item
        elif earlier.activated_on == item.activated_on:
            yield Fault(line=item.line, result="DUPLICATE", why=f"As line {earlier.line}.")
        else:
            why = f"Another day than in line {earlier.line}, which counts."
            yield Fault(line=item.line, result="CONTRADICTION", why=why)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # a mark of the order of bytes; Chinese Windows
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableBatch("The batch is neither UTF-8 nor GB 18030 text. Save it as UTF-8.")


def _items(text: str) -> Iterator[Order | Fault]:
    every = enumerate(re.split("\r\n?|\n", text), 1)
    lines = [(line, said) for line, said in every if said.strip(" ,\t")]
    if not lines:
        return
    if lines[0][1].lstrip().startswith("{"):
        yield from (_json(line, said) for line, said in lines)
        return
    header = [cell.strip().lower() for cell in _cells(lines[0][1]) or ()]
    number, day = (_column(header, names) for names in (_NUMBER, _DAY))
    if number is None or day is None:
        raise UnusableBatch(
            f"Line {lines[0][0]}: the columns are called number and activated_on, or 号码 and "
            "入网时间. Add a first line that says so."
        )
    for line, said in lines[1:]:
        cells = _cells(said)
        if cells is None or len(cells) != len(header):
            yield Fault(line=line, result="MALFORMED", why="It has not as many cells as columns.")
        else:
            yield order(line, cells[number], cells[day])


def _cells(said: str) -> list[str] | None:
    """Line by line: a quotation mark too many spoils one line and not all that follow."""
    try:
        return next(csv.reader([said], strict=True))
    except csv.Error:
        return None


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _json(line: int, said: str) -> Order | Fault:
    try:
        item: Any = json.loads(said)
        return order(line, *(_value(item, names) for names in (_NUMBER, _DAY)))
    except (ValueError, LookupError, TypeError):
        why = "It is no JSON object with the texts number and activated_on."
        return Fault(line=line, result="MALFORMED", why=why)


def _value(item: Any, names: tuple[str, ...]) -> str:
    value = item[next((name for name in names if name in item), names[0])]
    if not isinstance(value, str):
        raise TypeError
    return value
