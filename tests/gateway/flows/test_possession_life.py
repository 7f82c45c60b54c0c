"""One-time codes compared with a simple model, for any order of operations."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.errors import GatewayError, Reason, TooManyRequests
from jiebang.gateway.domain.keys import Key, KeyRing
from jiebang.gateway.domain.one_time_code import CodeLimit, CodePolicy
from jiebang.gateway.flows.possession import CodeSent, PossessionProofs, ProvenPossession, Visitor
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.encryption import FieldEncryption
from jiebang.gateway.journal.models import Possession
from jiebang.gateway.journal.possession_store import PossessionStore

T = TypeVar("T")

HOUR = timedelta(hours=1)
#: Small enough to be reached.
POLICY = CodePolicy(
    life=timedelta(seconds=300),
    resend=timedelta(seconds=60),
    attempts=2,
    number=CodeLimit(codes=6, within=HOUR),
    number_caller=CodeLimit(codes=4, within=HOUR),
    number_source=CodeLimit(codes=3, within=HOUR),
    caller=CodeLimit(codes=5, wrong=4, within=HOUR),
    visitors=CodeLimit(codes=7, within=HOUR),
    source=CodeLimit(codes=5, wrong=3, within=HOUR),
)
NUMBERS = ("+8613800001234", "+8613900001234")
#: An app, two visitors of the page, and another tenant's app of the same name: tenant, name,
#: source.
ASKERS = (
    ("carrier", "app", None),
    ("carrier", ":page", "192.0.2.1"),
    ("carrier", ":page", "192.0.2.2"),
    ("other", "app", None),
)


@dataclass(slots=True, eq=False)
class Code:
    """The model's view of a code."""

    asker: int
    number: str
    at: datetime
    text: str
    sent: CodeSent
    key: int
    wrong: int = 0
    over: bool = False

    @property
    def caller(self) -> tuple[str, str]:
        return ASKERS[self.asker][:2]


