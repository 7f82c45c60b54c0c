"""What a check is, and how it says that it cannot be held against a target."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from jiebang.conformance.context import CheckContext
from jiebang.conformance.level import Level
from jiebang.conformance.report import Failure


@dataclass(frozen=True, slots=True)
class Check:
    """`run` returns where the connector did not hold: nothing means that it did. It may raise
    `NotApplicable` or `NotRun`."""

    id: str
    level: Level
    run: Callable[[CheckContext], Awaitable[Sequence[Failure]]]
