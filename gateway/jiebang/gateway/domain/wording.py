"""Translatable messages: English in the code, with the template and values for other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString, Self


class Wording(str):
    """English text that keeps its template and values, so that a catalogue can translate it.

    ``Wording("A page has 1 to {most} renewals.", most=100)``: the template must be a literal, with
    names in braces for values and doubled braces for literal ones. Values are numbers, names that
    stay the same in every language, or wordings. A test rejects a template without a translation.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, str | int]

    def __new__(cls, template: LiteralString, /, **values: str | int) -> Self:
        self = super().__new__(cls, template.format(**values))
        self.template = template
        self.values = values
        return self
