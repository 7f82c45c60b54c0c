"""The coverage board, as somebody who runs the service sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import OpenWindow, Window

    from jiebang.app.demo.supervisor import Installation

BY_HAND = "lao_jiefang"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asked(demo: Installation, people: dict[str, Any]) -> None:
    """Every demonstration number was looked up, and one platform by name."""
    queries = ["{ registeredAccounts { number } }"] * 2
    queries.append(f'{{ registeredAccounts(platforms: ["{BY_HAND}"]) {{ number }} }}')
    async with aiohttp.ClientSession() as session:
        for one in people["holders"]:
            headers = {"Authorization": f"Bearer {one['token']}"}
            for query in queries:
                body = {"query": query}
                async with session.post(demo.graphql, json=body, headers=headers) as reply:
                    assert (await reply.json())["data"]


async def open_board(window: OpenWindow, **options: Any) -> Window:
    """The board, entered as the demonstration's operator."""
    shown = await window(**options)
    page = await shown.go("#/board")
    chinese = options.get("language") == "zh-CN"
    name = "以演示的运营者身份查看" if chinese else "Look as the demo’s operator"
    await page.get_by_role("button", name=name).click()
    await expect(page.locator(".tiles")).to_be_visible()
    return shown


async def platform_names(shown: Window) -> list[str]:
    """The platforms of the table, from the top."""
    heads = shown.page.locator("section .board-table tbody th small")
    return await heads.all_inner_texts()


async def test_without_the_scope_it_says_what_is_missing(window: OpenWindow) -> None:
    shown = await window()
    page = await shown.go("#/board")
    await expect(page.get_by_text("coverage:read")).to_be_visible()
    await shown.check_accessibility()
    await shown.take_screenshot("board-needs-token")


async def test_a_persons_token_is_refused_in_the_gateways_words(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await window()
    page = await shown.go("#/board")
    await page.get_by_label("Service token").fill(people["holders"][0]["token"])
    await page.get_by_role("button", name="Open the board").click()
    await expect(page.get_by_role("alert")).to_contain_text("This token will not do")
    await expect(page.locator(".tiles")).to_have_count(0)


async def test_it_tells_how_well_each_platform_answers(window: OpenWindow, asked: None) -> None:
    shown = await open_board(window)
    page = shown.page
    row = page.get_by_role("row").filter(has_text="Yunwo Drive").last
    await expect(row).to_contain_text("yunpan")
    await expect(row).to_contain_text("Silver")
    # Answered and unknown; other tests' outages count here, too.
    await expect(row).to_contain_text(re.compile(r"[1-9]\d* %\d+ %"))
    await expect(row).to_contain_text("ms")
    silent = page.get_by_role("row").filter(has_text="Anju Homes").last
    await expect(silent).to_contain_text("100 %")  # unknown
    await expect(silent).to_contain_text("0 %")
    await shown.check_accessibility()
    await shown.take_screenshot("board-en")


async def test_what_is_wanted_and_missing_is_drawn_and_told(
    window: OpenWindow, asked: None
) -> None:
    shown = await open_board(window)
    wanted = shown.page.locator("figure").filter(has_text="Wanted, but without an interface")
    await wanted.get_by_text("Show as a table").click()
    await expect(wanted.get_by_role("row").filter(has_text="Old Neighbours")).to_be_visible()


@pytest.mark.parametrize("title", ["How many lookups were answered", "Time to answer, p95"])
async def test_behind_every_chart_is_a_table(window: OpenWindow, asked: None, title: str) -> None:
    shown = await open_board(window)
    figure = shown.page.locator("figure").filter(has_text=title)
    await figure.get_by_text("Show as a table").click()
    bars, rows = figure.locator("svg"), figure.locator("tbody tr")
    assert await bars.count() == await rows.count() > 3


async def test_rows_are_put_in_order_and_narrowed_with_keys_alone(
    window: OpenWindow, asked: None
) -> None:
    shown = await open_board(window)
    page = shown.page
    first = await platform_names(shown)
    head = page.get_by_role("columnheader", name="Unknown").last
    await head.get_by_role("button").focus()
    await page.keyboard.press("Enter")
    await expect(head).to_have_attribute("aria-sort", "descending")
    assert set((await platform_names(shown))[:2]) == {"anju", "yuanfen"}
    await page.keyboard.press("Enter")
    await expect(head).to_have_attribute("aria-sort", "ascending")
    assert sorted(await platform_names(shown)) == sorted(first)
    await page.get_by_label("Filter platforms").focus()
    await page.keyboard.type("yilan")
    await expect(page.get_by_text("4 of", exact=False)).to_be_visible()
    assert len(await platform_names(shown)) == 4
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.get_by_label("Filter platforms").fill("lao_jiefang")
    await expect(page.get_by_text("No platform fits.").first).to_be_visible()


async def test_it_stays_open_over_a_reload_until_the_token_is_put_away(window: OpenWindow) -> None:
    shown = await open_board(window)
    await shown.page.reload()
    await expect(shown.page.locator(".tiles")).to_be_visible()
    await shown.page.get_by_role("button", name="Put the token away").click()
    await expect(shown.page.get_by_label("Service token")).to_be_visible()
    await expect(shown.page.get_by_role("heading", level=1)).to_be_focused()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("board-zh-phone", {"language": "zh-CN", "width": 320, "height": 640}),
        ("board-zh-dark", {"language": "zh-CN", "dark": True}),
        ("board-en-zoomed", {"width": 640, "height": 400, "device_scale_factor": 2}),
    ],
)
async def test_it_fits_and_reads_everywhere(
    window: OpenWindow, asked: None, name: str, options: dict[str, Any]
) -> None:
    """At 320 px, in the dark, and at 200 %, which halves the width and doubles the points."""
    shown = await open_board(window, **options)
    await shown.check_width()
    await shown.check_accessibility()
    await shown.take_screenshot(name)
