"""A connector made from a manifest of kind `rest`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from jiebang.connectors.fanout import together
from jiebang.connectors.manifest.setting import setting
from jiebang.connectors.manifest.template import Value
from jiebang.connectors.rest.answer import Answer
from jiebang.connectors.rest.model import ActionSection, LookupSection, Rest
from jiebang.connectors.rest.outcome import (
    action_outcome,
    identifier,
    lookup_outcome,
    withdraw_outcome,
)
from jiebang.connectors.rest.page import joined, merged
from jiebang.connectors.rest.request import Filled, Request, fill
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
    Capability.NOTIFY_HOLDER: frozenset({Effect.HOLDER_NOTIFIED}),
}


@dataclass(frozen=True, slots=True)
class RestConnector:
    """Speaks to one platform (or to an aggregator) the way its manifest says."""

    spec: ConnectorSpec
    manifest: Rest = field(repr=False)
    #: A field of every answer whose presence says that the answer may not be whole.
    faulty: str | None = None

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        questions = self.manifest.questions
        if len(questions) == 1:
            outcome = await self._look(questions[0], subject, call)
        else:
            # The first failure is the answer: nobody knows what it hides.
            asked = (self._look(one, subject, call) for one in questions)
            outcome = merged(await together(asked))
        if len(self.spec.platforms) == 1:
            return outcome
        wanted = call.platforms & self.spec.platform_ids
        if not isinstance(outcome, Bound):
            return dict.fromkeys(wanted, outcome)
        # A platform without an account in the list is left out: that is no evidence of absence.
        found = {
            platform: tuple(one for one in outcome.accounts if one.platform == platform)
            for platform in wanted
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

    async def notify_holder(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        section = self.manifest.notify_holder
        return await self._act(section, Capability.NOTIFY_HOLDER, subject, account, call)

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
        only = self.spec.platforms[0].id if len(self.spec.platforms) == 1 else None
        values = self._values(subject, call, pending=pending)
        request = fill(section.request, self.manifest.auth, None, values, call)
        pages, seen = section.pages, set[str]()
        outcomes: list[LookupOutcome] = []
        for _ in range(1 if pages is None else pages.most):
            answer = await self._send(request, call, write=False)
            rule = answer.rule(section.outcomes, self.manifest.errors)
            outcome = lookup_outcome(rule, answer.document, subject, only)
            if isinstance(outcome, Bound) and not answer.whole:
                outcome = replace(outcome, complete=False)
            outcomes.append(outcome)
            cursor = None if pages is None else pages.cursor(answer.document)
            if pages is None or cursor is None:
                return joined(outcomes, whole=True)
            if cursor in seen:
                raise ProtocolFault("the pages go round in a circle")
            seen.add(cursor)
            pages.turn(request, cursor, setting("base_url", values), self.manifest.auth)
        return joined(outcomes, whole=False)

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
        values = self._values(subject, call, account=account, pending=pending)
        key = self.manifest.idempotency if order else None
        return await self._send(
            fill(request, self.manifest.auth, key, values, call), call, write=write
        )

    async def _send(self, request: Filled, call: Call, *, write: bool) -> Answer:
        try:
            return Answer.of(await request.send(call), write=write, faulty=self.faulty)
        except ConnectorError as error:
            # The client takes every POST for a write; a query by POST changes nothing.
            error.maybe_done = error.maybe_done and write
            raise

    def _values(
        self,
        subject: Subject,
        call: Call,
        *,
        account: Account | None = None,
        pending: Pending | None = None,
    ) -> dict[str, Value]:
        values: dict[str, Value] = {
            "subject.number": subject.number,
            "subject.national": subject.national,
            "subject.held_since": subject.held_since,
            "subject.held_until": subject.held_until,
            "call.idempotency_key": call.idempotency_key,
            "call.callback_url": call.callback_url,
        }
        for one in self.spec.settings:
            values[f"config.{one.name}"] = call.settings.get(one.name, one.default)
        if account is not None:
            values["account.handle"] = account.handle
            values["account.platform"] = account.platform
        if pending is not None:
            values["remote_ref"] = pending.remote_ref
        return values


def _there(section: S | None, name: str) -> S:
    if section is None:
        raise Unsupported(f"the manifest has no section {name}")
    return section
