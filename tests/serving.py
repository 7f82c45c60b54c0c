"""Servers inside the tests end at once: uvicorn looks every 5 ms whether it shall, not every 100.

Production keeps uvicorn's own pace, which costs a server that idles nothing; a test pays it twice
for each server that it starts, and hundreds of tests start one.
"""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import uvicorn.server

#: What uvicorn waits between two looks, and what it waits here; both in seconds.
USUAL, SHORT = 0.1, 0.005


class _Asyncio(ModuleType):
    """All of asyncio, for uvicorn: only its pauses between two looks are shorter."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, delay: float) -> None:
        await asyncio.sleep(SHORT if delay == USUAL else delay)


def hurry() -> None:
    """From now on, for every server of this process."""
    uvicorn.server.asyncio = _Asyncio("asyncio")  # type: ignore[attr-defined]  # all that uvicorn sees
