"""The latencies computed from the histogram of lookups."""

from __future__ import annotations

import math
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.metrics import LOOKUP_SECONDS, latencies, quantile

BOUNDS = (0.01, 0.1, 1.0, 15.0)


def cumulative(seconds: list[float]) -> list[tuple[float, float]]:
    return [(b, sum(one <= b for one in seconds)) for b in (*BOUNDS, math.inf)]


def test_nothing_measured_is_no_time() -> None:
    assert quantile([], 0.95) is None
    assert quantile(cumulative([]), 0.95) is None
    assert f"never-{uuid.uuid4()}" not in latencies()


def test_inside_a_bucket_answers_are_spread_evenly() -> None:
    assert quantile(cumulative([0.05] * 10), 0.5) == pytest.approx(0.055)


def test_what_took_longer_than_the_last_bound_counts_as_the_bound() -> None:
    assert quantile(cumulative([99.0]), 0.95) == 15.0


@given(st.lists(st.floats(0.001, 15.0), min_size=1), st.floats(0.01, 1.0))
def test_the_estimate_is_in_the_bucket_of_the_true_one(seconds: list[float], share: float) -> None:
    true = sorted(seconds)[math.ceil(share * len(seconds)) - 1]
    bounds = (0.0, *BOUNDS)
    place = next(i for i, bound in enumerate(bounds) if true <= bound)
    estimate = quantile(cumulative(seconds), share)
    assert estimate is not None
    assert bounds[place - 1] <= estimate <= bounds[place] * (1 + 1e-9)


def test_a_platform_has_the_times_of_its_own_lookups() -> None:
    quick, slow = f"quick-{uuid.uuid4()}", f"slow-{uuid.uuid4()}"
    for _ in range(19):
        LOOKUP_SECONDS.labels(platform=quick).observe(0.02)
        LOOKUP_SECONDS.labels(platform=slow).observe(1.2)
    LOOKUP_SECONDS.labels(platform=quick).observe(4.0)
    found = latencies()
    assert 10 < found[quick].p50 <= 20
    assert 10 < found[quick].p95 <= 20
    assert 1000 < found[slow].p50 < found[slow].p95 <= 1500
