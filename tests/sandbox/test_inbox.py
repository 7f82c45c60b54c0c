"""The simulated phone."""

from __future__ import annotations

import aiohttp
import pytest


async def deliver(url: str, number: str = "+8613900000001", text: str = "code 123456") -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/inbox", json={"number": number, "text": text}) as reply,
    ):
        return reply.status


async def messages(url: str, **asked: str) -> list[str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/inbox.json", params=asked) as reply,
    ):
        assert reply.status == 200
        return [each["text"] for each in (await reply.json())["messages"]]


async def page(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/inbox") as reply:
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        return await reply.text()


async def test_messages_arrive_the_newest_first(sandbox: str) -> None:
    assert await messages(sandbox) == []
    assert await deliver(sandbox, text="one") == 201
    assert await deliver(sandbox, text="two", number="13900000002") == 201
    assert await messages(sandbox) == ["two", "one"]
    assert await messages(sandbox, number="13900000001") == ["one"]
    assert await messages(sandbox, after="1") == ["two"]


async def test_the_page_shows_them_masked_and_as_text(sandbox: str) -> None:
    assert "还没有短信" in await page(sandbox)
    await deliver(sandbox, text="<b>bold</b>")
    shown = await page(sandbox)
    assert "139****0001" in shown
    assert "3900000001" not in shown
    assert "&lt;b&gt;bold" in shown


@pytest.mark.parametrize(
    ("number", "text"), [("", "x"), ("110", "x"), ("13900000001", ""), ("13900000001", "x" * 501)]
)
async def test_what_is_no_message_is_refused(sandbox: str, number: str, text: str) -> None:
    assert await deliver(sandbox, number, text) == 400
    assert await messages(sandbox) == []


async def test_only_the_last_hundred_are_kept(sandbox: str) -> None:
    for last in range(101):
        await deliver(sandbox, text=f"message {last}")
    kept = await messages(sandbox)
    assert (len(kept), kept[-1]) == (100, "message 1")
