"""A dictionary with known keys, declared in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A TypedDict: annotations by key, and the keys that may be missing."""

    about: str
    fields: Mapping[str, str]
    optional_keys: frozenset[str] = frozenset()

    def render(self, name: str) -> str:
        notes = {
            key: f"NotRequired[{kind}]" if key in self.optional_keys else kind
            for key, kind in self.fields.items()
        }
        if any(key.startswith("__") for key in notes):  # a class would mangle it
            listed = ", ".join(f'"{key}": {kind}' for key, kind in notes.items())
            return f'{name} = TypedDict("{name}", {{{listed}}})\n"""{self.about}"""\n'
        body = "".join(f"    {key}: {kind}\n" for key, kind in notes.items())
        return f'class {name}(TypedDict):\n    """{self.about}"""\n\n{body}'
