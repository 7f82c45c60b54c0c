"""Processes and the database are killed while hundreds of orders are under way.

Nothing may be lost, and no platform may see an effect twice.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import asyncpg
import pytest
from jiebang_client import Backoff, Client, Refusal, unless_refused
from jiebang_client.documents import START_RENEWAL
from jiebang_client.inputs import StartRenewalInput
from tests.places import place

from jiebang.app.demo.process import Child
from jiebang.app.demo.stories import holder_of
from jiebang.app.demo.supervisor import Installation, run_installation, wait_until_ready
from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.journal.database import raw_dsn

Json: TypeAlias = "dict[str, Any]"

NUMBERS = 260
#: A new holder cannot choose sensitive platforms one by one; one app is on no list at first.
NOT_ASKED = {"anhe", "anmian", "bailing", "jisudai", "wenlu", "yikang"}
UNDATED = {"kejiang", "xuexi"}
LEAST_ACTIONS, LEAST_KILLS = 500, 20
#: Renewals between two kills of the gateway, effects between two kills of anything else.
GATEWAY_EVERY, OTHERS_EVERY = 40, 28
#: Seconds after which the end is overdue.
LONGEST = 500
WORKER = ("--heartbeat", "2")


@pytest.fixture
def data(made: Path) -> Generator[Path]:
    with place(made) as directory:
        yield directory


@dataclass(slots=True)
class Field:
    """The battlefield: what runs, and how often something was killed."""

    installation: Installation
    database: EmbeddedPostgres
    session: aiohttp.ClientSession
    client: Client
    kills: Counter[str] = field(default_factory=Counter[str])

    async def inspect(self, path: str, **params: str) -> Json:
        url = f"{self.installation.sandbox}/inspect/{path}"
        async with self.session.get(url, params=params) as reply:
            answer: Json = await reply.json()
            return answer

    async def effects(self) -> list[Json]:
        effects: list[Json] = (await self.inspect("effects"))["effects"]
        return effects

    async def kill(self, name: str) -> None:
        """Kill a process, and start the next one of its kind at once."""
        child = self.installation.children[name]
        child.signal(signal.SIGKILL)
        await child.process.wait()
        self.kills[name] += 1
        if name == "gateway":
            gateway = await self.installation.start_gateway()
            await _alive(gateway, wait_until_ready(self.installation.url))
        else:
            await self.installation.start(name, "jiebang.app", "worker", *WORKER)

    async def pull_the_plug(self) -> None:
        """Stop PostgreSQL as a power cut would, and start it again."""
        await asyncio.to_thread(self.database.stop_immediately)
        self.kills["postgres"] += 1
        await asyncio.to_thread(self.database.ensure_running)

    async def rows(self, statement: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(raw_dsn(self.database.dsn()))
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()


async def _alive(child: Child, work: Coroutine[Any, Any, None]) -> None:
    """Do it; raises `ChildDied` instead of waiting for a process that ended."""
    working, dying = asyncio.create_task(work), asyncio.create_task(child.wait_until_dead())
    try:
        await asyncio.wait({working, dying}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise dying.result()
        await working
    finally:
        working.cancel()
        dying.cancel()


@pytest.fixture
async def ground(data: Path) -> AsyncGenerator[Field]:
    options = ("--numbers", str(NUMBERS), "--callback-seconds", "0.1", "--slow-seconds", "0.4")
    async with run_installation(data, sandbox=options, worker=WORKER) as installation:
        await installation.start("second worker", "jiebang.app", "worker", *WORKER)
        with EmbeddedPostgres(data) as database:
            async with aiohttp.ClientSession() as session:
                token = installation.issuer.service_token()
                again = Backoff(attempts=10_000, first=0.2, ceiling=0.2)
                url = installation.graphql
                async with Client(url=url, token=token, language="en", backoff=again) as client:
                    yield Field(installation, database, session, client)


@dataclass(frozen=True, slots=True)
class Case:
    """A number that was sold again, with the platforms that hold accounts of it."""

    number: str
    activated: str
    accounts: list[Json]

    @property
    def platforms(self) -> list[str]:
        return sorted({account["platform"] for account in self.accounts} - NOT_ASKED)

    @property
    def expected(self) -> list[Json]:
        """The accounts that have to go: those of before, where the platform says when."""
        return [
            account
            for account in self.accounts
            if account["bound_at"] < self.activated
            and account["platform"] not in NOT_ASKED | UNDATED
        ]


async def cases(ground: Field) -> list[Case]:
    accounts: dict[str, list[Json]] = {}
    for account in (await ground.inspect("accounts"))["accounts"]:
        accounts.setdefault(account["number"], []).append(account)
    found: list[Case] = []
    for number, held in accounts.items():
        told = await ground.inspect(f"numbers/{number}")
        if told["story"] != "bulk":
            continue
        tenure = holder_of(number, told["claim"]).tenure
        assert isinstance(tenure, Current)
        assert tenure.activated_on is not None
        found.append(Case(number, tenure.activated_on.isoformat(), held))
    return [case for case in found if case.platforms]


async def submit(ground: Field, case: Case) -> None:
    """Ask until somebody says that it was accepted; the key makes it one renewal."""
    given: StartRenewalInput = {
        "number": case.number,
        "tenure": {"current": {"activatedOn": case.activated}},
        "platforms": case.platforms,
        "idempotencyKey": f"case-{case.number[-4:]}",
    }
    while True:
        # The client asks again where a gateway was killed just now, or is without its database.
        answer = await ground.client.ask(START_RENEWAL({"input": given}))
        try:
            unless_refused(answer["startRenewal"])
            return
        except Refusal as refusal:
            # A gateway learns within seconds which platforms another process discovered.
            if refusal.refused["reason"] != "PLATFORM_UNKNOWN":
                raise
            await asyncio.sleep(0.5)


async def submit_all(ground: Field, wanted: list[Case]) -> None:
    """All of them, while the gateway is killed now and then."""
    for start in range(0, len(wanted), GATEWAY_EVERY):
        batch = wanted[start : start + GATEWAY_EVERY]
        half = len(batch) // 2
        await asyncio.gather(*(submit(ground, case) for case in batch[:half]))
        rest = [asyncio.create_task(submit(ground, case)) for case in batch[half:]]
        await rest[0]
        await ground.kill("gateway")
        await asyncio.gather(*rest)


async def kill_as_they_go(ground: Field, total: int) -> None:
    """Kill a worker, or the database, each time so many orders have been carried out."""
    victims = cycle(["worker", "second worker", "worker", "second worker", "postgres"])
    # Some orders end with a person instead, so the last mark is well below all of them.
    for mark in range(OTHERS_EVERY // 2, total - OTHERS_EVERY, OTHERS_EVERY):
        await until(partial(_reached, ground, mark))
        victim = next(victims)
        if victim == "postgres":
            await ground.pull_the_plug()
        else:
            await ground.kill(victim)


async def _reached(ground: Field, mark: int) -> bool:
    return len(await ground.effects()) >= mark


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Other processes' progress has to be asked for; the test's own timeout bounds it."""
    while True:
        if await condition():
            return
        await asyncio.sleep(0.1)


