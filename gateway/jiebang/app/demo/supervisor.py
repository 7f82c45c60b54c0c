"""Everything the demonstration consists of, for as long as it runs.

The supervisor owns nothing but processes: the embedded PostgreSQL is held by the gateway and the
worker, so that it stops with the last of them even when the supervisor is killed.
"""

from __future__ import annotations

import asyncio
import fcntl
import shutil
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from jiebang.app.demo.issuer import Issuer
from jiebang.app.demo.process import Child
from jiebang.app.embedded import Embedded
from jiebang.app.server import listen

HOST = "127.0.0.1"
#: Seconds that all parts together may take to start, on a slow machine.
_LONGEST_START = 180.0


class DemoError(Exception):
    """The demonstration cannot start; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What runs. `url` is the gateway's, `sandbox` that of the pretend platforms."""

    url: str
    sandbox: str
    data: Path
    issuer: Issuer = field(repr=False)
    environment: dict[str, str] = field(repr=False)
    children: dict[str, Child]

    @property
    def graphql(self) -> str:
        return f"{self.url}/graphql"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    async def start(self, name: str, module: str, *arguments: str) -> Child:
        """Start a part, in the place of an earlier one of that name."""
        log = self.logs / f"{name}.log"
        environment = self.environment
        child = await Child.start(name, module, arguments, log=log, environment=environment)
        self.children[name] = child
        return child

    async def failure(self) -> Exception:
        """Wait until a part ends by itself; says which."""
        watches = [asyncio.create_task(child.died()) for child in self.children.values()]
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for watch in watches:
                watch.cancel()

    async def stop(self) -> None:
        """All at once: a worker that waits for a platform is released by the platform's end."""
        await asyncio.gather(*(child.stop() for child in self.children.values()))


@asynccontextmanager
async def running(
    data: Path,
    *,
    port: int = 0,
    sandbox_options: tuple[str, ...] = (),
    worker_options: tuple[str, ...] = (),
) -> AsyncGenerator[Installation]:
    """Sandbox, worker and gateway over a fresh database below `data`, ready for requests.

    Raises `PortInUse`, `DemoError`, or `ChildDied` for a part that ends while it starts.
    """
    data = data.resolve()
    with listen(HOST, port) as probe:
        port = probe.getsockname()[1]
    with _claimed(data):
        async with AsyncExitStack() as stack:
            installation = Installation(
                url=f"http://{HOST}:{port}",
                sandbox="",
                data=data,
                issuer=(issuer := Issuer()),
                environment=issuer.environment(),
                children={},
            )
            stack.push_async_callback(installation.stop)
            sandbox = await _sandbox(installation, sandbox_options)
            installation = Installation(
                url=installation.url,
                sandbox=sandbox,
                data=data,
                issuer=issuer,
                environment={**issuer.environment(), **_settings(data, port, sandbox)},
                children=installation.children,
            )
            await installation.start("worker", "jiebang.app", "worker", *worker_options)
            await installation.start("gateway", "jiebang.app", "gateway")
            await _unless_it_fails(installation, _ready(installation.url))
            yield installation


def _settings(data: Path, port: int, sandbox: str) -> dict[str, str]:
    return {
        "JIEBANG_DEMO": "true",
        "JIEBANG_DATA_DIR": str(data),
        "JIEBANG_HOST": HOST,
        "JIEBANG_PORT": str(port),
        "JIEBANG_PUBLIC_URL": f"http://{HOST}:{port}",
        "JIEBANG_SANDBOX_URL": sandbox,
        "JIEBANG_INTROSPECTION": "true",
        "JIEBANG_EXPLORER": "true",
        "JIEBANG_LOG_FORMAT": "json",
    }


@contextmanager
def _claimed(data: Path) -> Generator[None]:
    """The directory for us alone, without what an earlier start left: the stories begin anew."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "demo.lock").open("a")
    except OSError as error:
        raise DemoError(
            f"The demonstration needs the directory {data}: {error.strerror}. "
            "Name another one with --data-dir."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"A demonstration runs in {data} already. Stop it, or name another directory "
                "with --data-dir."
            ) from None
        embedded = Embedded(data)
        if embedded.pid is not None:  # everybody who used it was killed
            embedded.stop_immediately()
        shutil.rmtree(embedded.data, ignore_errors=True)
        shutil.rmtree(data / "logs", ignore_errors=True)
        (data / "logs").mkdir(mode=0o700)
        yield


async def _sandbox(installation: Installation, options: tuple[str, ...]) -> str:
    """Start the pretend platforms on a free port; gives their URL."""
    told = installation.data / "sandbox.port"
    told.unlink(missing_ok=True)
    arguments = ("--host", HOST, "--port", "0", "--port-file", str(told), *options)
    await installation.start("sandbox", "jiebang.sandbox", *arguments)

    async def read() -> str:
        while not told.exists():
            await asyncio.sleep(0.05)
        return told.read_text(encoding="ascii").strip()

    return f"http://{HOST}:{await _unless_it_fails(installation, read())}"


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while True:
            try:
                async with session.get(f"{url}/readyz") as reply:
                    if reply.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass  # it does not listen yet
            await asyncio.sleep(0.1)


async def _unless_it_fails[T](installation: Installation, work: object) -> T: ...
