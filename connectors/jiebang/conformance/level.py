"""The levels a connector can reach. They are computed from checks, never claimed."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """LISTED: people can find it. BRONZE: it may be enabled. SILVER: it can be trusted with orders.
    GOLD: it copes with faults and has been tried for real. Each includes those below."""

    LISTED = 1
    BRONZE = 2
    SILVER = 3
    GOLD = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """Return the level called `word`, in any case. Raises `ValueError` that lists them."""
        for level in cls:
            if level.word == word.lower():
                return level
        known = ", ".join(level.word for level in cls)
        raise ValueError(f"unknown level {word!r}; expected one of {known}")
