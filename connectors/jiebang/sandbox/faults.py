"""Faults that a test switches on. The seed decides which calls they hit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sandbox.seeded_random import roll


class FaultKind(StrEnum):
    NONE = "none"
    LOST_REPLY = "lost_reply"
    NO_EFFECT = "no_effect"
    HANG = "hang"
    SLOW = "slow"
    ERROR = "error"
    REJECT_CREDENTIALS = "reject_credentials"
    CALLBACK_LOST = "callback_lost"
    CALLBACK_TWICE = "callback_twice"
    CALLBACK_BEFORE_REPLY = "callback_before_reply"
    CALLBACK_UNSIGNED = "callback_unsigned"
    CALLBACK_LATE = "callback_late"
    CALLBACK_OUT_OF_ORDER = "callback_out_of_order"

    @property
    def is_about_callbacks(self) -> bool:
        return self.name.startswith("CALLBACK")


@dataclass(frozen=True, slots=True)
class Fault:
    """`rate` is the share of calls it hits, 0 to 1; `seconds` is the duration of SLOW, and the
    delay of CALLBACK_LATE after the end."""

    kind: FaultKind
    rate: float = 1.0
    seconds: float = 1.0


@dataclass(slots=True)
class Faults:
    """The faults in force, at most one per platform."""

    seed: int
    in_force: dict[str, Fault] = field(default_factory=dict[str, Fault])
    _rolls: Counter[str] = field(default_factory=Counter[str])

    def set(self, platform: str, fault: Fault) -> None:
        if fault.kind is FaultKind.NONE:
            self.in_force.pop(platform, None)
        else:
            self.in_force[platform] = fault

    def is_faking_unbinds(self, platform: str) -> bool:
        """Whether the platform reports unbindings as done without doing them, whatever the rate."""
        fault = self.in_force.get(platform)
        return fault is not None and fault.kind is FaultKind.NO_EFFECT

    def draw_fault(self, platform: str, *, callback: bool = False) -> Fault | None:
        """Draw the fault that hits this call, or this callback, of the platform."""
        fault = self.in_force.get(platform)
        if fault is None or fault.kind.is_about_callbacks is not callback:
            return None
        self._rolls[platform] += 1
        struck = roll(self.seed, "fault", platform, self._rolls[platform]) < fault.rate
        return fault if struck else None
