"""Messages received by the simulated phone, printed in the terminal."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from rich.console import Console

from jiebang.app.demo.texts import Texts
from jiebang.gateway.domain.phone_number import mask_number

#: Seconds between two polls.
_PAUSE = 0.5


async def print_messages(
    console: Console, texts: Texts, session: aiohttp.ClientSession, sandbox: str
) -> None:
    """Print each message as it arrives, until cancelled."""
    last = 0
    while True:
        for message in reversed(await _fetch_messages(session, sandbox, last)):
            last = message["id"]
            line = texts("message", number=mask_number(message["number"]), text=message["text"])
            console.print(line, style="bold cyan", markup=False, highlight=False)
        await asyncio.sleep(_PAUSE)


async def _fetch_messages(
    session: aiohttp.ClientSession, sandbox: str, after: int
) -> list[dict[str, Any]]:
    """Return the messages, newest first; none while the sandbox does not answer."""
    try:
        async with session.get(f"{sandbox}/inbox.json", params={"after": after}) as reply:
            reply.raise_for_status()
            told: dict[str, list[dict[str, Any]]] = await reply.json()
    except (aiohttp.ClientError, TimeoutError):
        return []
    return told["messages"]
