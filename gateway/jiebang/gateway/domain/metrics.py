"""Prometheus metrics. Labels are ids and enum values, never personal data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import Counter, Histogram

LOOKUP_ANSWERS = Counter(
    "jiebang_lookup_answers_total",
    "Answers to interactive lookups, by platform and kind",
    ("platform", "answer"),
)
LOOKUP_SECONDS = Histogram(
    "jiebang_lookup_seconds",
    "Time from querying a platform in an interactive lookup to its answer or the deadline, in "
    "seconds",
    ("platform",),
    buckets=(
        *(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75),
        *(1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0),
    ),
)
DISCOVERIES = Counter(
    "jiebang_discoveries_total",
    "Requests for a connector's platform list, by connector and result",
    ("connector", "result"),
)
TICKS = Counter(
    "jiebang_ticks_total",
    "Durable steps by connector, kind and resulting status",
    ("connector", "kind", "status"),
)
TICK_SECONDS = Histogram(
    "jiebang_tick_seconds", "Duration of durable steps, in seconds", ("connector",)
)
CALLBACKS = Counter(
    "jiebang_callbacks_total", "Callbacks by connector and result", ("connector", "result")
)
CODES = Counter(
    "jiebang_codes_total",
    "One-time codes requested (request) and entered (confirm): sent, proven, or the reason for "
    "failure",
    ("step", "result"),
)


#: Upper bounds in seconds, each with the cumulative count; ascending.
Buckets = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Median and 95th percentile of lookup times, in whole milliseconds."""

    p50: int
    p95: int


def latencies() -> Mapping[str, Latency]:
    """Return the latencies by platform; platforms never queried are left out."""
    buckets: dict[str, list[tuple[float, float]]] = {}
    for family in LOOKUP_SECONDS.collect():
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                bound = float(sample.labels["le"])
                buckets.setdefault(sample.labels["platform"], []).append((bound, sample.value))
    return {
        platform: Latency(p50=math.ceil(half * 1000), p95=math.ceil(most * 1000))
        for platform, found in buckets.items()
        if (half := quantile(sorted(found), 0.5)) is not None
        and (most := quantile(sorted(found), 0.95)) is not None
    }


def quantile(buckets: Buckets, share: float) -> float | None:
    """Return the seconds within which this share was done, interpolated linearly as Prometheus does
    (histogram_quantile). None without samples; the last finite bound for what lies beyond it."""
    total = buckets[-1][1] if buckets else 0
    if not total:
        return None
    below, before = 0.0, 0.0
    for bound, count in buckets:
        if count >= share * total:
            if math.isinf(bound):
                break
            return below + (bound - below) * (share * total - before) / (count - before)
        below, before = bound, count
    return below
