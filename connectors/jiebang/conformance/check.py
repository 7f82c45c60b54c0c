"""What a check is, and how it reports that it cannot be applied to a target."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from jiebang.conformance.context import CheckContext
from jiebang.conformance.level import Level
from jiebang.conformance.report import Failure


@dataclass(frozen=True, slots=True)
class Check:
    """`run` yields the failures; none means that the check passed. It may raise
    `CheckNotApplicable` or `CheckNotRun`."""

    id: str
    level: Level
    run: Callable[[CheckContext], AsyncIterator[Failure]]
