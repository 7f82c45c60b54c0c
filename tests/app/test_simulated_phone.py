"""The demonstration's code sender, against the sandbox's real inbox."""

from __future__ import annotations

import aiohttp
import pytest
from structlog.testing import capture_logs

from jiebang.app.simulated_phone import SimulatedPhone
from jiebang.gateway.flows.code_delivery import CodeDelivery

NUMBER = "+8613800009876"


async def test_what_is_sent_lies_in_the_numbers_inbox(sandbox: str) -> None:
    assert await CodeDelivery(SimulatedPhone(f"{sandbox}/")).deliver(NUMBER, "123456", "en")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{sandbox}/inbox.json", params={"number": NUMBER}) as reply,
    ):
        messages = (await reply.json())["messages"]
    assert "123456" in messages[0]["text"]


async def test_an_inbox_that_does_not_take_it_is_an_error(sandbox: str) -> None:
    with pytest.raises(aiohttp.ClientResponseError):
        await SimulatedPhone(f"{sandbox}/nowhere").send(NUMBER, "text")


async def test_without_a_sandbox_nothing_was_sent_and_the_log_says_why_and_no_more() -> None:
    with capture_logs() as lines:
        taken = await CodeDelivery(SimulatedPhone("http://127.0.0.1:1")).deliver(
            NUMBER, "123456", "en"
        )
    assert not taken
    assert lines == [
        {"event": "code_not_sent", "error": "ClientConnectorError", "log_level": "warning"}
    ]
