"""The life of codes against a plain model of it: whatever people do, in whatever order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from jiebang.gateway.caller import Caller, Holder, Scope
from jiebang.gateway.codes import CodePolicy, Limit
from jiebang.gateway.errors import GatewayError, Reason, TooManyRequests
from jiebang.gateway.journal.database import Database
from jiebang.gateway.journal.models import Possession
from jiebang.gateway.journal.possession import PossessionStore
from jiebang.gateway.journal.vault import Vault
from jiebang.gateway.keys import Key, KeyRing
from jiebang.gateway.possession import Possessions, Proven, Sent, Visitor

T = TypeVar("T")

HOUR = timedelta(hours=1)
#: Small enough to be reached.
POLICY = CodePolicy(
    life=timedelta(seconds=300),
    resend=timedelta(seconds=60),
    attempts=2,
    number=Limit(codes=6, within=HOUR),
    number_caller=Limit(codes=4, within=HOUR),
    number_source=Limit(codes=3, within=HOUR),
    caller=Limit(codes=5, wrong=4, within=HOUR),
    visitors=Limit(codes=7, within=HOUR),
    source=Limit(codes=5, wrong=3, within=HOUR),
)
NUMBERS = ("+8613800001234", "+8613900001234")
#: An app, and two visitors of the page: a caller's name and a source.
ASKERS = (("app", None), (":page", "192.0.2.1"), (":page", "192.0.2.2"))


@dataclass(slots=True, eq=False)
class Code:
    """What the model knows of a code."""

    asker: int
    number: str
    at: datetime
    text: str
    sent: Sent
    wrong: int = 0
    over: bool = False

    @property
    def caller(self) -> str:
        return ASKERS[self.asker][0]


class Codes(RuleBasedStateMachine):
    """`database` and `runner` are given by the test below."""

    database: Database
    runner: asyncio.Runner

    @initialize()
    def empty(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
        self.codes: list[Code] = []
        self.kids = 1
        self.said = ""
        self.run(self._clear())
        self._open()

    async def _clear(self) -> None:
        async with self.database.transaction() as session:
            await session.execute(sa.delete(Possession))

    def _open(self) -> None:
        ring = KeyRing([Key(f"k{n}", bytes([n] * 32)) for n in range(self.kids, 0, -1)])
        self.possessions = Possessions(
            PossessionStore(self.database, Vault(ring)),
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
        name, source = ASKERS[asker]
        if source is not None:
            return Visitor(tenant="carrier", source=source).caller
        return Caller(tenant="carrier", subject=name, scopes=frozenset({Scope.POSSESSION_PROVE}))

    def recent(self) -> list[Code]:
        return [code for code in self.codes if code.at > self.now - HOUR]

    def may_send(self, asker: int, number: str) -> bool:
        name, source = ASKERS[asker]
        mine = [code for code in self.recent() if code.asker == asker]
        named = [code for code in self.recent() if code.caller == name]
        same = [code for code in self.recent() if code.number == number]
        own = [code for code in self.codes if code.asker == asker and code.number == number]
        wrong = sum(code.wrong for code in mine)
        return (
            len(same) < POLICY.number.codes
            and sum(code.caller == name for code in same) < POLICY.number_caller.codes
            and (
                len(named) < POLICY.caller.codes and wrong < (POLICY.caller.wrong or 0)
                if source is None
                else sum(code.asker == asker for code in same) < POLICY.number_source.codes
                and len(mine) < POLICY.source.codes
                and wrong < (POLICY.source.wrong or 0)
                and len(named) < POLICY.visitors.codes
            )
            and all(code.at + POLICY.resend <= self.now for code in own)
        )

    @rule(
        asks=st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from(NUMBERS), st.sampled_from((0, 59, 60))),
            min_size=1,
            max_size=6,
        )
    )
    def request(self, asks: list[tuple[int, str, int]]) -> None:
        for asker, number, pause in asks:
            self.now += timedelta(seconds=pause)
            self._request(asker, number)

    def _request(self, asker: int, number: str) -> None:
        expected = self.may_send(asker, number)
        source = ASKERS[asker][1]
        wanted = self.possessions.request(
            self.caller(asker), number=number, language="en", source=source
        )
        if not expected:
            with pytest.raises(TooManyRequests) as refused:
                self.run(wanted)
            assert refused.value.reason is Reason.TOO_MANY_CODES
            assert refused.value.retry_at is not None
            assert refused.value.retry_at > self.now
            return
        sent = self.run(wanted)
        for code in self.codes:
            if (code.asker, code.number) == (asker, number):
                code.over = True
        self.codes.append(Code(asker, number, self.now, self.said, sent))

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
        asker = next(n for n in (2, 0) if ASKERS[n][0] != code.caller) if stranger else code.asker
        text = code.text if right else f"{(int(code.text) + 1) % 10**6:06}"
        answer = self.answer(asker, code, text)
        wrong = sum(one.wrong for one in self.recent() if one.asker == code.asker)
        most = (POLICY.source if ASKERS[code.asker][1] else POLICY.caller).wrong or 0
        if stranger or code.over or code.at + POLICY.life <= self.now:
            assert answer is Reason.CODE_EXPIRED
        elif code.wrong >= POLICY.attempts or wrong >= most:
            assert answer is Reason.TOO_MANY_ATTEMPTS
        elif right:
            assert answer == f"carrier {code.number}"
            code.over = True
        else:
            assert answer is Reason.CODE_WRONG
            code.wrong += 1

    def answer(self, asker: int, code: Code, text: str) -> Reason | str:
        try:
            proven: Proven = self.run(
                self.possessions.confirm(self.caller(asker), code.sent.id, text)
            )
        except GatewayError as error:
            return error.reason
        return proven.token

    @rule(seconds=st.sampled_from((1, 59, 60, 299, 300, 3600)))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def rotate(self) -> None:
        """The old keys stay in the ring, as the operator's page asks."""
        if self.kids < 4:
            self.kids += 1
            self._open()

    @invariant()
    def no_one_guesses_more_than_the_limits_allow(self) -> None:
        assert all(code.wrong <= POLICY.attempts for code in getattr(self, "codes", ()))


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
