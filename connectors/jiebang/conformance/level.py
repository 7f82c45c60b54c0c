"""The levels a connector can reach. They are computed from checks, never claimed."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """LISTED: people can find it. BRONZE: may be enabled. SILVER: orders can be trusted to it.
    GOLD: it holds under bad weather and has been tried for real. Each includes those below."""

    LISTED = 1
    BRONZE = 2
    SILVER = 3
    GOLD = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """The level called `word`, in any case. Raises `ValueError` that lists the levels."""
        for level in cls:
            if level.word == word.lower():
                return level
        known = ", ".join(level.word for level in cls)
        raise ValueError(f"there is no level {word!r}; the levels are {known}")
