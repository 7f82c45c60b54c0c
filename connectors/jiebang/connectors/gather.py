"""Several questions asked at the same time, for one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def gather_all(questions: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All answers, in order, or the first failure. Afterwards nobody is left asking."""
    tasks = [asyncio.create_task(question) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
