"""The result of a lookup by platform, taken before and after the renewal."""

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

#: Deadline of the lookup in milliseconds; some platforms are slow, and one never answers.
DEADLINE = 4000
#: How often, and how many seconds apart, platforms without an answer are queried again.
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
class PlatformSnapshot:
    """One platform, or all platforms of a sensitive category, which are only counted.

    `key` is the platform's id or the category; `name` is empty if only the category is visible.
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
    def eligible_count(self) -> int:
        return sum(account["eligible"] for account in self.accounts)

    @property
    def own_count(self) -> int:
        """The number of accounts bound after activation."""
        return sum(account["relation"] == "AFTER_ACTIVATION" for account in self.accounts)

    def account_ids_offering(self, kind: str) -> list[str]:
        """Return the ids of ineligible accounts for which this action is available."""
        return [
            account["id"]
            for account in self.accounts
            if kind in account["offers"] and not account["eligible"]
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSnapshot:
    """All platforms by key, in the order of the answer."""

    summary: Summary
    platforms: Mapping[str, PlatformSnapshot]

    def account_ids_offering(self, kind: str) -> list[str]:
        return [
            id for platform in self.platforms.values() for id in platform.account_ids_offering(kind)
        ]


async def take_snapshot(client: Client, on_answer: Callable[[Step], None]) -> LookupSnapshot:
    """Look up the caller's own number, calling `on_answer` for each answer as it arrives."""
    result: Lookup | None = None
    async for data in client.follow(LOOKUP_PROGRESS({"deadlineMs": DEADLINE})):
        step = data["registeredAccountsProgress"]
        on_answer(step)
        result = step["result"] or result
    if result is None:
        raise RequestFailed(())
    return lookup_snapshot(result)


async def complete_snapshot(
    client: Client, snapshot: LookupSnapshot, wanted: set[str]
) -> LookupSnapshot:
    """Query the platforms among `wanted` that gave no answer again, and add their answers."""
    for _ in range(_ROUNDS):
        missing = [key for key in sorted(wanted) if _is_missing(snapshot, key)]
        if not missing:
            break
        await asyncio.sleep(_PAUSE)
        data = await client.ask(LOOKUP({"platforms": missing, "deadlineMs": DEADLINE}))
        newer = lookup_snapshot(data["registeredAccounts"])
        snapshot = LookupSnapshot(
            summary=_corrected_summary(snapshot, newer),
            platforms={**snapshot.platforms, **newer.platforms},
        )
    return snapshot


def _corrected_summary(snapshot: LookupSnapshot, newer: LookupSnapshot) -> Summary:
    """Return the counts, corrected by the newer answers."""
    counts = snapshot.summary.copy()
    for key, finding in newer.platforms.items():
        counts[_COUNTED[snapshot.platforms[key].outcome]] -= 1
        counts[_COUNTED[finding.outcome]] += 1
    return counts


def _is_missing(snapshot: LookupSnapshot, key: str) -> bool:
    finding = snapshot.platforms.get(key)
    # A platform that is only counted cannot be queried by name.
    return finding is not None and bool(finding.name) and not finding.answered


def lookup_snapshot(result: Lookup) -> LookupSnapshot:
    """Build the snapshot from a `RegisteredAccounts`."""
    findings = [_platform_snapshot(one) for one in result["platforms"]]
    findings += [_category_snapshot(one) for one in result["sensitive"]]
    return LookupSnapshot(
        summary=result["summary"], platforms={finding.key: finding for finding in findings}
    )


def _platform_snapshot(result: Result) -> PlatformSnapshot:
    platform = result["platform"]
    return PlatformSnapshot(
        key=platform["id"],
        name=platform["name"],
        category=platform["category"],
        outcome=result["outcome"],
        reason=result["reason"],
        accounts=tuple(result["accounts"]),
        guide=result["guide"],
        answered=result["outcome"] in ("BOUND", "NOT_BOUND"),
    )


def _category_snapshot(group: Sensitive) -> PlatformSnapshot:
    outcome: words.Outcome
    outcome = "BOUND" if group["bound"] else "UNKNOWN" if group["unknown"] else "NOT_BOUND"
    return PlatformSnapshot(
        key=group["category"],
        name="",
        category=group["category"],
        outcome=outcome,
        reason=None,
        accounts=tuple(group["accounts"]),
        guide=None,
        answered=not group["unknown"],
    )
