"""After traffic of every kind, no clear number, label, handle or secret appears where it must not:
in logs, tables, metrics or answers."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import asyncpg
import pytest
from jiebang_client import Backoff, Client, RequestFailed
from jiebang_client.documents import (
    CONFIRM_POSSESSION,
    LOOKUP,
    RENEWAL_PROGRESS,
    REQUEST_POSSESSION_CODE,
    START_RENEWAL,
)
from jiebang_client.operation import Request
from tests.e2e.conftest import request_of

from jiebang.app.demo.follow import FollowedRenewal, is_at_rest
from jiebang.app.demo.stories import DemoStory, fetch_stories
from jiebang.app.demo.supervisor import Installation, run_installation, wait_until_ready
from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.gateway.domain.caller import Scope
from jiebang.gateway.journal.database import raw_dsn

Json: TypeAlias = "dict[str, Any]"

STORIES = ("new_holder", "departing", "former", "quarantined")
NUMBER = "13900000001"
#: How people and programs write it.
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER)
SPELLINGS = (NUMBER, f"+86{NUMBER}", WIDE, "139 0000 0001", "139-0000-0001")
#: Whom nobody knows, in places where numbers do not belong.
STRAY = "13812345678"


@dataclass(slots=True)
class Traffic:
    """Sends an installation every kind of request, and keeps every answer."""

    installation: Installation
    session: aiohttp.ClientSession
    stories: dict[str, DemoStory]
    tokens: dict[str, str]
    answers: list[str] = field(default_factory=list[str])
    #: Codes that were sent, and the tokens that they were worth.
    codes: list[str] = field(default_factory=list[str])
    proofs: list[str] = field(default_factory=list[str])

    async def post(self, token: str, body: object, path: str = "/graphql", **headers: str) -> None:
        """Send anything; keep the response, headers included."""
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"{self.installation.url}{path}"
        async with self.session.post(url, data=data, headers=sent) as reply:
            self.answers += [await reply.text(), str(dict(reply.headers))]

    def client(self, token: str, language: str = "zh-CN") -> Client:
        url, once = self.installation.graphql, Backoff(attempts=1)
        return Client(url=url, token=token, language=language, backoff=once)

    async def ask(self, token: str, request: Request[Any, Any], **variables: object) -> Json:
        async with self.client(token) as client:
            data: Json = await client.ask(request(variables))
        self.answers.append(json.dumps(data, ensure_ascii=False))
        return data

    async def inject_fault(self, platform: str, fault: str) -> None:
        body = {"platform": platform, "fault": fault}
        url = f"{self.installation.sandbox}/control/faults"
        async with self.session.post(url, json=body) as reply:
            assert reply.status == 200

    async def play(self, story: str) -> None:
        """Look up, start, follow until every action has ended or waits for a person."""
        token = self.tokens[story]
        await self.ask(token, LOOKUP, deadlineMs=2500)
        key = {"idempotencyKey": f"leak-{story}"}
        started = (await self.ask(token, START_RENEWAL, input=key))["startRenewal"]
        course = FollowedRenewal.of(started["renewal"])
        async with (
            self.client(token, "en") as client,
            aclosing(client.follow(RENEWAL_PROGRESS({"id": course.id}))) as events,
        ):
            async for data in events:
                self.answers.append(json.dumps(data, ensure_ascii=False))
                course.apply_event(data["renewalProgress"])
                asked = [one for one in course.inquiries.values() if one["outcome"] is None]
                if (
                    len(asked) < 3
                    and course.actions
                    and all(map(is_at_rest, course.actions.values()))
                ):
                    break

    async def prove(self, number: str) -> None:
        """Request a code, guess wrong, and confirm it."""
        app = self.tokens["app"]
        sending = await self.ask(app, REQUEST_POSSESSION_CODE, input={"number": number})
        sent = sending["requestPossessionCode"]
        inbox = f"{self.installation.sandbox}/inbox.json"
        async with self.session.get(inbox, params={"number": number}) as reply:
            text: str = (await reply.json())["messages"][0]["text"]
        code = "".join(filter(str.isdigit, text))[:6]
        self.codes.append(code)
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for guess in (wrong, number, code):
            asked = CONFIRM_POSSESSION({"input": {"id": sent["id"], "code": guess}})
            async with self.client(app) as client:
                answer: Any = await client.ask(asked)
            if token := answer["confirmPossession"].pop("token", None):
                self.proofs.append(token)
            self.answers.append(json.dumps(answer, ensure_ascii=False))

    async def misbehave(self) -> None:
        """Send every invalid request that contains a number, a handle or a secret."""
        service, holder = self.tokens["service"], self.tokens["new_holder"]
        for number in (*SPELLINGS, STRAY, f"{NUMBER}0", f"tel:{NUMBER}", f"0{NUMBER}"):
            await self.post(service, request_of("lookup", {"number": number, "deadlineMs": 1}))
            await self.post(holder, request_of("lookup", {"number": number, "platforms": ["x"]}))
            await self.post(service, {"query": f'{{ registeredAccounts(number: "{number}" }}'})
            await self.post(service, {"query": f"{{ registeredAccounts(number: {number}) {{x}} }}"})
            await self.post(service, {"query": f"query Q{NUMBER} {{ nothing }}"})
            await self.post(service, request_of("lookup", {"number": [number]}))
            await self.post(service, request_of("lookup", {"tenure": {number: number}}))
            await self.post(holder, request_of("renewal", {"id": number}))
            given = {"accountIds": [number], "idempotencyKey": number}
            await self.post(holder, request_of("unbind_accounts", {"input": given}))
            await self.post(number, request_of("lookup", {}))
            await self.post(holder, number.encode())
            await self.post(holder, {}, f"/callbacks/luntan/{NUMBER}?number={NUMBER}")
            await self.post(holder, {}, f"/{NUMBER}?number={NUMBER}")
            await self.post(holder, {}, **{"X-Number": NUMBER, "Accept-Language": NUMBER})
        await self.post(holder, b" " * 300_000)
        stale = holder[:-6] + "AAAAAA"
        await self.post(stale, request_of("lookup", {}))
        socket = self.session.ws_connect(
            f"{self.installation.url}/graphql", protocols=["graphql-transport-ws"]
        )
        async with socket as connection:
            await connection.send_json({"type": "connection_init", "payload": {"x": NUMBER}})
            await connection.send_str(f'{{"type": "{NUMBER}"')
            while (message := await connection.receive()).type is aiohttp.WSMsgType.TEXT:
                self.answers.append(str(message.data))
        self.answers.append(str(message.extra))


@pytest.fixture
async def traffic(base: Path) -> AsyncGenerator[Traffic]:
    """Real processes, whose logs are files below `base`."""
    options = ("--numbers", "5", "--callback-seconds", "0.05", "--slow-seconds", "0.1")
    async with (
        run_installation(base, sandbox=options, worker=("--heartbeat", "2")) as installation,
        aiohttp.ClientSession() as session,
    ):
        found = await fetch_stories(session, installation.sandbox)
        stories = {story.id: story for story in found}
        issuer = installation.issuer
        tokens = {name: issuer.holder_token(name, stories[name].holder) for name in STORIES}
        tokens["service"] = issuer.service_token()
        tokens["app"] = issuer.service_token({Scope.POSSESSION_PROVE})
        yield Traffic(installation, session, stories, tokens)


async def forbidden_values(traffic: Traffic) -> dict[str, list[str]]:
    """Return the values that must not appear anywhere, by kind."""
    sandbox = traffic.installation.sandbox
    async with traffic.session.get(f"{sandbox}/inspect/accounts") as reply:
        accounts: list[Json] = (await reply.json())["accounts"]
    async with traffic.session.get(f"{sandbox}/inspect/platforms") as reply:
        platforms: list[Json] = (await reply.json())["platforms"]
    credentials = [value for one in platforms for value in one["credentials"].values()]
    issuer = traffic.installation.issuer
    tokens = [*traffic.tokens.values(), *traffic.proofs]
    return {
        "number": [*SPELLINGS, STRAY, *(one["number"][3:] for one in accounts)],
        "handle": [one["account"] for one in accounts],
        "label": [one["nickname"] for one in accounts],
        "holder": [one["holder"] for one in accounts if one["holder"]],
        "secret": [
            *(value for value in credentials if value != "sandbox"),
            issuer.ring_entry.partition(":")[2],
            str(issuer.pair.private["d"]),
            *(part for token in tokens for part in token.split(".")[1:]),
        ],
    }


def find_values(text: str, values: dict[str, list[str]]) -> Iterator[str]:
    for kind, forms in values.items():
        for form in forms:
            if form in text:
                around = text[max(0, text.index(form) - 60) : text.index(form) + 60]
                yield f"{kind}: ...{around}..."


async def dump(dsn: str) -> dict[str, str]:
    """Return every row of every table as text. Bytes are decoded."""
    connection = await asyncpg.connect(raw_dsn(dsn))
    try:
        tables = await connection.fetch(
            "select schemaname, tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        names = [f'"{row["schemaname"]}"."{row["tablename"]}"' for row in tables]
        await connection.execute("set bytea_output = 'escape'")
        contents: dict[str, str] = {}
        for name in names:
            rows = await connection.fetch(f"select t::text as line from {name} t")
            contents[name] = "\n".join(row["line"] for row in rows)
        return contents
    finally:
        await connection.close()


@pytest.mark.slow
async def test_nothing_leaks(traffic: Traffic, base: Path) -> None:
    installation = traffic.installation
    await asyncio.gather(*(traffic.play(story) for story in STORIES))
    await traffic.misbehave()
    for number in (NUMBER, STRAY):
        await traffic.prove(number)
    unconfirmed = {"input": {"number": "13900000002"}}
    await traffic.post(traffic.tokens["app"], request_of("request_possession_code", unconfirmed))
    for fault in ("error", "reject_credentials", "hang", "lost_reply", "callback_unsigned"):
        await traffic.inject_fault("*", fault)
        given = {"idempotencyKey": f"fault-{fault}", "number": "13900001000"}
        tenure = {"departing": {"activatedOn": "2020-01-01"}}
        input = {**given, "tenure": tenure}
        await traffic.ask(traffic.tokens["service"], START_RENEWAL, input=input)
        await traffic.ask(traffic.tokens["service"], LOOKUP, **{**given, "deadlineMs": 900})
    await traffic.inject_fault("*", "none")
    for name in ("worker", "gateway"):
        child = installation.children[name]
        child.signal(signal.SIGKILL)
        await child.process.wait()
    await installation.start_worker("--heartbeat", "2")
    await installation.start_gateway()
    await wait_until_ready(installation.url)
    with EmbeddedPostgres(base) as database:
        await asyncio.to_thread(database.stop_immediately)
        with pytest.raises(RequestFailed, match="未执行任何操作"):  # nothing was done
            await traffic.play("departing")
        await asyncio.to_thread(database.ensure_running)
        tables = await dump(database.dsn())
    operator = {"Authorization": f"Bearer {installation.issuer.service_token()}"}
    async with traffic.session.get(f"{installation.url}/metrics", headers=operator) as reply:
        metrics = await reply.text()
    values = await forbidden_values(traffic)
    await installation.stop()

    assert sum(map(len, tables.values())) > 10_000
    assert "jiebang_lookup_answers_total" in metrics
    places = {
        **{f"table {name}": text for name, text in tables.items()},
        **{
            f"log {path.name}": path.read_text(encoding="utf-8", errors="replace")
            for path in (*(base / "logs").iterdir(), base / "postgres-18" / "log")
        },
        "metrics": metrics,
        "answers": "\n".join(traffic.answers),
    }
    leaks = [
        f"{place}: {leak}" for place, text in places.items() for leak in find_values(text, values)
    ]
    assert leaks == []
    assert len(traffic.proofs) == len(traffic.codes) == 2
    # Alone: six digits in a row are also in times and in counts.
    alone = re.compile(rf"(?<![\d.:])(?:{'|'.join(traffic.codes)})(?!\d)")
    assert [place for place, text in places.items() if alone.search(text)] == []


def test_the_search_finds_what_it_looks_for() -> None:
    values = {"number": [NUMBER], "label": ["小鱼"]}
    assert list(find_values(f"a {NUMBER} b", values)) == [f"number: ...a {NUMBER} b..."]
    assert list(find_values("一条小鱼", values)) == ["label: ...一条小鱼..."]
    assert list(find_values("139****0001", values)) == []
