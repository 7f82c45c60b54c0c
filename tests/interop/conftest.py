"""Third-party servers, started as real processes."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.interop.node_packages import build_client, install, program

#: What the npm registry gives us to be tried against, pinned by package-lock.json.
NODE = Path(__file__).with_name("node")
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those who need the same packages run in one process: no other waits while they come."""
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.slow)
            needs = [name for name in ("client_package", "node") if name in item.fixturenames]
            if needs:
                item.add_marker(pytest.mark.xdist_group(needs[0]))


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of node, once the packages beside these tests are installed."""
    install(NODE)
    return program("node")


@pytest.fixture(scope="session")
def client_package(node: str) -> Path:
    """Return the folder of our TypeScript client, installed and built."""
    return build_client()


@asynccontextmanager
async def run_program(program: str, *arguments: str, port: int) -> AsyncGenerator[None]:
    """Run a program, of the environment or by path, and yield once it accepts connections on
    `port`; stop it at the end."""
    command = Path(sys.executable).parent / program  # a whole path stays as it is
    running = await asyncio.create_subprocess_exec(
        command,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _wait_until_listening(port, running)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        await running.wait()


async def _wait_until_listening(port: int, running: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60):
        while running.returncode is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.1)
    raise RuntimeError("the program ended before it listened")
