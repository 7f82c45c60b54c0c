"""The history of a number: who held it when, and when it was in quarantine at the carrier."""

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
    """The period between two holders, as the carrier states it."""

    deactivated_on: date
    reclaimable_until: date
    reissue_from: date


@dataclass(frozen=True, slots=True)
class History:
    """A number (E.164), its tenures in chronological order, and what its persona can prove.

    `claimed` is the index of the tenure that the persona held. For a number in quarantine it is the
    last one, and `quarantine` is set.
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
        """What the carrier would sign for the persona, with ISO 8601 dates."""
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
