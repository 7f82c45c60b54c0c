"""The demonstration's code sender: a simulated phone in the sandbox."""

from __future__ import annotations

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=5)


class SimulatedPhone:
    """Implements the sdk's `CodeSender`. `sandbox` is the sandbox's URL."""

    def __init__(self, sandbox: str) -> None:
        self._url = f"{sandbox.rstrip('/')}/inbox"

    async def send(self, number: str, text: str) -> None:
        message = {"number": number, "text": text}
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.post(self._url, json=message) as reply,
        ):
            reply.raise_for_status()