#: What is still due, in the queue or running; a killed worker's jobs are taken over.
_MOVING = """
    select (select count(*) from item
            where not closed and (due is not null or released is not null))
         + (select count(*) from jbq.pgqueuer where status in ('queued', 'picked')) as n
"""


async def at_rest(ground: Field) -> bool:
    (moving,) = await ground.rows(_MOVING)
    return bool(moving["n"] == 0)


@pytest.mark.slow
@pytest.mark.timeout(LONGEST + 100)
async def test_nothing_is_lost_and_nothing_is_done_twice(ground: Field) -> None:
    wanted = await cases(ground)
    expected = [account for case in wanted for account in case.expected]
    assert len(expected) >= LEAST_ACTIONS
    fault = {"platform": "chengshi", "fault": "lost_reply", "rate": 0.3}
    await ground.session.post(f"{ground.installation.sandbox}/control/faults", json=fault)

    async with asyncio.timeout(LONGEST):
        await asyncio.gather(submit_all(ground, wanted), kill_as_they_go(ground, len(expected)))
        await until(partial(at_rest, ground))
    assert ground.kills.total() >= LEAST_KILLS, ground.kills
    assert {"worker", "second worker", "gateway", "postgres"} <= ground.kills.keys()

    effects = await ground.effects()
    twice = [n for n in Counter((e["platform"], e["account"]) for e in effects).values() if n > 1]
    assert twice == []
    keys = (await ground.inspect("keys"))["keys"]
    assert [one for one in keys if one["effects"] > 1 or one["conflicts"]] == []

    (renewals,) = await ground.rows("select count(*) as n from renewal")
    assert renewals["n"] == len(wanted)
    actions = await ground.rows("select platform, status, progress from action")
    assert len(actions) == len(expected)
    ends = Counter((row["platform"], row["status"], row["progress"]) for row in actions)
    done = Counter({p: n for (p, status, _), n in ends.items() if status == "fulfilled"})
    parked = {end for end in ends if end[1] != "fulfilled"}
    # Only where a second order would be a second effect may an unsent one be left to a person.
    assert parked <= {("chengshi", "in_progress", "manual_task")}, ends
    assert done == Counter(effect["platform"] for effect in effects)

    left = (await ground.inspect("accounts"))["accounts"]
    bound = {(one["platform"], one["account"]) for one in left if one["bound"]}
    staying = [one for one in expected if (one["platform"], one["account"]) in bound]
    assert len(staying) == sum(ends[end] for end in parked)
    touched = {(one["platform"], one["account"]) for one in expected}
    assert {(one["platform"], one["account"]) for one in effects} <= touched
