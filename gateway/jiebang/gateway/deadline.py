"""How long somebody waits for a lookup's answer, in milliseconds."""

from __future__ import annotations

from jiebang.gateway.errors import OutOfRange, Reason
from jiebang.gateway.wording import Wording

DEFAULT_DEADLINE, LEAST_DEADLINE, MOST_DEADLINE = 3000, 100, 15000


def checked_deadline(milliseconds: int | None) -> int:
    """Raises `OutOfRange`."""
    if milliseconds is None:
        return DEFAULT_DEADLINE
    if not LEAST_DEADLINE <= milliseconds <= MOST_DEADLINE:
        raise OutOfRange(
            Reason.DEADLINE_OUT_OF_RANGE,
            Wording(
                "A deadline lies between {least} and {most} ms.",
                least=LEAST_DEADLINE,
                most=MOST_DEADLINE,
            ),
            field="deadlineMs",
            hint=Wording("Leave it out for {usual} ms.", usual=DEFAULT_DEADLINE),
        )
    return milliseconds
