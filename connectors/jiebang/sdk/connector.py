"""The protocols a connector implements: only those for the capabilities it declares."""

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
    """Anything with a spec. It holds no state between calls and opens nothing by itself."""

    @property
    def spec(self) -> ConnectorSpec: ...


class CanLookup(Connector, Protocol):
    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        """Which accounts carry this number? Raises `ConnectorError`."""
        ...


class CanUnbind(Connector, Protocol):
    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Detach the number from the account; the account lives on. Raises `ConnectorError`."""
        ...


class CanCeaseContact(Connector, Protocol):
    async def cease_contact(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Stop calls and messages to this number meant for the account's owner."""
        ...


class CanLockAccount(Connector, Protocol):
    async def lock_account(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Keep whoever now holds the number out of the account."""
        ...


class CanNotifyHolder(Connector, Protocol):
    async def notify_holder(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Tell the account's owner, by any way but this number, that it is theirs no longer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One entry of a batch: what a single order would have in `subject`, `account` and `call`."""

    subject: Subject
    account: Account
    idempotency_key: str
    callback_url: str | None = field(default=None, repr=False)


class CanLookupBatch(CanLookup, Protocol):
    async def lookup_batch(
        self, subjects: Sequence[Subject], call: Call
    ) -> Sequence[LookupAnswer | ConnectorError]:
        """`lookup` for up to `Limits.batch` numbers in one request: an answer for each, in their
        order. A number that failed alone is answered with its error; raising fails them all."""
        ...


class CanUnbindBatch(CanUnbind, Protocol):
    async def unbind_batch(
        self, orders: Sequence[Order], call: Call
    ) -> Sequence[ActionOutcome | ConnectorError]:
        """`unbind` for up to `Limits.batch` accounts in one request: an outcome for each, in
        their order. Keys are those of the orders; `call` has none."""
        ...


class CanStatus(Connector, Protocol):
    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> ActionOutcome | LookupOutcome:
        """How far is what `asked` left pending? Still `Pending` is an answer."""
        ...


class CanWithdraw(Connector, Protocol):
    async def withdraw(self, subject: Subject, pending: Pending, call: Call) -> WithdrawOutcome:
        """Take a pending order back. Raises `ConnectorError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCallback:
    """A callback whose signature and time held. `json` is its decoded body."""

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
        """Pure: no I/O, no waiting. Raises `ProtocolFault` for a body it does not know."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSource:
    """Where facts of a guide were read.

    `by` says whose word it is: ``platform`` (its own page or staff), ``press`` (an outside
    article) or ``community`` (users). `about` names the facts, such as ``steps`` or ``proof``.
    `dated` and `read_on` are days (2026-11-01); `dated` is None where the page has no date.
    """

    url: str
    by: str = "platform"
    about: tuple[str, ...] = ()
    dated: str | None = None
    read_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What a person can do by hand at a platform that has no interface.

    Facts carry their source: `source_url`, the day the source is dated, the day it was read.
    `live_checked` stays None until a person has walked the steps.
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
    #: The platform's own help page or entrance to its support, https.
    official_help: str | None = None
    #: Does an official one-click service cover the platform? yes, no, unknown; None: not looked up.
    covered_by_official_service: str | None = None
    #: Every source; `source_url` and its days repeat the first.
    sources: tuple[GuideSource, ...] = ()


class CanGuide(Connector, Protocol):
    def guide(self, platform: str) -> Guide:
        """The guide for one of the spec's platforms."""
        ...


class CanCatalogue(Connector, Protocol):
    async def catalogue(self, call: Call) -> Sequence[Platform | ConnectorError]:
        """Every platform the connector speaks for now, beside those its spec names.

        An entry that cannot be read is answered with its error: the list is then known not to
        be whole. Raises `ConnectorError` when there is no list.
        """
        ...


#: The method each capability needs; GUIDANCE is answered without I/O.
METHODS: Mapping[Capability, str] = {
    **{capability: capability.value for capability in Capability},
    Capability.CALLBACK: "parse_callback",
    Capability.GUIDANCE: "guide",
}
