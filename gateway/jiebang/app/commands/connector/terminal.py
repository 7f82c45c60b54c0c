"""Terminal-safe text: third-party text must not move the cursor or reverse lines."""

from __future__ import annotations

from unicodedata import category

#: Control and formatting characters (escape sequences, bidirectional overrides), surrogates, and
#: line separators other than the line feed.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def escape_controls(text: str) -> str:
    r"""Escape every character that a terminal may interpret, as in ``\x1b``. Line feeds and tabs
    stay."""
    if text.isprintable():
        return text
    return "".join(
        one.encode("unicode_escape").decode()
        if one not in "\n\t" and category(one) in _ACTIVE
        else one
        for one in text
    )
