"""Luck that repeats: the same seed and the same question give the same answer."""

from __future__ import annotations

from hashlib import sha256
from random import Random


def roll(*parts: object) -> float:
    """A number in [0, 1) that depends on `parts` alone."""
    digest = sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def token(*parts: object, length: int = 10) -> str:
    """Lower-case hexadecimal digits that depend on `parts` alone."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()[:length]


def dice(*parts: object) -> Random:
    """A generator that depends on `parts` alone."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - must repeat, guards nothing
