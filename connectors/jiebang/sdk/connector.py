"""The protocols that a connector implements: only those for the capabilities it declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from jiebang.sdk.actions import Capability
from jiebang.sdk.call import Call
from jiebang.sdk.errors import ConnectorError
from jiebang.sdk.outcomes import (
    ActionOutcome,
    LookupAnswer,
    LookupOutcome,
    Pending,
    WithdrawOutcome,
)
from jiebang.sdk.spec import ConnectorSpec
from jiebang.sdk.values import Account, Platform, Subject, Text


@runtime_checkable
class Connector(Protocol):
    """Any object with a spec. It keeps no state between calls and opens no connections itself."""

    @property
    def spec(self) -> ConnectorSpec: ...


class CanLookup(Connector, Protocol):
    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        """Find the accounts registered with this number. Raises `ConnectorError`."""
        ...


class CanUnbind(Connector, Protocol):
    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Detach the number from the account; the account remains. Raises `ConnectorError`."""
        ...


class CanCeaseContact(Connector, Protocol):
    async def cease_contact(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Stop calls and messages to this number that are meant for the account's owner."""
        ...


class CanLockAccount(Connector, Protocol):
    async def lock_account(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Keep the present holder of the number out of the account."""
        ...


class CanNotifyHolder(Connector, Protocol):
    async def notify_holder(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Inform the account's owner, by any channel but this number, that they lost it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One entry of a batch: the `subject`, `account` and call values of a single order."""

    subject: Subject
    account: Account
    idempotency_key: str
    callback_url: str | None = field(default=None, repr=False)


class CanLookupBatch(CanLookup, Protocol):
    async def lookup_batch(
        self, subjects: Sequence[Subject], call: Call
    ) -> Sequence[LookupAnswer | ConnectorError]:
        """Look up at most `Limits.batch` numbers at once; return one answer each, in their order.
        For a number that failed by itself, return its error; raising fails all."""
        ...


class CanUnbindBatch(CanUnbind, Protocol):
    async def unbind_batch(
        self, orders: Sequence[Order], call: Call
    ) -> Sequence[ActionOutcome | ConnectorError]:
        """Unbind as many as `Limits.batch` accounts in one request and return one outcome per
        order, in the same order. Keys are those of the orders; `call` has none."""
        ...


class CanStatus(Connector, Protocol):
    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> ActionOutcome | LookupOutcome:
        """Report the progress of `asked`, which was left pending and may be `Pending` still."""
        ...


class CanWithdraw(Connector, Protocol):
    async def withdraw(self, subject: Subject, pending: Pending, call: Call) -> WithdrawOutcome:
        """Withdraw a pending order. Raises `ConnectorError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCallback:
    """A callback whose signature and time are valid. `json` is its decoded body."""

    event_id: str
    headers: Mapping[str, str]
    json: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a callback says about one order. `remote_ref` None: the order the URL was made for."""

    outcome: ActionOutcome | LookupOutcome
    remote_ref: str | None = None


class CanCallback(Connector, Protocol):
    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        """Read the updates from a callback, without I/O or waiting. Raises `ProtocolFault` for an
        unknown body."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSource:
    """Where facts of a guide were read.

    `by` is who states them: ``platform`` (its own page or staff), ``press`` (an outside article) or
    ``community`` (users). `about` names the facts, such as ``steps`` or ``proof``. `dated` and
    `read_on` are ISO 8601 dates (2026-11-01); `dated` is None if the page is undated.
    """

    url: str
    by: str = "platform"
    about: tuple[str, ...] = ()
    dated: str | None = None
    read_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What a person can do by hand at a platform without an interface.

    Facts carry their source: `source_url`, the date of the source, and the date it was read.
    `live_checked` stays None until somebody has followed the steps.
    """

    id: str
    steps: Mapping[str, tuple[str, ...]]
    url: str | None = None
    proof: Text | None = None
    #: easy, medium, hard, limited, impossible (JustDeleteMe's scale).
    difficulty: str = "medium"
    source_url: str | None = None
    source_dated: str | None = None
    read_on: str | None = None
    live_checked: str | None = None
    #: The platform's own help page or support contact, https.
    official_help: str | None = None
    #: Whether an official one-click service covers the platform: yes, no, unknown; None: not
    #: checked.
    covered_by_official_service: str | None = None
    #: All sources; `source_url` and its dates repeat the first.
    sources: tuple[GuideSource, ...] = ()


class CanGuide(Connector, Protocol):
    def guide(self, platform: str) -> Guide:
        """The guide for one of the spec's platforms."""
        ...


class CanCatalogue(Connector, Protocol):
    async def catalogue(self, call: Call) -> Sequence[Platform | ConnectorError]:
        """List every platform the connector currently covers, besides those its spec names.

        For an entry that cannot be read, return its error: the list is then known to be incomplete.
        Raises `ConnectorError` if the list cannot be fetched.
        """
        ...


#: The method each capability needs; GUIDANCE is answered without I/O.
METHODS: Mapping[Capability, str] = {
    **{capability: capability.value for capability in Capability},
    Capability.CALLBACK: "parse_callback",
    Capability.GUIDANCE: "guide",
}
