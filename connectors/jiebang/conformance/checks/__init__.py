"""All checks, in the order in which they run."""

from __future__ import annotations

from jiebang.conformance.check import Check
from jiebang.conformance.checks import (
    answers,
    batches,
    behaviour,
    deadlines,
    declaration,
    failures,
    orders,
    pages,
    pending,
    privacy,
    recording,
    resilience,
)

#: The checks by id. Those that inspect all previous calls come last.
CHECKS: dict[str, Check] = {
    check.id: check
    for module in (
        declaration,
        answers,
        failures,
        deadlines,
        recording,
        behaviour,
        pages,
        orders,
        pending,
        batches,
        resilience,
        privacy,
    )
    for check in module.CHECKS
}
