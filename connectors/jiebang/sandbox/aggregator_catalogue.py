"""What the aggregator yilan lists just now. A test may change it while everything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sandbox.platform import App

#: Every app there is, by the aggregator's own code; the last one is not listed at the start.
CODES: Mapping[str, App] = {
    "PW-01": App(id="pinwei", zh="品味食记", en="Pinwei", category="membership"),
    "xiaodeng": App(id="xiaodeng", zh="小灯问答", en="Xiaodeng", category="community"),
    "qingsong": App(id="qingsong", zh="轻颂听书", en="Qingsong", category="media"),
    "anmian": App(id="anmian", zh="安眠日记", en="Anmian", category="health"),
    "bailing": App(id="bailing", zh="百灵电台", en="Bailing", category="media"),
}
AT_START = ("PW-01", "xiaodeng", "qingsong", "anmian")


class EntryFault(StrEnum):
    """What an app answers in place of the truth: that it is busy, nothing at all, or words
    nobody knows."""

    BUSY = "busy"
    MISSING = "missing"
    GARBAGE = "garbage"


@dataclass(slots=True)
class AggregatorCatalogue:
    """`names` replaces Chinese names, by code. `broken`: an entry of the list has no code."""

    listed: tuple[str, ...] = AT_START
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    broken: bool = False
    troubles: Mapping[str, EntryFault] = field(default_factory=dict[str, EntryFault])
