"""Reproducible randomness: the same seed and parts give the same result."""

from __future__ import annotations

from hashlib import sha256
from random import Random


def roll(*parts: object) -> float:
    """Return a number in [0, 1) that depends only on `parts`."""
    digest = sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def token(*parts: object, length: int = 10) -> str:
    """Return lower-case hexadecimal digits that depend only on `parts`."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()[:length]


def dice(*parts: object) -> Random:
    """Return a random generator that depends only on `parts`."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - must be reproducible, not secure
