"""Typed substitution: `${name}` in the values of a request.

JSON is never assembled from strings: a value that is exactly one placeholder keeps its type, and
inside a longer text it is text. So a number or a handle cannot change the structure of what is
sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from jiebang.connectors.manifest.problem import FieldProblem, suggestion
from jiebang.connectors.manifest.tree import FieldPath, is_list, is_mapping
from jiebang.sdk import ConfigFault, ProtocolFault, Secret, Unsupported

Value = str | int | bool | date | Secret | tuple[str, ...] | None
Values = Mapping[str, Value]

#: Produces a list with one node per entry of a batch: ``{$each: "${subject.number}"}``.
EACH = "$each"

_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Text with placeholders: `parts` alternates between text and names, text first."""

    parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        return cls(tuple(_PLACEHOLDER.split(text)))

    @property
    def single_name(self) -> str | None:
        """The name, if the text is exactly one placeholder."""
        return self.parts[1] if len(self.parts) == 3 and not self.parts[0] + self.parts[2] else None

    def text(self, values: Values) -> str:
        """Fill in every placeholder. Raises `Unsupported` for an unknown value."""
        return "".join(
            _text(part, values) if index % 2 else part for index, part in enumerate(self.parts)
        )

    def path(self, values: Values) -> str:
        """Fill in a path: values are percent-encoded and stay within their segment.

        Raises `ProtocolFault` for a value that would make the path refer to another resource.
        """
        filled = "".join(
            quote(_text(part, values), safe="") if index % 2 else part
            for index, part in enumerate(self.parts)
        )
        if any(segment in ("", ".", "..") for segment in filled.split("/")[1:]):
            raise ProtocolFault("a value cannot be used in a path")
        return filled


def _value(name: str, values: Values) -> Any:
    if name not in values:
        raise ConfigFault(f"the value {name} is missing")
    value = values[name]
    if isinstance(value, Secret):
        return value.reveal()
    return value.isoformat() if isinstance(value, date) else value


def _text(name: str, values: Values) -> str:
    value = _value(name, values)
    if value is None:
        raise Unsupported(f"{name} is unknown, and the request needs it")
    return str(value)


def compile_tree(node: Any) -> Any:
    """Return the same tree with every text that contains a placeholder turned into a `Template`."""
    if isinstance(node, str):
        return Template.parse(node) if "${" in node else node
    if is_mapping(node):
        return {key: compile_tree(value) for key, value in node.items()}
    if is_list(node):
        return [compile_tree(value) for value in node]
    return node


def fill_tree(node: Any, values: Values, entries: Sequence[Values] = ()) -> Any:
    """Fill in the compiled tree. A field whose value is unknown is omitted. `entries` are the
    values of each entry of a batch."""
    if isinstance(node, Template):
        return node.text(values) if node.single_name is None else _value(node.single_name, values)
    if is_mapping(node):
        if EACH in node:
            return [fill_tree(node[EACH], entry) for entry in entries]
        return {
            key: value
            for key, template in node.items()
            if (value := fill_tree(template, values, entries)) is not None or template is None
        }
    if is_list(node):
        return [fill_tree(value, values, entries) for value in node]
    return node


def require_one_line(text: str) -> str:
    """Validate a header value. Raises `ProtocolFault`, as the value comes from the platform."""
    if any(mark in text for mark in "\r\n\0"):
        raise ProtocolFault("a value cannot be used in a header: it contains a line break")
    return text


def header_texts(headers: Mapping[str, str | Template], values: Values) -> dict[str, str]:
    """Fill in the headers. Raises `ProtocolFault` for a value with a line break that does not come
    from the operator; the client itself refuses those in settings."""
    for template in headers.values():
        for name in template.parts[1::2] if isinstance(template, Template) else ():
            if not name.startswith("config.") and isinstance(value := values.get(name), str):
                require_one_line(value)
    return dict(fill_tree(headers, values))


def placeholders(node: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Yield every placeholder in a parsed tree, with its path."""
    if isinstance(node, str):
        yield from ((where, name) for name in _PLACEHOLDER.findall(node))
        if "${" in _PLACEHOLDER.sub("", node):
            yield where, "{"
    elif is_mapping(node):
        for key, value in node.items():
            yield from placeholders(value, (*where, key))
    elif is_list(node):
        for index, value in enumerate(node):
            yield from placeholders(value, (*where, index))


def unknown_placeholders(
    node: Any, known: Collection[str], where: FieldPath
) -> Iterator[FieldProblem]:
    """Report every placeholder whose name is not `known` at this place."""
    for place, name in placeholders(node, where):
        if name == "{":
            yield place, "an unclosed placeholder; expected ${name}"
        elif name not in known:
            yield place, f"unknown placeholder ${{{name}}}; {suggestion(name, known)}"
