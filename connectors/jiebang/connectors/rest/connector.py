"""A connector made from a manifest of kind `rest`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from jiebang.connectors.gather import gather_all
from jiebang.connectors.manifest.setting import setting_value
from jiebang.connectors.manifest.template import Value, Values
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.batch import BatchSection, split_entries
from jiebang.connectors.rest.interpreter import EFFECTS, Interpreter
from jiebang.connectors.rest.model import LookupSection, Rest
from jiebang.connectors.rest.order import OrderMethods
from jiebang.connectors.rest.outcome import (
    action_outcome,
    identifier,
    lookup_outcome,
    withdraw_outcome,
)
from jiebang.connectors.rest.page import Pages, join_pages, merge_lookups
from jiebang.connectors.rest.placeholders import (
    account_of,
    call_of,
    pending_of,
    settings_of,
    subject_of,
)
from jiebang.connectors.rest.python_step import StepFunctions
from jiebang.connectors.rest.request import PreparedRequest, Request, prepare_request
from jiebang.sdk import (
    Account,
    ActionKind,
    ActionOutcome,
    Bug,
    Call,
    Capability,
    ConnectorError,
    ConnectorSpec,
    Effect,
    LookupAnswer,
    LookupOutcome,
    Order,
    Pending,
    ProtocolFault,
    Subject,
    Unsupported,
    Update,
    VerifiedCallback,
    WithdrawOutcome,
)

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RestConnector(OrderMethods):
    """Speaks to one platform (or to an aggregator) the way its manifest says."""

    spec: ConnectorSpec
    manifest: Rest = field(repr=False)
    #: A field whose presence in an answer means that the answer may be incomplete.
    error_field: str | None = None
    functions: StepFunctions = field(default=StepFunctions(), repr=False)

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        questions = self.manifest.lookup_variants
        if len(questions) == 1:
            outcome = await self._lookup_section(questions[0], subject, call)
        else:
            # A failed lookup may hide accounts, so the first failure is the answer.
            asked = (self._lookup_section(one, subject, call) for one in questions)
            outcome = merge_lookups(await gather_all(asked))
        return self._interpreter.lookup_answer(outcome, call)

    async def lookup_batch(
        self, subjects: Sequence[Subject], call: Call
    ) -> Sequence[LookupAnswer | ConnectorError]:
        section, interpreter = (
            _require_section(self.manifest.lookup_batch, "lookup_batch"),
            self._interpreter,
        )
        entries = [self._values(subject, call) for subject in subjects]

        def read(index: int, answer: ParsedAnswer) -> LookupAnswer:
            outcome = interpreter.read_lookup(
                section.outcomes, answer, entries[index], subjects[index]
            )
            return interpreter.lookup_answer(outcome, call)

        return _read_each(await self._ask_batch(section, entries, call, write=False), read)

    async def unbind_batch(
        self, orders: Sequence[Order], call: Call
    ) -> Sequence[ActionOutcome | ConnectorError]:
        section, interpreter = (
            _require_section(self.manifest.unbind_batch, "unbind_batch"),
            self._interpreter,
        )
        settings = settings_of(self.spec.settings, call)
        entries = [
            settings | subject_of(one.subject) | account_of(one.account) | call_of(one)
            for one in orders
        ]

        def read(index: int, answer: ParsedAnswer) -> ActionOutcome:
            return interpreter.read_order(
                section.outcomes, answer, entries[index], Capability.UNBIND
            )

        return _read_each(await self._ask_batch(section, entries, call, write=True), read)

    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> ActionOutcome | LookupOutcome:
        if asked is Capability.LOOKUP:
            section = _require_section(self.manifest.lookup_status, "lookup_status")
            return await self._lookup_section(section, subject, call, pending)
        status = _require_section(self.manifest.status, "status")
        values = self._values(subject, call, pending=pending)
        answer = await self._ask(status.request, values, call)
        return self._interpreter.read_order(status.outcomes, answer, values, asked)

    async def withdraw(self, subject: Subject, pending: Pending, call: Call) -> WithdrawOutcome:
        section = _require_section(self.manifest.withdraw, "withdraw")
        values = self._values(subject, call, pending=pending)
        answer = await self._ask(section.request, values, call, write=True)
        return withdraw_outcome(answer.find_rule(section.outcomes, self.manifest.errors))

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        section = _require_section(self.manifest.callback, "callback")
        answer = ParsedAnswer(200, event.json, empty=False, retry_after=None, write=False)
        ref = None if section.remote_ref is None else identifier(section.remote_ref, event.json)
        waiting = self.manifest.pending_actions
        # With several kinds of order each rule names its effects; this is checked at load.
        effects = EFFECTS[Capability(waiting[0])] if len(waiting) == 1 else frozenset[Effect]()
        only = self.spec.platforms[0].id if len(self.spec.platforms) == 1 else None
        outcomes: list[ActionOutcome | LookupOutcome] = []
        fault = ProtocolFault("no outcome holds for this callback")
        # It may be about an order or a lookup; the token decides, so it is read as both.
        if section.outcomes is not None:
            try:
                order = answer.find_rule(section.outcomes, ())
                outcomes.append(action_outcome(order, event.json, effects))
            except ProtocolFault as error:
                fault = error
        if section.lookup_outcomes is not None:
            try:
                question = answer.find_rule(section.lookup_outcomes, ())
                outcomes.append(lookup_outcome(question, event.json, None, only))
            except ProtocolFault as error:
                fault = error
        if not outcomes:
            raise fault
        return tuple(Update(outcome=outcome, remote_ref=ref) for outcome in outcomes)

    @property
    def _interpreter(self) -> Interpreter:
        return Interpreter(self.manifest, self.functions, self.spec.platform_ids)

    async def _lookup_section(
        self, section: LookupSection, subject: Subject, call: Call, pending: Pending | None = None
    ) -> LookupOutcome:
        values = self._values(subject, call, pending=pending)
        request = prepare_request(
            section.request, self.manifest.auth, None, values, call, self.functions
        )
        outcomes: list[LookupOutcome] = []
        async for answer in self._pages(request, section.pages, values, call):
            if answer is None:
                return join_pages(outcomes, whole=False)
            outcomes.append(
                self._interpreter.read_lookup(section.outcomes, answer, values, subject)
            )
        return join_pages(outcomes, whole=True)

    async def _pages(
        self, request: PreparedRequest, pages: Pages | None, values: Values, call: Call
    ) -> AsyncIterator[ParsedAnswer | None]:
        """Yield the answer of each page; None at the end if there are more than may be read."""
        seen = set[str]()
        for _ in range(1 if pages is None else pages.most):
            answer = await self._send(request, call, write=False)
            yield answer
            cursor = None if pages is None else pages.cursor(answer.document)
            if pages is None or cursor is None:
                return
            if cursor in seen:
                raise ProtocolFault("the pages form a cycle")
            seen.add(cursor)
            pages.turn(request, cursor, setting_value("base_url", values), self.manifest.auth)
        yield None

    async def _order(
        self, kind: ActionKind, subject: Subject, account: Account, call: Call
    ) -> ActionOutcome:
        section = _require_section(self.manifest.actions.get(kind.value), kind.value)
        values = self._values(subject, call, account=account)
        answer = await self._ask(section.request, values, call, write=True, order=True)
        return self._interpreter.read_order(section.outcomes, answer, values, kind.capability)

    async def _ask_batch(
        self, section: BatchSection, entries: Sequence[Values], call: Call, *, write: bool
    ) -> list[ParsedAnswer | ProtocolFault]:
        """Send one request for all entries, and return what its reply says about each."""
        wanted = [section.key.expected.text(values) for values in entries]
        if len(set(wanted)) < len(wanted):
            raise Bug("two entries of a batch have the same key")
        auth, values = self.manifest.auth, settings_of(self.spec.settings, call)
        request = prepare_request(
            section.request, auth, None, values, call, self.functions, entries
        )
        answer = await self._send(request, call, write=write)
        return split_entries(section, answer, wanted, self.manifest.errors)

    async def _ask(
        self,
        request: Request,
        values: Values,
        call: Call,
        *,
        write: bool = False,
        order: bool = False,
    ) -> ParsedAnswer:
        key = self.manifest.idempotency if order else None
        filled = prepare_request(request, self.manifest.auth, key, values, call, self.functions)
        return await self._send(filled, call, write=write)

    async def _send(self, request: PreparedRequest, call: Call, *, write: bool) -> ParsedAnswer:
        try:
            return ParsedAnswer.parse(
                await request.send(call), write=write, error_field=self.error_field
            )
        except ConnectorError as error:
            # The client treats every POST as a write; a lookup by POST changes nothing.
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
        values = settings_of(self.spec.settings, call) | subject_of(subject) | call_of(call)
        if account is not None:
            values |= account_of(account)
        if pending is not None:
            values |= pending_of(pending)
        return values


def _read_each(
    answers: Sequence[ParsedAnswer | ProtocolFault], read: Callable[[int, ParsedAnswer], T]
) -> list[T | ConnectorError]:
    """Read each answer; return the error where there is one, or where reading fails."""
    found: list[T | ConnectorError] = []
    for index, answer in enumerate(answers):
        try:
            found.append(answer if isinstance(answer, ProtocolFault) else read(index, answer))
        except ConnectorError as error:
            found.append(error)
    return found


def _require_section(section: S | None, name: str) -> S:
    if section is None:
        raise Unsupported(f"the manifest does not have a section {name}")
    return section
