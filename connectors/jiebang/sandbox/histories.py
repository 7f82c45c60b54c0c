"""The history of a number: who held it when, and when it rested with the carrier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tenure:
    """One holder's time with the number: the days [start, end); end None while it lasts."""

    holder: str
    start: date
    end: date | None

    def is_active_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The rest between two holders, as the carrier states it."""

    deactivated_on: date
    reclaimable_until: date
    reissue_from: date


@dataclass(frozen=True, slots=True)
class History:
    """A number (E.164), its tenures in order of time, and what its story's person can prove.

    `claimed` is the index of the tenure that person held. In a story about quarantine it is
    the last one, and `quarantine` is set.
    """

    number: str
    story: str
    basis: str
    tenures: tuple[Tenure, ...]
    claimed: int
    quarantine: Quarantine | None = None

    def holder_on(self, day: date) -> str | None:
        return next((each.holder for each in self.tenures if each.is_active_on(day)), None)

    @property
    def claim(self) -> dict[str, str | None]:
        """What the carrier would sign for the story's person, dates in ISO form."""
        if self.quarantine:
            return {
                "basis": self.basis,
                "deactivated_on": self.quarantine.deactivated_on.isoformat(),
                "reclaimable_until": self.quarantine.reclaimable_until.isoformat(),
                "reissue_from": self.quarantine.reissue_from.isoformat(),
            }
        tenure = self.tenures[self.claimed]
        end = tenure.end.isoformat() if tenure.end else None
        return {"basis": self.basis, "from": tenure.start.isoformat(), "to": end}
