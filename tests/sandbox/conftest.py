"""A running sandbox without whims."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from tests.fleet import Fleet, run_fleet

from jiebang.sandbox import Pace


@pytest.fixture
def pace() -> Pace:
    return Pace(slow_seconds=0.02, callback_seconds=0.02, flaky_rate=0)


@pytest.fixture
async def fleet(pace: Pace) -> AsyncGenerator[Fleet]:
    async with run_fleet(pace) as running:
        yield running
