"""The current list of the aggregator yilan. A test may change it at run time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.sandbox.platform import App

#: All apps by the aggregator's own codes; the last one is not listed initially.
CODES: Mapping[str, App] = {
    "PW-01": App(id="pinwei", zh="品味食记", en="Pinwei", category="membership"),
    "xiaodeng": App(id="xiaodeng", zh="小灯问答", en="Xiaodeng", category="community"),
    "qingsong": App(id="qingsong", zh="轻颂听书", en="Qingsong", category="media"),
    "anmian": App(id="anmian", zh="安眠日记", en="Anmian", category="health"),
    "bailing": App(id="bailing", zh="百灵电台", en="Bailing", category="media"),
}
AT_START = ("PW-01", "xiaodeng", "qingsong", "anmian")


class EntryFault(StrEnum):
    """What an app answers instead of the truth: busy, nothing at all, or an unknown status."""

    BUSY = "busy"
    MISSING = "missing"
    GARBAGE = "garbage"


@dataclass(slots=True)
class AggregatorCatalogue:
    """`names` replaces Chinese names, by code. `broken`: one entry of the list lacks its code."""

    listed: tuple[str, ...] = AT_START
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    broken: bool = False
    troubles: Mapping[str, EntryFault] = field(default_factory=dict[str, EntryFault])
