"""The values of one call, by the names of a manifest's placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiebang.connectors.manifest.template import Value
from jiebang.sdk import Account, Call, Order, Pending, Secret, Setting, Subject


def settings_of(declared: Iterable[Setting], call: Call) -> dict[str, Value]:
    """Return the operator's settings and their defaults as ``config.name``."""
    given: Mapping[str, str | Secret] = call.settings
    return {f"config.{one.name}": given.get(one.name, one.default) for one in declared}


def subject_of(subject: Subject) -> dict[str, Value]:
    return {
        "subject.number": subject.number,
        "subject.national": subject.national,
        "subject.held_since": subject.held_since,
        "subject.held_until": subject.held_until,
    }


def call_of(call: Call | Order) -> dict[str, Value]:
    """Return the idempotency key and callback URL: the call's, or the order's own in a batch."""
    return {
        "call.idempotency_key": call.idempotency_key,
        "call.callback_url": call.callback_url,
    }


def account_of(account: Account) -> dict[str, Value]:
    return {"account.handle": account.handle, "account.platform": account.platform}


def pending_of(pending: Pending) -> dict[str, Value]:
    return {"remote_ref": pending.remote_ref}
