"""What became of each line."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import TextIO

from jiebang_client.results import Renewal

from renewal_service.order import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`result`: the renewal's status, or why there is none. `number` is masked.

    `renewed`: it is with Jiebang, and has come as far as it comes by itself.
    `unbound` counts what is done, `kept` what a platform refused, `open` what is under way still,
    `by_hand` the platforms where a person has to do something.
    """

    line: int
    number: str = ""
    result: str
    renewed: bool = False
    unbound: int = 0
    kept: int = 0
    open: int = 0
    by_hand: int = 0
    why: str = ""


def entry_of_fault(fault: Fault) -> Entry:
    # As good as the line that it repeats.
    again = fault.result == "DUPLICATE"
    return Entry(line=fault.line, result=fault.result, renewed=again, why=fault.why)


def entry_of_renewal(line: int, renewal: Renewal) -> Entry:
    actions = [one["status"] for one in renewal["actions"]]
    by_hand = [one["outcome"] in ("GUIDANCE", "NEEDS_ACTION") for one in renewal["inquiries"]]
    return Entry(
        line=line,
        number=renewal["number"],
        result=renewal["status"],
        renewed=renewal["settled"],
        unbound=actions.count("FULFILLED"),
        kept=actions.count("DENIED"),
        open=sum(one in ("OPEN", "IN_PROGRESS") for one in actions),
        by_hand=sum(by_hand),
        why="" if renewal["settled"] else "Not all platforms have answered. Run it again later.",
    )


def write(entries: Iterable[Entry], file: TextIO) -> None:
    """As CSV, in the order of the lines."""
    names = [field.name for field in fields(Entry)]
    rows = csv.DictWriter(file, names, lineterminator="\n")
    rows.writeheader()
    for entry in sorted(entries, key=lambda entry: entry.line):
        rows.writerow(asdict(entry) | {"renewed": "yes" if entry.renewed else "no"})
