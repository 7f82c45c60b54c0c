"""Servers that other people wrote, started as real processes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

#: What the npm registry gives us to be tried against, pinned by package-lock.json.
NODE = Path(__file__).with_name("node")


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node, once the packages are installed; whoever comes first installs them.
    Skips where there is no npm, but never in CI."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if (program is None or npm is None) and not os.environ.get("CI"):
        pytest.skip("needs node and npm")
    assert program is not None, "install node and npm"
    assert npm is not None, "install node and npm"
    lock, installed = NODE / "package-lock.json", NODE / "node_modules/.package-lock.json"
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def process(program: str, *arguments: str, port: int) -> AsyncGenerator[None]:
    """A program of the environment's, or any by its path, once it accepts connections on `port`;
    ended at the end."""
    command = Path(sys.executable).parent / program  # a whole path stays as it is
    running = await asyncio.create_subprocess_exec(
        command,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _listening(port, running)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        await running.wait()


async def _listening(port: int, running: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60):
        while running.returncode is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.1)
    raise RuntimeError("the program ended before it listened")
