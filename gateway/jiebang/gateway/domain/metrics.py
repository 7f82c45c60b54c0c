"""What is counted. Labels are ids and closed lists, never anything about a person."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import Counter, Histogram

LOOKUP_ANSWERS = Counter(
    "jiebang_lookup_answers_total",
    "Answers to interactive lookups by platform and kind",
    ("platform", "answer"),
)
LOOKUP_SECONDS = Histogram(
    "jiebang_lookup_seconds",
    "From asking a platform in an interactive lookup to its answer or the deadline, in seconds",
    ("platform",),
    buckets=(
        *(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75),
        *(1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0),
    ),
)
DISCOVERIES = Counter(
    "jiebang_discoveries_total",
    "Lists of platforms asked for, by connector and what came of it",
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
    "Codes asked for (request) and typed in (confirm): sent, proven, or why not",
    ("step", "result"),
)


#: Upper bounds in seconds, each with how many took at most that long; ascending.
Buckets = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Whole milliseconds within which half of the lookups, and 95 of 100, were answered."""

    p50: int
    p95: int


def latencies() -> Mapping[str, Latency]:
    """By platform; those that were never asked are left out."""
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
    """Seconds within which this share was done, evenly spread inside a bucket, as Prometheus
    estimates it. None without a measurement; what is beyond the last bound counts as the bound."""
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
