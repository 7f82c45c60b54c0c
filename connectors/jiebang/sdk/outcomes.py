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

    `complete` is true only when the answer listed all of them; an unbinding is proven by a
    later complete answer in which the handle is absent.
    """

    accounts: tuple[Account, ...]
    complete: bool = True

    def __post_init__(self) -> None:
        if not self.accounts:
            raise ContractError("Bound needs an account; an empty list is NotBound with evidence")


@dataclass(frozen=True, slots=True)
class NotBound:
    """The platform has no account with this number, and said so.

    `evidence` names what in the answer says it (``"bindings == []"``), never personal data.
    """

    evidence: str

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ContractError("NotBound needs evidence: what in the answer says it?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The platform took the question or the order and answers later.

    `remote_ref` is what `status` asks with, and is stored encrypted.
    """

    remote_ref: str = field(repr=False)
    expected_by: datetime | None = None


class StepKind(StrEnum):
    """What a person has to do before the platform goes on."""

    OTP = "otp"
    WEB = "web"
    ID_CHECK = "id_check"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsAction:
    """The platform wants something of the person first. `url` is https and shown to them."""

    kind: StepKind
    url: str | None = field(default=None, repr=False)
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """There is no interface; the steps of this guide are what a person can do by hand."""

    guide_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The platform did what was asked. `already` means that it had been so before."""

    effects: frozenset[Effect] = frozenset({Effect.NUMBER_DETACHED})
    already: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The platform refuses, with a reason a person can act on."""

    reason: DenyReason
    platform_code: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The platform took the order back before doing anything."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """The platform can no longer take the order back; it goes on to its end."""


#: What is known about one number at one platform. A failed call raises `ConnectorError` instead.
LookupOutcome = Bound | NotBound | Pending | NeedsAction | Guidance
#: A connector for many platforms answers for each of them; a platform it leaves out is UNKNOWN.
LookupAnswer = LookupOutcome | Mapping[str, LookupOutcome | ConnectorError]
#: How one order about one account stands.
ActionOutcome = Done | Pending | NeedsAction | Denied | Guidance
#: Whether a pending order could be taken back.
WithdrawOutcome = Withdrawn | TooLate
