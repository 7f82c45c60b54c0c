"""The manual steps left for the person, by platform, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from jiebang_client.results import Account, Action, Inquiry

from jiebang.app.demo.follow import is_answered
from jiebang.app.demo.lookup_snapshot import LookupSnapshot
from jiebang.app.demo.report import ConsoleReport
from jiebang.app.http import terms
from jiebang.app.http.action_terms import KINDS


def print_manual_steps(
    report: ConsoleReport,
    after: LookupSnapshot,
    inquiries: Collection[Inquiry],
    actions: Collection[Action],
) -> None:
    """Print the steps, or that there are none."""
    left: dict[str, list[str]] = {}
    for inquiry in inquiries:
        if said := _inquiry_line(report, inquiry):
            left.setdefault(report.name_of(inquiry), []).append(said)
    for key, finding in after.platforms.items():
        left.setdefault(report.platform_name(key), []).extend(
            _account_lines(report, finding.accounts)
        )
    for action in actions:
        if action["status"] != "FULFILLED":
            kind = report.texts.word(KINDS, action["kind"])
            said = report.texts("left_action", kind=kind, status=report.action_text(action))
            left.setdefault(report.name_of(action), []).append(said)
    guides = _guides(after, inquiries)
    for name, lines in left.items():
        if not lines:
            continue
        report.print_line(f"  {name}", "bold")
        for line, count in Counter(lines).items():
            report.print_line(f"    {line}" + (f" x {count}" if count > 1 else ""))
        for number, step in enumerate(guides.get(name, ()), 1):
            report.print_line(f"      {number}. {step}", "dim")
    if not any(left.values()):
        report.print_line(f"  {report.texts('left_nothing')}")


def _inquiry_line(report: ConsoleReport, inquiry: Inquiry) -> str | None:
    texts = report.texts
    if inquiry["outcome"] == "GUIDANCE":
        return texts("left_guide")
    reason = inquiry["reason"] or ""
    why = texts.word(terms.UNKNOWN_REASONS, reason) if reason else "?"
    if not is_answered(inquiry):
        return texts("left_retry", why=why, when=_format_time(inquiry["retryAt"]))
    if inquiry["outcome"] in ("BOUND", "NOT_BOUND"):
        return None
    if inquiry["outcome"] == "NEEDS_ACTION":
        return texts.word(terms.OUTCOMES, "NEEDS_ACTION")
    return texts("left_failed", why=why)


def _account_lines(report: ConsoleReport, accounts: Collection[Account]) -> list[str]:
    """Return lines for the remaining accounts that are not the person's own."""
    texts = report.texts
    groups = Counter(
        (account["relation"], account["reason"])
        for account in accounts
        if account["reason"] and account["relation"] != "AFTER_ACTIVATION"
    )
    return [
        texts(
            "left_account",
            count=count,
            whose=report.relation_text(relation),
            why=texts.word(terms.DENY_REASONS, reason),
        )
        for (relation, reason), count in groups.items()
    ]


def _guides(after: LookupSnapshot, inquiries: Collection[Inquiry]) -> dict[str, list[str]]:
    """Return the manual steps by platform name."""
    found = {
        one["platform"]["name"]: one["guide"]["steps"]
        for one in inquiries
        if one["platform"] and one["guide"]
    }
    return found | {
        one.name: one.guide["steps"] for one in after.platforms.values() if one.name and one.guide
    }


def _format_time(instant: str | None) -> str:
    if instant is None:
        return "?"
    return f"{datetime.fromisoformat(instant).astimezone():%H:%M:%S}"
