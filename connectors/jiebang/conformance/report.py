"""The result of a run: a verdict for each check, and the level they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jiebang.conformance.level import Level


class Verdict(StrEnum):
    """NOT_APPLICABLE: the connector does not do what the check is about. NOT_RUN: it does, but the
    target lacks what the check needs. EXEMPT: it was left out for a stated reason."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"
    EXEMPT = "exempt"


#: What keeps a connector from a level.
_OPEN = (Verdict.FAILED, Verdict.NOT_RUN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a connector did wrong. Numbers, handles, labels and secrets are masked.

    `check` is filled in by the runner.
    """

    sent: str
    received: str
    expected: str
    check: str = ""

    @property
    def page(self) -> str:
        """The page that explains the check."""
        return f"docs/checks/{self.check}.md"

    def __str__(self) -> str:
        return (
            f"{self.check}\n  sent:      {self.sent}\n  came back: {self.received}\n"
            f"  expected:  {self.expected}\n  see:       {self.page}"
        )


def failure(sent: str, received: object, expected: str) -> Failure:
    return Failure(sent=sent, received=str(received), expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check's verdict. `reason` says why it was not run, does not apply or is exempt."""

    check: str
    level: Level
    verdict: Verdict
    findings: tuple[Failure, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All results, in the order of the checks. `cap` is the highest level this kind of connector
    can reach: guides stop at LISTED."""

    connector: str
    version: str
    results: tuple[Result, ...]
    cap: Level = Level.GOLD

    @property
    def level(self) -> Level | None:
        """The highest level whose checks all hold, with those of the levels below; None if not even
        the first does. A check that was not run does not hold; an exempt one holds up to BRONZE."""
        reached: Level | None = None
        for level in Level:
            of_level = [one for one in self.results if one.level is level]
            if level > self.cap or not of_level or any(one.verdict in _OPEN for one in of_level):
                break
            if level > Level.BRONZE and any(one.verdict is Verdict.EXEMPT for one in self.results):
                break
            reached = level
        return reached

    def of(self, check: str) -> Result:
        """Return the result of the check with this id. Raises `KeyError`."""
        for one in self.results:
            if one.check == check:
                return one
        raise KeyError(check)

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(one for one in self.results if one.verdict is Verdict.FAILED)
