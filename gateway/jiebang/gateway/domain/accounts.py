"""Accounts as plain data, for sealed ids and the journal's encrypted columns."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiebang.sdk import Account, BindingDate, DenyReason


def account_to_data(account: Account) -> dict[str, Any]:
    bound = account.bound
    return {
        "h": account.handle,
        "p": account.platform,
        "l": account.label,
        "d": bound and [_format_day(bound.earliest), _format_day(bound.latest)],
        "b": [reason.value for reason in account.blockers],
    }


def account_from_data(data: dict[str, Any]) -> Account:
    bound = data["d"]
    return Account(
        handle=data["h"],
        platform=data["p"],
        label=data["l"],
        bound=BindingDate(_parse_day(bound[0]), _parse_day(bound[1])) if bound else None,
        blockers=tuple(DenyReason(reason) for reason in data["b"]),
    )


def _format_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