class Codes(RuleBasedStateMachine):
    """`database` and `runner` are given by the test below."""

    database: Database
    runner: asyncio.Runner

    @initialize()
    def empty(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
        self.codes: list[Code] = []
        self.kids = self.oldest = 1
        self.said = ""
        self.run(self._clear())
        self._open()

    async def _clear(self) -> None:
        async with self.database.transaction() as session:
            await session.execute(sa.delete(Possession))

    def _open(self) -> None:
        ring = KeyRing(
            [Key(f"k{n}", bytes([n] * 32)) for n in range(self.kids, self.oldest - 1, -1)]
        )
        self.possessions = PossessionProofs(
            PossessionStore(self.database, FieldEncryption(ring)),
            self,
            self,
            regions=lambda: frozenset({"CN"}),
            policy=POLICY,
            clock=lambda: self.now,
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def send(self, number: str, text: str) -> None:
        self.said = "".join(filter(str.isdigit, text))[:6]

    def issue(self, tenant: str, holder: Holder, at: datetime) -> tuple[str, datetime]:
        return f"{tenant} {holder.number}", at

    def caller(self, asker: int) -> Caller:
        tenant, name, source = ASKERS[asker]
        if source is not None:
            return Visitor(tenant=tenant, source=source).caller
        return Caller(tenant=tenant, subject=name, scopes=frozenset({Scope.POSSESSION_PROVE}))

    def recent(self, at: datetime | None = None) -> list[Code]:
        """Return the codes that count: those under a removed key are unknown."""
        since = (at or self.now) - HOUR
        return [code for code in self.codes if code.at > since and code.key >= self.oldest]

    def may_send(self, asker: int, number: str, at: datetime) -> bool:
        *name, source = ASKERS[asker]
        recent = self.recent(at)
        mine = [code for code in recent if code.asker == asker]
        named = [code for code in recent if code.caller == tuple(name)]
        same = [code for code in recent if code.number == number]
        own = [code for code in mine if code.number == number]
        wrong = sum(code.wrong for code in mine)
        return (
            len(same) < POLICY.number.codes
            and sum(code.caller == tuple(name) for code in same) < POLICY.number_caller.codes
            and (
                len(named) < POLICY.caller.codes and wrong < (POLICY.caller.wrong or 0)
                if source is None
                else sum(code.asker == asker for code in same) < POLICY.number_source.codes
                and len(mine) < POLICY.source.codes
                and wrong < (POLICY.source.wrong or 0)
                and len(named) < POLICY.visitors.codes
            )
            and all(code.at + POLICY.resend <= at for code in own)
        )

    @rule(
        asks=st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(NUMBERS), st.sampled_from((0, 59, 60))),
            min_size=1,
            max_size=6,
        )
    )
    def request(self, asks: list[tuple[int, str, int]]) -> None:
        for asker, number, pause in asks:
            self.now += timedelta(seconds=pause)
            self._request(asker, number)

    @rule(asker=st.integers(0, 3), number=st.sampled_from(NUMBERS), times=st.integers(2, 4))
    def request_at_once(self, asker: int, number: str, times: int) -> None:
        """Of concurrent requests exactly one is sent."""
        self._request(asker, number, times)

    def _request(self, asker: int, number: str, times: int = 1) -> None:
        expected = self.may_send(asker, number, self.now)
        answers = self.run(self._asked(asker, number, times))
        sent = [one for one in answers if isinstance(one, CodeSent)]
        assert len(sent) == expected
        if sent:
            assert sent[0].resend_at == self.now + POLICY.resend
            for code in self.codes:
                alive = code.at + POLICY.life > self.now  # what expired, retention takes
                if alive and (code.asker, code.number) == (asker, number):
                    code.over = True
            self.codes.append(Code(asker, number, self.now, self.said, sent[0], self.kids))
        for one in answers:
            if not isinstance(one, CodeSent):
                self._refused(one, asker, number)

    async def _asked(self, asker: int, number: str, times: int) -> list[CodeSent | BaseException]:
        ask = partial(self.possessions.request, number=number, language="en")
        *_, source = ASKERS[asker]
        return await asyncio.gather(
            *(ask(self.caller(asker), source=source) for _ in range(times)), return_exceptions=True
        )

    def _refused(self, error: BaseException, asker: int, number: str) -> None:
        """Check that the reported time is the first at which it would not be refused."""
        assert isinstance(error, TooManyRequests)
        assert error.reason is Reason.TOO_MANY_CODES
        assert error.retry_at is not None
        assert self.may_send(asker, number, error.retry_at)
        assert not self.may_send(asker, number, error.retry_at - timedelta(microseconds=1))

    @rule(
        guesses=st.lists(
            st.tuples(
                st.integers(0, 5), st.sampled_from((False, False, False, True)), st.integers(0, 5)
            ),
            min_size=1,
            max_size=6,
        )
    )
    def guess(self, guesses: list[tuple[int, bool, int]]) -> None:
        for which, right, stranger in guesses:
            if which < len(self.codes):
                self._guess(self.codes[-1 - which], right, stranger=stranger == 5)

    def _guess(self, code: Code, right: bool, *, stranger: bool) -> None:
        asker = code.asker
        if stranger:
            asker = 3 if code.caller[0] == "carrier" else 0
        (answer,) = self.run(self._answers(asker, code, [right]))
        if stranger or self._is_gone(code):
            assert reason(answer) is Reason.CODE_EXPIRED
        elif not self._left(code):
            self._locked(answer, code)
        elif right:
            self._proven(answer, code)
        else:
            code.wrong += 1
            self._wrong(answer, code)

    @rule(which=st.integers(0, 3), rights=st.lists(st.booleans(), min_size=2, max_size=6))
    def guess_at_once(self, which: int, rights: list[bool]) -> None:
        """Concurrent guesses are limited to those left, and one right guess wins."""
        if which >= len(self.codes):
            return
        code = self.codes[-1 - which]
        gone, left = self._is_gone(code), self._left(code)
        answers = self.run(self._answers(code.asker, code, rights))
        found = Counter(
            "proven" if isinstance(one, ProvenPossession) else reason(one) for one in answers
        )
        wrong, proven = found[Reason.CODE_WRONG], found["proven"]
        if gone:
            assert found == {Reason.CODE_EXPIRED: len(rights)}
        elif proven:
            assert proven == 1
            assert any(rights)
            assert wrong < left
            assert wrong + proven + found[Reason.CODE_EXPIRED] == len(rights)
            code.over = True
        else:
            assert wrong == min(left, len(rights))
            assert wrong + found[Reason.TOO_MANY_ATTEMPTS] == len(rights)
            assert wrong == left or not any(rights)
        code.wrong += wrong

    def _is_gone(self, code: Code) -> bool:
        return code.over or code.at + POLICY.life <= self.now or code.key < self.oldest

    def _left(self, code: Code) -> int:
        """Return the wrong guesses that the code and its requester have left."""
        limit = POLICY.caller if ASKERS[code.asker][2] is None else POLICY.source
        wrong = sum(one.wrong for one in self.recent() if one.asker == code.asker)
        return max(min(POLICY.attempts - code.wrong, (limit.wrong or 0) - wrong), 0)

    def _proven(self, answer: ProvenPossession | BaseException, code: Code) -> None:
        assert isinstance(answer, ProvenPossession), answer
        assert answer.token == f"{code.caller[0]} {code.number}"
        code.over = True

    def _wrong(self, answer: ProvenPossession | BaseException, code: Code) -> None:
        assert reason(answer) is Reason.CODE_WRONG
        assert isinstance(answer, GatewayError)
        assert answer.attempts_left == POLICY.attempts - code.wrong

    def _locked(self, answer: ProvenPossession | BaseException, code: Code) -> None:
        assert reason(answer) is Reason.TOO_MANY_ATTEMPTS
        assert isinstance(answer, GatewayError)
        if code.wrong >= POLICY.attempts:
            assert answer.retry_at == max(self.now, code.at + POLICY.resend)
            return
        spent = [one.at for one in self.recent() if one.asker == code.asker and one.wrong]
        assert answer.retry_at == min(spent) + HOUR

    async def _answers(
        self, asker: int, code: Code, rights: list[bool]
    ) -> list[ProvenPossession | BaseException]:
        wrong = f"{(int(code.text) + 1) % 10**6:06}"
        guess = partial(self.possessions.confirm, self.caller(asker), code.sent.id)
        return await asyncio.gather(
            *(guess(code.text if right else wrong) for right in rights), return_exceptions=True
        )

    @rule(seconds=st.sampled_from((1, 59, 60, 299, 300, 3600)))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def rotate(self) -> None:
        """Old keys stay in the ring, as the operations page asks."""
        if self.kids < 4:
            self.kids += 1
            self._open()

    @rule()
    def drop(self) -> None:
        """What the oldest key wrote cannot be read any more, and no longer counts."""
        if self.oldest < self.kids:
            self.oldest += 1
            self._open()

    def teardown(self) -> None:
        if hasattr(self, "codes"):
            self.run(self._nothing_is_left_of_what_is_over())

    async def _nothing_is_left_of_what_is_over(self) -> None:
        async with self.database.transaction() as session:
            rows = (await session.scalars(sa.select(Possession))).all()
        over = {code.sent.id for code in self.codes if code.over}
        assert {row.id for row in rows} == {code.sent.id for code in self.codes}
        kept = {row.id for row in rows if row.code_digest or row.number_cipher}
        # A key's successor does not see the code it ends, once the key was dropped.
        readable = {code.sent.id for code in self.codes if code.key >= self.oldest}
        assert not kept & over & readable


def reason(answer: object) -> Reason:
    assert isinstance(answer, GatewayError), answer
    return answer.reason


def live(dsn: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(dsn)
        machine = type("Machine", (Codes,), {"database": database, "runner": runner})
        try:
            run_state_machine_as_test(
                machine, settings=settings(max_examples=60, stateful_step_count=15, deadline=None)
            )
        finally:
            runner.run(database.close())


async def test_codes_live_as_the_model_says(dsn: str) -> None:
    await asyncio.to_thread(live, dsn)  # with a loop of its own: its steps are no coroutines
