"""A connector made from a manifest of kind `rest`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from jiebang.connectors.manifest.template import Value
from jiebang.connectors.rest.answer import Answer
from jiebang.connectors.rest.model import ActionSection, LookupSection, Rest
from jiebang.connectors.rest.outcome import (
    action_outcome,
    identifier,
    lookup_outcome,
    withdraw_outcome,
)
from jiebang.connectors.rest.request import Request, send
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Call,
    Capability,
    ConnectorError,
    ConnectorSpec,
    Effect,
    LookupAnswer,
    LookupOutcome,
    Pending,
    ProtocolFault,
    Subject,
    Unsupported,
    Update,
    VerifiedCallback,
    WithdrawOutcome,
)

S = TypeVar("S")

#: What an operation does when the manifest's `done` does not say it.
EFFECTS: Mapping[Capability, frozenset[Effect]] = {
    Capability.UNBIND: frozenset({Effect.NUMBER_DETACHED}),
    Capability.CEASE_CONTACT: frozenset({Effect.CONTACT_STOPPED}),
    Capability.LOCK_ACCOUNT: frozenset({Effect.LOGIN_DISABLED}),
}


@dataclass(frozen=True, slots=True)
class RestConnector:
    """Speaks to one platform (or to an aggregator) the way its manifest says."""

    spec: ConnectorSpec
    manifest: Rest = field(repr=False)

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        outcome = await self._look(self.manifest.lookup, subject, call)
        if len(self.spec.platforms) == 1:
            return outcome
        asked = call.platforms & self.spec.platform_ids
        if not isinstance(outcome, Bound):
            return dict.fromkeys(asked, outcome)
        # A platform without an account in the list is left out: that is no evidence of absence.
        found = {
            platform: tuple(one for one in outcome.accounts if one.platform == platform)
            for platform in asked
        }
        return {
            platform: Bound(accounts=accounts, complete=outcome.complete)
            for platform, accounts in found.items()
            if accounts
        }

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return await self._act(self.manifest.unbind, Capability.UNBIND, subject, account, call)

    async def cease_contact(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        section = self.manifest.cease_contact
        return await self._act(section, Capability.CEASE_CONTACT, subject, account, call)

    async def lock_account(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        section = self.manifest.lock_account
        return await self._act(section, Capability.LOCK_ACCOUNT, subject, account, call)

    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> ActionOutcome | LookupOutcome:
        if asked is Capability.LOOKUP:
            section = _there(self.manifest.lookup_status, "lookup_status")
            return await self._look(section, subject, call, pending)
        status = _there(self.manifest.status, "status")
        answer = await self._ask(status.request, subject, call, pending=pending)
        rule = answer.rule(status.outcomes, self.manifest.errors)
        return action_outcome(rule, answer.document, EFFECTS.get(asked, frozenset()))

    async def withdraw(self, subject: Subject, pending: Pending, call: Call) -> WithdrawOutcome:
        section = _there(self.manifest.withdraw, "withdraw")
        answer = await self._ask(section.request, subject, call, pending=pending, write=True)
        return withdraw_outcome(answer.rule(section.outcomes, self.manifest.errors))

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        section = _there(self.manifest.callback, "callback")
        answer = Answer(200, event.json, empty=False, retry_after=None, write=False)
        rule = answer.rule(section.outcomes, ())
        ref = section.remote_ref
        return (
            Update(
                outcome=action_outcome(rule, event.json, EFFECTS[Capability.UNBIND]),
                remote_ref=None if ref is None else identifier(ref, event.json),
            ),
        )

    async def _look(
        self, section: LookupSection, subject: Subject, call: Call, pending: Pending | None = None
    ) -> LookupOutcome:
        answer = await self._ask(section.request, subject, call, pending=pending)
        rule = answer.rule(section.outcomes, self.manifest.errors)
        only = self.spec.platforms[0].id if len(self.spec.platforms) == 1 else None
        return lookup_outcome(rule, answer.document, subject, only)

    async def _act(
        self,
        section: ActionSection | None,
        asked: Capability,
        subject: Subject,
        account: Account,
        call: Call,
    ) -> ActionOutcome:
        section = _there(section, asked.value)
        answer = await self._ask(
            section.request, subject, call, account=account, write=True, order=True
        )
        rule = answer.rule(section.outcomes, self.manifest.errors)
        try:
            return action_outcome(rule, answer.document, EFFECTS[asked])
        except ProtocolFault as fault:
            fault.maybe_done = True  # it answered, and we cannot tell what
            raise

    async def _ask(
        self,
        request: Request,
        subject: Subject,
        call: Call,
        *,
        account: Account | None = None,
        pending: Pending | None = None,
        write: bool = False,
        order: bool = False,
    ) -> Answer:
        values: dict[str, Value] = {
            "subject.number": subject.number,
            "subject.national": subject.national,
            "subject.held_since": subject.held_since,
            "subject.held_until": subject.held_until,
            "call.idempotency_key": call.idempotency_key,
            "call.callback_url": call.callback_url,
        }
        for setting in self.spec.settings:
            values[f"config.{setting.name}"] = call.settings.get(setting.name, setting.default)
        if account is not None:
            values["account.handle"] = account.handle
            values["account.platform"] = account.platform
        if pending is not None:
            values["remote_ref"] = pending.remote_ref
        try:
            key = self.manifest.idempotency if order else None
            reply = await send(request, self.manifest.auth, key, values, call)
            return Answer.of(reply, write=write)
        except ConnectorError as error:
            # The client takes every POST for a write; a query by POST changes nothing.
            error.maybe_done = error.maybe_done and write
            raise


def _there(section: S | None, name: str) -> S:
    if section is None:
        raise Unsupported(f"the manifest has no section {name}")
    return section
