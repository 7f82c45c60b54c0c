"""How long somebody waits for a lookup's answer, in milliseconds."""

from __future__ import annotations

from jiebang.gateway.errors import OutOfRange, Reason

DEFAULT_DEADLINE, LEAST_DEADLINE, MOST_DEADLINE = 3000, 100, 15000


def checked_deadline(milliseconds: int | None) -> int:
    """Raises `OutOfRange`."""
    if milliseconds is None:
        return DEFAULT_DEADLINE
    if not LEAST_DEADLINE <= milliseconds <= MOST_DEADLINE:
        raise OutOfRange(
            Reason.DEADLINE_OUT_OF_RANGE,
            f"A deadline lies between {LEAST_DEADLINE} and {MOST_DEADLINE} ms.",
            field="deadlineMs",
            hint=f"Leave it out for {DEFAULT_DEADLINE}.",
        )
    return milliseconds
