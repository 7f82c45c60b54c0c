"""What an error says: English in the code, and what it takes to say it in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString, Self


class Wording(str):
    """English text whose template and values are kept, so that a catalogue can translate it.

    ``Wording("A page has 1 to {most} renewals.", most=100)``: the template stands in the code as
    a literal, with names in braces for what varies; a brace itself is doubled. Values are
    numbers, names that no language changes, or wordings. A test refuses a template without a
    translation.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, str | int]

    def __new__(cls, template: LiteralString, /, **values: str | int) -> Self:
        self = super().__new__(cls, template.format(**values))
        self.template = template
        self.values = values
        return self
