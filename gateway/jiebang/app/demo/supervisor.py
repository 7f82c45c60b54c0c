"""Run all parts of the demonstration.

The supervisor owns nothing but processes: the embedded PostgreSQL is held by the gateway and the
worker, so it stops with the last of them even if the supervisor is killed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from jiebang.app.demo.directory import claim_directory, log_directory, people_file, port_file
from jiebang.app.demo.issuer import CARRIER, DemoIssuer
from jiebang.app.demo.people import write_people
from jiebang.app.demo.process import Child, ChildDied
from jiebang.app.http.server import reserve_port

HOST = "127.0.0.1"
#: Seconds for all parts together to start, on a slow machine.
_START_TIMEOUT = 180.0

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Installation:
    """The running parts. `url` is the gateway's, `sandbox` that of the simulated platforms."""

    url: str
    data: Path
    sandbox: str = ""
    issuer: DemoIssuer = field(default_factory=DemoIssuer, repr=False)
    environment: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    children: dict[str, Child] = field(default_factory=dict[str, Child])

    @property
    def graphql(self) -> str:
        return f"{self.url}/graphql"

    async def start(self, name: str, module: str, *arguments: str) -> Child:
        """Start a part, replacing an earlier one of that name."""
        child = self.children[name] = await Child.start(
            name,
            module,
            arguments,
            log=log_directory(self.data) / f"{name}.log",
            environment=self.environment,
        )
        return child

    async def start_worker(self, *options: str) -> Child:
        return await self.start("worker", "jiebang.app", "worker", *options)

    async def start_gateway(self) -> Child:
        return await self.start("gateway", "jiebang.app", "gateway")

    async def wait_for_failure(self) -> ChildDied:
        """Wait until a part ends unexpectedly, and return the error."""
        watches = [asyncio.create_task(child.wait_until_dead()) for child in self.children.values()]
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for watch in watches:
                watch.cancel()

    async def run_unless_failed(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of `work`. Raises `ChildDied` when a part ends meanwhile."""
        working, failing = asyncio.create_task(work), asyncio.create_task(self.wait_for_failure())
        try:
            await asyncio.wait({working, failing}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise await failing
            return await working
        finally:
            working.cancel()
            failing.cancel()

    async def stop(self) -> None:
        """Stop all at once: a worker waiting for a platform is released when the platform ends."""
        await asyncio.gather(*(child.stop() for child in self.children.values()))


@asynccontextmanager
async def run_installation(
    data: Path,
    *,
    port: int = 0,
    sandbox: tuple[str, ...] = (),
    worker: tuple[str, ...] = (),
) -> AsyncGenerator[Installation]:
    """Run sandbox, worker and gateway with a fresh database below `data`, ready for requests;
    `sandbox` and `worker` are further options for them. Port 0 picks a free one.

    Raises `CannotListen`, `DemoError`, or `ChildDied` for a part that ends while starting.
    """
    with reserve_port(HOST, port) as port, claim_directory(data):
        installation = Installation(url=f"http://{HOST}:{port}", data=data)
        try:
            async with asyncio.timeout(_START_TIMEOUT):
                await _start_all(installation, port, sandbox, worker)
            yield installation
        finally:
            await installation.stop()


async def _start_all(
    installation: Installation, port: int, sandbox: tuple[str, ...], worker: tuple[str, ...]
) -> None:
    data = installation.data
    sandbox_port = port_file(data)
    installation.environment = installation.issuer.environment()
    arguments = ("--host", HOST, "--port", "0", "--port-file", str(sandbox_port), *sandbox)
    await installation.start("sandbox", "jiebang.sandbox", *arguments)
    installation.sandbox = (
        f"http://{HOST}:{await installation.run_unless_failed(_read_when_written(sandbox_port))}"
    )
    installation.environment |= {
        "JIEBANG_DEMO": "true",
        "JIEBANG_DATA_DIR": str(data),
        "JIEBANG_HOST": HOST,
        "JIEBANG_PORT": str(port),
        "JIEBANG_PUBLIC_URL": installation.url,
        "JIEBANG_SANDBOX_URL": installation.sandbox,
        "JIEBANG_PAGE_TENANT": CARRIER,
        "JIEBANG_DEMO_FILE": str(people_file(data)),
        "JIEBANG_INTROSPECTION": "true",
        "JIEBANG_EXPLORER": "true",
        "JIEBANG_LOG_FORMAT": "json",
    }
    await installation.start_worker(*worker)
    await write_people(people_file(data), installation.sandbox, installation.issuer)
    await installation.start_gateway()
    await installation.run_unless_failed(wait_until_ready(installation.url))


async def _read_when_written(path: Path) -> str:
    """Return the content of a file once it exists."""
    while True:
        try:
            return (await asyncio.to_thread(path.read_text, encoding="ascii")).strip()
        except FileNotFoundError:
            await asyncio.sleep(0.05)


async def wait_until_ready(url: str) -> None:
    """Wait until the gateway at `url` is ready."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while True:
            try:
                async with session.get(f"{url}/readyz") as reply:
                    if reply.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass  # not listening yet
            await asyncio.sleep(0.1)
