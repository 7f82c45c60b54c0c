"""Outcomes are values: what a platform answered, positive or negative.

Nothing defaults to `NotBound` and nothing defaults to `Done`: both are made only from
evidence in the answer. Raise `ProtocolFault` for anything you cannot map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jiebang.sdk.errors import ConnectorError, ContractError
from jiebang.sdk.reasons import DenyReason, Effect
from jiebang.sdk.values import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The platform has accounts with this number.

    `complete` is true only if the answer listed all of them; an unbinding is proven by a later
    complete answer from which the handle is absent.
    """

    accounts: tuple[Account, ...]
    complete: bool = True

    def __post_init__(self) -> None:
        if not self.accounts:
            raise ContractError("Bound needs an account; for an empty list return NotBound")


@dataclass(frozen=True, slots=True)
class NotBound:
    """The platform has no account with this number, and said so.

    `evidence` names the part of the answer that says so (``"bindings == []"``), never personal
    data.
    """

    evidence: str

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ContractError("NotBound needs evidence: the part of the answer that says so")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The platform accepted the lookup or the order and answers later.

    `remote_ref` is passed to `status`, and is stored encrypted.
    """

    remote_ref: str = field(repr=False)
    expected_by: datetime | None = None


class StepKind(StrEnum):
    """What a person has to do before the platform continues."""

    OTP = "otp"
    WEB = "web"
    ID_CHECK = "id_check"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsAction:
    """The platform first wants the person to do something. `url` is https and is shown to them."""

    kind: StepKind
    url: str | None = field(default=None, repr=False)
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """There is no interface; the steps of this guide are what a person can do by hand."""

    guide_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The platform did what was requested. `already` means that it had been done before."""

    effects: frozenset[Effect] = frozenset({Effect.NUMBER_DETACHED})
    already: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The platform refuses, for a reason that a person can act on."""

    reason: DenyReason
    platform_code: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The platform withdrew the order before doing anything."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """The platform can no longer withdraw the order, and completes it."""


#: What is known about one number at one platform. A failed call raises `ConnectorError` instead.
LookupOutcome = Bound | NotBound | Pending | NeedsAction | Guidance
#: A connector for several platforms answers for each; a platform it leaves out is UNKNOWN.
LookupAnswer = LookupOutcome | Mapping[str, LookupOutcome | ConnectorError]
#: The state of one order about one account.
ActionOutcome = Done | Pending | NeedsAction | Denied | Guidance
#: Whether a pending order could be withdrawn.
WithdrawOutcome = Withdrawn | TooLate
