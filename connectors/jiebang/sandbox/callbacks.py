"""Signed callbacks to whoever placed an order (Standard Webhooks, `v1`)."""

from __future__ import annotations

import asyncio
import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Coroutine
from hashlib import sha256

import aiohttp

#: Seconds between the attempts at one callback.
GAPS = (0.2, 0.5, 1.0, 2.0)


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The signature header for this body; `secret` begins with ``whsec_``."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


class Courier:
    """Carries callbacks in the background until it is closed."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def start(self, errand: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(errand)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def deliver(self, url: str, body: bytes, *, secret: str | None, webhook_id: str) -> None:
        """Until somebody answers 2xx, or the attempts are used up. Without a secret it goes
        unsigned."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        for gap in (*GAPS, None):
            timestamp = int(time.time())
            headers = {
                "content-type": "application/json",
                "webhook-id": webhook_id,
                "webhook-timestamp": str(timestamp),
            }
            if secret:
                headers["webhook-signature"] = sign(secret, webhook_id, timestamp, body)
            try:
                async with self._session.post(
                    url, data=body, headers=headers, allow_redirects=False
                ) as reply:
                    if 200 <= reply.status < 300:
                        return
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            if gap:
                await asyncio.sleep(gap)

    async def drop(self) -> None:
        """Forget what is under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        await self.drop()
        if self._session:
            await self._session.close()
            self._session = None
