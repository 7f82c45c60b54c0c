"""What a lookup showed, platform by platform; taken before and after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from jiebang_client import Client, RequestFailed, words
from jiebang_client.documents import LOOKUP, LOOKUP_PROGRESS
from jiebang_client.results import (
    Account,
    Lookup,
    LookupProgressRegisteredAccountsProgress,
    Result,
    ResultGuide,
    Sensitive,
    Summary,
)

#: Milliseconds for the whole lookup; some platforms are slow, and one never answers.
DEADLINE = 4000
#: How often, and how many seconds apart, platforms without an answer are asked again.
_ROUNDS, _PAUSE = 5, 1.0

#: One answer as it comes in.
Step: TypeAlias = LookupProgressRegisteredAccountsProgress

_Count: TypeAlias = Literal["bound", "notBound", "unknown", "pending", "needsAction", "guidance"]
#: Where the summary counts each outcome.
_COUNTED: Mapping[words.Outcome, _Count] = {
    "BOUND": "bound",
    "NOT_BOUND": "notBound",
    "UNKNOWN": "unknown",
    "PENDING": "pending",
    "NEEDS_ACTION": "needsAction",
    "GUIDANCE": "guidance",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One platform, or all platforms of a sensitive category, which are only counted.

    `key` is the platform's id or the category; `name` is empty where only the category is told.
    """

    key: str
    name: str
    category: words.Category
    outcome: words.Outcome
    reason: words.UnknownReason | None
    accounts: tuple[Account, ...]
    guide: ResultGuide | None
    answered: bool

    @property
    def eligible(self) -> int:
        return sum(account["eligible"] for account in self.accounts)

    @property
    def own(self) -> int:
        """Accounts bound after activation."""
        return sum(account["relation"] == "AFTER_ACTIVATION" for account in self.accounts)

    def offering(self, kind: str) -> list[str]:
        """The ids of accounts that stay, and about which this can be asked."""
        return [
            account["id"]
            for account in self.accounts
            if kind in account["offers"] and not account["eligible"]
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All findings by key, in the order of the answer."""

    summary: Summary
    findings: Mapping[str, Finding]

    def offering(self, kind: str) -> list[str]:
        return [id for finding in self.findings.values() for id in finding.offering(kind)]


async def take(client: Client, on_answer: Callable[[Step], None]) -> Picture:
    """Look up the caller's own number, told of each answer as it comes in."""
    result: Lookup | None = None
    async for data in client.follow(LOOKUP_PROGRESS({"deadlineMs": DEADLINE})):
        step = data["registeredAccountsProgress"]
        on_answer(step)
        result = step["result"] or result
    if result is None:
        raise RequestFailed(())
    return picture_of(result)


async def complete(client: Client, picture: Picture, wanted: set[str]) -> Picture:
    """The picture with the answers of those among `wanted` that had none, as far as asking
    again brings them."""
    for _ in range(_ROUNDS):
        missing = [key for key in sorted(wanted) if _lacks(picture, key)]
        if not missing:
            break
        await asyncio.sleep(_PAUSE)
        data = await client.ask(LOOKUP({"platforms": missing, "deadlineMs": DEADLINE}))
        newer = picture_of(data["registeredAccounts"])
        picture = Picture(
            summary=_corrected(picture, newer),
            findings={**picture.findings, **newer.findings},
        )
    return picture


def _corrected(picture: Picture, newer: Picture) -> Summary:
    """The counts with what the newer answers change."""
    counts = picture.summary.copy()
    for key, finding in newer.findings.items():
        counts[_COUNTED[picture.findings[key].outcome]] -= 1
        counts[_COUNTED[finding.outcome]] += 1
    return counts


def _lacks(picture: Picture, key: str) -> bool:
    finding = picture.findings.get(key)
    # What is only counted has no platform to ask for by name.
    return finding is not None and bool(finding.name) and not finding.answered


def picture_of(result: Lookup) -> Picture:
    """From a `RegisteredAccounts`."""
    findings = [_finding(one) for one in result["platforms"]]
    findings += [_counted(one) for one in result["sensitive"]]
    return Picture(
        summary=result["summary"], findings={finding.key: finding for finding in findings}
    )


def _finding(result: Result) -> Finding:
    platform = result["platform"]
    return Finding(
        key=platform["id"],
        name=platform["name"],
        category=platform["category"],
        outcome=result["outcome"],
        reason=result["reason"],
        accounts=tuple(result["accounts"]),
        guide=result["guide"],
        answered=result["outcome"] in ("BOUND", "NOT_BOUND"),
    )


def _counted(group: Sensitive) -> Finding:
    outcome: words.Outcome
    outcome = "BOUND" if group["bound"] else "UNKNOWN" if group["unknown"] else "NOT_BOUND"
    return Finding(
        key=group["category"],
        name="",
        category=group["category"],
        outcome=outcome,
        reason=None,
        accounts=tuple(group["accounts"]),
        guide=None,
        answered=not group["unknown"],
    )
