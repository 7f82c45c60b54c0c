"""Every check, in the order they are held."""

from __future__ import annotations

from jiebang.conformance.check import Check
from jiebang.conformance.checks import (
    answers,
    batches,
    conduct,
    deadlines,
    declaration,
    failures,
    later,
    orders,
    pages,
    privacy,
    recording,
    weather,
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
        conduct,
        pages,
        orders,
        later,
        batches,
        weather,
        privacy,
    )
    for check in module.CHECKS
}
