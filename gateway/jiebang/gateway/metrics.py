"""What is counted. Labels are ids and closed lists, never anything about a person."""

from __future__ import annotations

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
