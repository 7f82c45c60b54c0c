"""The kinds of action, each in one entry: what can be asked of a platform about one account.

One word names a kind, its capability, the method of a connector and the section of a manifest.
A new kind begins here; docs/decisions/0021-action-kinds.md names the other places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jiebang.sdk.reasons import Effect


class ActionKind(StrEnum):
    """What can be asked of a platform about one account."""

    UNBIND = "unbind"
    CEASE_CONTACT = "cease_contact"
    LOCK_ACCOUNT = "lock_account"
    NOTIFY_HOLDER = "notify_holder"

    @property
    def meaning(self) -> str:
        """What the platform is asked, in one line."""
        return _ACTIONS[self].meaning

    @property
    def effects(self) -> frozenset[Effect]:
        """What it does at the platform where nothing else is said."""
        return _ACTIONS[self].effects

    @property
    def capability(self) -> Capability:
        """What a connector that takes it declares."""
        return Capability(self.value)

    @property
    def batch(self) -> Capability | None:
        """The capability to take many at once; None: one at a time."""
        return _ACTIONS[self].batch

    @property
    def ability(self) -> str:
        """What a connector with its capability can do, in one line."""
        return _ACTIONS[self].ability

    @property
    def order(self) -> str:
        """What an order of it asks for, in one line."""
        return _ACTIONS[self].order


class Capability(StrEnum):
    """What a connector can do. Each needs its method; see `jiebang.sdk.connector.METHODS`."""

    LOOKUP = "lookup"
    LOOKUP_BATCH = "lookup_batch"
    UNBIND = "unbind"
    UNBIND_BATCH = "unbind_batch"
    CEASE_CONTACT = "cease_contact"
    LOCK_ACCOUNT = "lock_account"
    STATUS = "status"
    WITHDRAW = "withdraw"
    CALLBACK = "callback"
    NOTIFY_HOLDER = "notify_holder"
    GUIDANCE = "guidance"
    CATALOGUE = "catalogue"

    @classmethod
    def of(cls, kind: ActionKind) -> Capability:
        return kind.capability


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What goes with a kind; the properties of `ActionKind` say what each field is."""

    meaning: str
    ability: str
    order: str
    effects: frozenset[Effect]
    batch: Capability | None = None


_ACTIONS: Mapping[ActionKind, _Action] = {
    ActionKind.UNBIND: _Action(
        meaning="Detach the number. The account lives on.",
        ability="Detach a number from an account.",
        order="Unbind selected accounts.",
        effects=frozenset({Effect.NUMBER_DETACHED}),
        batch=Capability.UNBIND_BATCH,
    ),
    ActionKind.CEASE_CONTACT: _Action(
        meaning="Stop calls and messages meant for the account's owner.",
        ability="End contact meant for an account's owner.",
        order="Stop contact about selected accounts.",
        effects=frozenset({Effect.CONTACT_STOPPED}),
    ),
    ActionKind.LOCK_ACCOUNT: _Action(
        meaning="Keep whoever now holds the number out of the account.",
        ability="Keep the number's present holder out of an account.",
        order="Lock selected accounts.",
        effects=frozenset({Effect.LOGIN_DISABLED}),
    ),
    ActionKind.NOTIFY_HOLDER: _Action(
        meaning="Tell the account's owner, by another way than this number.",
        ability="Tell an account's owner.",
        order="Notify the owners of selected accounts.",
        effects=frozenset({Effect.HOLDER_NOTIFIED}),
    ),
}
