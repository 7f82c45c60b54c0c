"""The sandbox as a process: it reports its port, and ends on a signal."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start() -> AsyncGenerator[Start, None]:
    started: list[Process] = []

    async def run(*options: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "jiebang.sandbox", *options, stdout=PIPE, stderr=PIPE
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def url_of(process: Process) -> str:
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    return line.split()[2]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_code_0_although_clients_wait(
    start: Start, tmp_path: Path, ending: signal.Signals
) -> None:
    file = tmp_path / "port"
    process = await start("--port", "0", "--numbers", "5", "--port-file", str(file))
    url = await url_of(process)
    assert url == f"http://127.0.0.1:{file.read_text().strip()}"
    async with aiohttp.ClientSession() as session:
        waiting = asyncio.ensure_future(session.get(url + "/anju/api/tenants"))
        async with session.get(url + "/inspect/requests?platform=anju") as reply:
            assert reply.status == 200
        process.send_signal(ending)
        _, errors = await process.communicate()
        with pytest.raises(aiohttp.ClientError):
            await waiting
    assert (process.returncode, errors) == (0, b"")


async def test_seed_and_day_are_taken_from_the_command_line(start: Start) -> None:
    process = await start("--port", "0", "--seed", "9", "--today", "2030-01-02", "--numbers", "0")
    url = await url_of(process)
    async with aiohttp.ClientSession() as session, session.get(url + "/inspect/stories") as reply:
        told = await reply.json()
    assert (told["today"], told["seed"], len(told["stories"])) == ("2030-01-02", 9, 5)


async def test_a_port_in_use_is_one_clear_line_and_code_2(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await start("--port", str(port))
        _, errors = await process.communicate()
    assert process.returncode == 2
    lines = errors.decode().splitlines()
    assert len(lines) == 1
    assert str(port) in lines[0]
    assert "--port" in lines[0]
