"""Delays grow, have jitter, and are bounded."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.backoff import Backoff

DAY = timedelta(days=1)


@given(
    attempt=st.integers(0, 10_000), asked=st.none() | st.floats(allow_nan=True, allow_infinity=True)
)
def test_a_wait_is_always_sensible(attempt: int, asked: float | None) -> None:
    wait = Backoff().delay(attempt, at_least=asked)
    assert timedelta(0) < wait <= DAY
    if asked is not None and 0 < asked < DAY.total_seconds():
        assert wait.total_seconds() >= asked - 0.001


@given(attempt=st.integers(0, 6))
def test_a_wait_is_about_twice_the_one_before(attempt: int) -> None:
    seconds = Backoff(first=1.0).delay(attempt).total_seconds()
    assert 0.8 * 2**attempt <= seconds <= 1.2 * 2**attempt


def test_many_waits_do_not_end_together() -> None:
    assert len({Backoff().delay(3) for _ in range(20)}) > 10
