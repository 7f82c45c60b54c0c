"""What is counted. Labels are ids and closed lists, never anything about a person."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

LOOKUP_ANSWERS = Counter(
    "jiebang_lookup_answers_total",
    "Answers to interactive lookups by platform and kind",
    ("platform", "answer"),
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
