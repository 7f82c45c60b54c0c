"""`jiebang demo`: run everything on this machine, with simulated platforms."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from jiebang_client import ClientError
from rich.console import Console

from jiebang.app import lifecycle
from jiebang.app.demo.directory import DemoError
from jiebang.app.demo.main_job import play_main_job
from jiebang.app.demo.messages import print_messages
from jiebang.app.demo.process import ChildDied
from jiebang.app.demo.stories import fetch_stories
from jiebang.app.demo.supervisor import Installation, run_installation
from jiebang.app.demo.texts import Language, Texts, preferred_language
from jiebang.app.demo.welcome import print_welcome
from jiebang.app.postgres.embedded import default_base

#: Columns when the output is not a terminal, so that nothing is cut off.
_WIDTH = 110
#: The shell's exit code for Ctrl-C.
INTERRUPTED = 130


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Run the main job once in the terminal, then exit.")
    ] = False,
    lang: Annotated[
        Language | None, typer.Option(help="The language of the output; default: from LANG.")
    ] = None,
    port: Annotated[int, typer.Option(help="The gateway's port; 0 picks a free one.")] = 8000,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Directory of the database and logs; emptied at each start."),
    ] = None,
) -> None:
    """Start everything with simulated platforms and invented people.

    用模拟平台和虚构的人演示全部功能。
    """
    texts = Texts(lang or preferred_language())
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    data = (data_dir or default_base() / "demo").resolve()
    code: int | None = None

    async def main(stop: asyncio.Event) -> None:
        nonlocal code
        code = await _run_until(stop, _run_demo(console, texts, data, port, once=once))

    try:
        lifecycle.run(main)
    except DemoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except (ChildDied, ClientError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if code is None:
        console.print(texts("stopped"), markup=False)
        code = INTERRUPTED if once else 0
    raise typer.Exit(code)


async def _run_demo(console: Console, texts: Texts, data: Path, port: int, *, once: bool) -> int:
    """Run the demonstration and return the exit code."""
    console.print(texts("starting"), markup=False)
    async with run_installation(data, port=port) as installation:
        return await installation.run_unless_failed(_show(console, texts, installation, once=once))


async def _show(console: Console, texts: Texts, installation: Installation, *, once: bool) -> int:
    async with aiohttp.ClientSession() as session:
        stories = await fetch_stories(session, installation.sandbox)
        if once:
            return 0 if await play_main_job(console, texts, installation, session, stories) else 1
        print_welcome(console, texts, installation, stories)
        await print_messages(console, texts, session, installation.sandbox)  # until we are stopped
    return 0


async def _run_until(stop: asyncio.Event, work: Coroutine[object, object, int]) -> int | None:
    """Return the result of `work`; None when it was stopped. `work` cleans up in either case."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        return None
    return await working
