"""What is counted. Labels are ids and closed lists, never anything about a person."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

LOOKUP_ANSWERS = Counter(
    "jiebang_lookup_answers_total",
    "Answers to interactive lookups by platform and kind",
    ("platform", "answer"),
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
