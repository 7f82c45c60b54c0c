"""Remove phone numbers and secrets from text before it is logged.

Rather too much is removed than too little: a log line without its order number is a nuisance, a log
line with somebody's phone number is a leak.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

NUMBER, TOKEN, SECRET = "<number>", "<token>", "<secret>"

#: Shorter values would remove ordinary words and digits from every line.
MIN_SECRET_LENGTH = 4
MAX_DEPTH = 8

#: Names whose values are always secret, with - as _.
SECRET_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "authorization",
        "cookie",
        "password",
        "proxy_authorization",
        "secret",
        "set_cookie",
        "token",
        "x_api_key",
    }
)

# What people and encodings put between digits; `+` is a space in a form. Bounded, so that a line of
# nothing but fillers is not expensive; no accepted number has as many.
_FILLER = r"[\s\-\u2010-\u2015\u2212\u00ad\u200b-\u200d\u2060\ufeff()+]{0,60}"
_NUMBER = re.compile(
    rf"(?<!\d)(?:(?:\+{_FILLER}|0{_FILLER}0{_FILLER})?8{_FILLER}6{_FILLER})?"
    rf"1{_FILLER}[3-9](?:{_FILLER}\d){{9}}(?!\d)"
    rf"|\+{_FILLER}[1-9](?:{_FILLER}\d){{6,14}}(?!\d)"
)
_WIDE = re.compile(r"[^\x00-\x7f]")
#: The two kinds of escapes: percent-encoding, and that of JSON, Python and the like.
_ESCAPES = (
    re.compile(r"(?:%[0-9A-Fa-f]{2})+|[^\x00-\x7f]"),
    re.compile(
        r"(?:\\u[0-9A-Fa-f]{4})+|\\(?:U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[\\nrt])|[^\x00-\x7f]"
    ),
)
_SIMPLE = {"\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}
#: Maximum depth of nested escapes.
_MAX_ESCAPE_LAYERS = 3
_CREDENTIALS = (
    (re.compile(r"(?i)\b(bearer)(?:\s|%20|\+)+[\w.~+/=-]+"), rf"\1 {TOKEN}"),
    (re.compile(r"(?i)\b(authorization\W{1,6}\w+\s+)[^\s'\",]+"), rf"\1{SECRET}"),
    (re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), TOKEN),
    (re.compile(r"whsec_[\w+/=-]+"), SECRET),
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(?=@)"), rf"\1{SECRET}"),
)


class Redactor:
    """Holds the secrets of this process; `redact` removes them and all numbers from a text."""

    def __init__(self) -> None:
        self._spellings: set[str] = set()
        self._secrets: re.Pattern[str] | None = None

    def register_secret(self, value: str) -> None:
        """Register a value that must never be logged, in any common spelling. Values of fewer than
        four characters are ignored."""
        if len(value) < MIN_SECRET_LENGTH:
            return
        texts = (value, quote(value), quote(value, safe=""), repr(value)[1:-1])
        self._spellings.update(texts, (json.dumps(value)[1:-1],))
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first)))

    def redact(self, text: str) -> str:
        """Return `text` without numbers, tokens and registered secrets."""
        if self._secrets is not None:
            text = self._secrets.sub(SECRET, text)
        for pattern, instead in _CREDENTIALS:
            text = pattern.sub(instead, text)
        return _mask_numbers(text)

    def clean(self, value: object, depth: int = 0) -> object:
        """Return `value` as plain data without numbers, tokens and secrets, in names and values."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, bytes | bytearray):
            return self.redact(bytes(value).decode(errors="backslashreplace"))
        if isinstance(value, int | float):
            text = str(value)
            return value if self.redact(text) == text else NUMBER
        if depth >= MAX_DEPTH:
            return self._clean_other(value)
        if isinstance(value, Mapping):
            return dict(self._clean_items(cast(Mapping[object, object], value), depth))
        if isinstance(value, list | tuple | set | frozenset):
            return [self.clean(part, depth + 1) for part in cast("list[object]", value)]
        return self._clean_other(value)

    def _clean_other(self, value: object) -> str:
        try:
            return self.redact(str(value))
        except Exception:  # third-party `__str__` may raise anything
            return f"<{type(value).__name__}>"

    def _clean_items(
        self, mapping: Mapping[object, object], depth: int
    ) -> Iterator[tuple[str, object]]:
        for name, value in mapping.items():
            text = name if isinstance(name, str) else str(name)
            secret = text.lower().replace("-", "_") in SECRET_NAMES and isinstance(value, str)
            yield self.redact(text), SECRET if secret else self.clean(value, depth + 1)


@dataclass(frozen=True, slots=True)
class _DecodedText:
    """A decoded text, and for each character its start and end in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def decode(self, unit: re.Pattern[str]) -> _DecodedText:
        """Replace each match of `unit` by what it decodes to."""
        plain: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for match in unit.finditer(self.text):
            start, end = match.span()
            meaning = _decode_unit(match[0])
            plain += [self.text[done:start], meaning]
            starts += [*self.starts[done:start], *[self.starts[start]] * len(meaning)]
            ends += [*self.ends[done:start], *[self.ends[end - 1]] * len(meaning)]
            done = end
        plain.append(self.text[done:])
        starts += self.starts[done:]
        ends += self.ends[done:]
        return _DecodedText("".join(plain), starts, ends)

    def numbers(self, layers: int) -> Iterator[tuple[int, int]]:
        """Yield the spans of numbers in the original, including those below layers of escapes."""
        for match in _NUMBER.finditer(self.text):
            yield self.starts[match.start()], self.ends[match.end() - 1]
        for mark, unit in zip("%\\", _ESCAPES, strict=True):
            # One layer at a time: an apparent escape may be a character before a number.
            if layers and mark in self.text:
                below = self.decode(unit)
                if below.text != self.text:
                    yield from below.numbers(layers - 1)


def _mask_numbers(text: str) -> str:
    whole = _DecodedText(text, range(len(text)), range(1, len(text) + 1))
    if not text.isascii():
        whole = whole.decode(_WIDE)
    pieces: list[str] = []
    done = 0
    for start, end in sorted(set(whole.numbers(_MAX_ESCAPE_LAYERS))):
        if start >= done:
            pieces += [text[done:start], NUMBER]
        done = max(done, end)
    return "".join(pieces) + text[done:]


def _decode_unit(unit: str) -> str:
    if unit.startswith("%"):
        unit = bytes.fromhex(unit.replace("%", "")).decode(errors="replace")
    elif unit in _SIMPLE:
        unit = _SIMPLE[unit]
    elif unit.startswith("\\"):
        codes = [int(part[1:], 16) for part in unit[1:].split("\\")]
        text = "".join(chr(code) if code <= sys.maxunicode else "\ufffd" for code in codes)
        # JSON writes one character as two surrogates.
        unit = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFKC", unit)


REDACTOR = Redactor()
redact = REDACTOR.redact
register_secret = REDACTOR.register_secret
