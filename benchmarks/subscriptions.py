"""Open subscriptions: the memory of one gateway with none and with many, and how soon an event of
another process is with all of them. ``python benchmarks/subscriptions.py --help``

A real gateway and a real PostgreSQL as processes of their own; every subscription follows a
renewal of its own over Server-Sent Events, a connection each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import asyncpg
import psutil
from jiebang_client import Client, new_key, unless_refused
from jiebang_client.documents import COVERAGE, START_RENEWAL
from jiebang_client.inputs import StartRenewalInput

from jiebang.app.demo.issuer import DemoIssuer
from jiebang.app.demo.process import Child
from jiebang.app.demo.supervisor import wait_until_ready
from jiebang.app.http.server import reserve_port
from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.gateway.domain.status import Status
from jiebang.gateway.journal.database import Database, migrate, raw_dsn
from jiebang.gateway.journal.events import NewEvent, append_events
from jiebang.schema.global_id import IdKind, decode_id

DOCUMENT = "subscription ($id: ID!) { renewalProgress(id: $id) { cursor } }"


class Bench:
    """One gateway under load."""

    def __init__(self, url: str, dsn: str, token: str, process: psutil.Process) -> None:
        self.url = f"{url}/graphql"
        self.dsn = dsn
        self.token = token
        self.process = process
        self.database = Database(dsn)
        self.received = 0
        self.event_received = asyncio.Event()

    def megabytes(self) -> float:
        return self.process.memory_full_info().uss / 1e6

    async def connections(self) -> int:
        connection = await asyncpg.connect(raw_dsn(self.dsn))
        try:
            count: int = await connection.fetchval(
                "select count(*) from pg_stat_activity where backend_type = 'client backend' "
                "and pid <> pg_backend_pid() and application_name <> 'bench'"
            )
            return count
        finally:
            await connection.close()

    async def start_renewals(self, client: Client, count: int) -> list[str]:
        gate = asyncio.Semaphore(8)
        known = (await client.ask(COVERAGE({})))["coverage"]["platforms"]
        plain = (one["platform"]["id"] for one in known if not one["platform"]["sensitive"])
        platform = next(plain)

        async def start(index: int) -> str:
            given: StartRenewalInput = {
                "number": f"138{index:08d}",
                "tenure": {"current": {"activatedOn": "2025-03-01"}},
                "platforms": [platform],
                "idempotencyKey": new_key(),
            }
            async with gate:
                data = await client.ask(START_RENEWAL({"input": given}))
            return unless_refused(data["startRenewal"])["renewal"]["id"]

        return await asyncio.gather(*(start(index) for index in range(count)))

    async def follow(self, session: aiohttp.ClientSession, id: str) -> None:
        body = {"query": DOCUMENT, "variables": {"id": id}}
        headers = {"authorization": f"Bearer {self.token}", "accept": "text/event-stream"}
        async with session.post(self.url, json=body, headers=headers) as reply:
            async for line in reply.content:
                if line.startswith(b"data: {"):
                    if "errors" in json.loads(line[6:]):
                        raise RuntimeError(line.decode())
                    self.received += 1
                    self.event_received.set()

    async def wait_until_received(self, count: int) -> None:
        async with asyncio.timeout(300):
            while self.received < count:
                self.event_received.clear()
                await self.event_received.wait()

    async def append_to_each(self, ids: list[str]) -> None:
        news = NewEvent(kind="renewal", item_id=None, status=Status.OPEN)
        for id in ids:
            async with self.database.transaction() as session:
                await append_events(session, decode_id(id, IdKind.RENEWAL), [news])


@asynccontextmanager
async def run_gateway(directory: Path) -> AsyncGenerator[Bench]:
    with (
        EmbeddedPostgres(directory, {"fsync": "off"}) as server,
        reserve_port("127.0.0.1", 0) as port,
    ):
        dsn = server.dsn()
        await migrate(dsn)
        url, issuer = f"http://127.0.0.1:{port}", DemoIssuer()
        settings = {"DATABASE_URL": dsn, "HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": url}
        child = await Child.start(
            "gateway",
            "jiebang.app",
            ("gateway",),
            log=directory / "gateway.log",
            environment=issuer.environment() | {f"JIEBANG_{n}": v for n, v in settings.items()},
        )
        try:
            async with asyncio.timeout(60):
                await wait_until_ready(url)
            bench = Bench(url, dsn, issuer.service_token(), psutil.Process(child.pid))
            yield bench
            await bench.database.close()
        finally:
            await child.stop()


async def run(directory: Path, count: int, rounds: int) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        run_gateway(directory) as bench,
        aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
    ):
        async with Client(url=bench.url, token=bench.token) as client:
            ids = await bench.start_renewals(client, count)
        print(f"{'':34}{'MB':>8}{'PostgreSQL':>12}{'s':>8}")

        async def print_line(what: str, seconds: float | None = None) -> None:
            took = "" if seconds is None else f"{seconds:8.2f}"
            print(f"{what:34}{bench.megabytes():8.1f}{await bench.connections():12}{took}")

        await print_line("none open")
        tasks: list[asyncio.Task[None]] = []
        for part in range(4):
            begun = time.perf_counter()
            fresh = ids[part * count // 4 : (part + 1) * count // 4]
            before = bench.received
            tasks += [asyncio.create_task(bench.follow(session, id)) for id in fresh]
            await bench.wait_until_received(before + 2 * len(fresh))  # opened, and queried
            await print_line(f"{len(tasks)} open", time.perf_counter() - begun)
        for number in range(rounds):
            before, begun = bench.received, time.perf_counter()
            writing = asyncio.create_task(bench.append_to_each(ids))
            await bench.wait_until_received(before + count)
            await writing
            await print_line(f"an event for each, round {number + 1}", time.perf_counter() - begun)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(60):
            while len(bench.process.net_connections("tcp")) > 5:
                await asyncio.sleep(0.1)  # nothing reports when a process has released memory
        await print_line("all closed")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(".")[0])
    parser.add_argument("--count", type=int, default=1000, help="subscriptions, a multiple of 4")
    parser.add_argument("--rounds", type=int, default=5, help="events for each")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="jb-"))
    directory.chmod(0o711)
    try:
        asyncio.run(run(directory, options.count, options.rounds))
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
