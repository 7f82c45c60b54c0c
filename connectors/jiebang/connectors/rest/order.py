"""Orders about one account: for each kind of action a section in a manifest, and a method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from jiebang.connectors.manifest.field import Model
from jiebang.sdk import Account, ActionKind, ActionOutcome, Call, Subject

A = TypeVar("A", bound=Model)


class OrderSections(Model, Generic[A]):
    """The sections, each by the name of its kind. A kind without one is not taken."""

    unbind: A | None = None
    cease_contact: A | None = None
    lock_account: A | None = None
    notify_holder: A | None = None

    @property
    def actions(self) -> dict[str, A]:
        """The orders this connector takes, by name."""
        given: dict[str, A | None] = {kind.value: getattr(self, kind.value) for kind in ActionKind}
        return {name: section for name, section in given.items() if section is not None}


class OrderMethods(ABC):
    """The methods that the contract asks for, each by the name of its kind."""

    __slots__ = ()

    @abstractmethod
    async def _order(
        self, kind: ActionKind, subject: Subject, account: Account, call: Call
    ) -> ActionOutcome:
        """Have the platform do it. Raises `ConnectorError`."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return await self._order(ActionKind.UNBIND, subject, account, call)

    async def cease_contact(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return await self._order(ActionKind.CEASE_CONTACT, subject, account, call)

    async def lock_account(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return await self._order(ActionKind.LOCK_ACCOUNT, subject, account, call)

    async def notify_holder(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return await self._order(ActionKind.NOTIFY_HOLDER, subject, account, call)
