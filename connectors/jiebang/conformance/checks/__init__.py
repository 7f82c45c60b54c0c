"""Every check, in the order they are held."""

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

#: The checks by id. Those that look at all calls made come last.
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
