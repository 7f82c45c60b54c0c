"""What a terminal is shown: text of others can neither move its cursor nor turn lines around."""

from __future__ import annotations

from unicodedata import category

#: Control and formatting characters (escape sequences, bidirectional overrides), halves of
#: surrogate pairs, and separators of lines that are no line feed.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def escape_controls(text: str) -> str:
    """The text with every character that a terminal may act on written as an escape, such as
    ``\\x1b``. Line feeds and tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        one.encode("unicode_escape").decode()
        if one not in "\n\t" and category(one) in _ACTIVE
        else one
        for one in text
    )
