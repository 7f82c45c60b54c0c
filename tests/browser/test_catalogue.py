"""The catalogue: every platform, and what can be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import OpenWindow, Window


async def open_catalogue(window: OpenWindow, **options: Any) -> Window:
    """The catalogue, for somebody who is known already."""
    shown = await window(**options)
    page = await shown.go("#/board")
    chinese = options.get("language") == "zh-CN"
    name = "以演示的运营者身份查看" if chinese else "Look as the demo’s operator"
    await page.get_by_role("button", name=name).click()
    await expect(page.locator(".tiles")).to_be_visible()
    await shown.go("#/catalogue")
    await expect(page.locator(".platform").first).to_be_visible()
    return shown


async def test_a_stranger_is_told_to_say_who_they_are(window: OpenWindow) -> None:
    shown = await window()
    page = await shown.go("#/catalogue")
    await expect(page.get_by_role("alert")).to_contain_text("any token will do")
    await shown.check_accessibility()


@pytest.mark.parametrize("typed", ["Yunwo", "云窝", "YUNPAN"])
async def test_a_platform_is_found_by_either_name(window: OpenWindow, typed: str) -> None:
    shown = await open_catalogue(window)
    page = shown.page
    await page.get_by_label("Find a platform").fill(typed)
    card = page.locator(".platform")
    await expect(card).to_have_count(1)
    await expect(card).to_contain_text("Yunwo Drive")
    await expect(card).to_contain_text("云窝网盘")
    await expect(page.get_by_text("1 platforms", exact=True)).to_be_visible()


async def test_steps_by_hand_are_folded_with_their_sources(window: OpenWindow) -> None:
    shown = await open_catalogue(window)
    page = shown.page
    await page.get_by_label("What can be done").select_option("byHand")
    card = page.locator(".platform").filter(has_text="Old Neighbours")
    await expect(card.locator("ol")).to_be_hidden()
    await card.get_by_text("What you can do yourself").click()
    await expect(card.locator("ol li").first).to_be_visible()
    await shown.check_accessibility()


async def test_it_is_narrowed_by_category_and_by_what_can_be_done(window: OpenWindow) -> None:
    shown = await open_catalogue(window)
    page = shown.page
    every = await page.locator(".platform").count()
    await page.get_by_label("What can be done").select_option("unbind")
    assert 0 < await page.locator(".platform").count() < every
    await page.get_by_label("Category", exact=True).select_option("HOUSING")
    await expect(page.get_by_text("Nothing found", exact=False)).to_be_visible()
    await page.get_by_role("button", name="Clear the filters").click()
    await expect(page.locator(".platform")).to_have_count(every)
    await expect(page.get_by_label("Find a platform")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("catalogue-en", {}),
        ("catalogue-zh-phone", {"language": "zh-CN", "width": 320, "height": 640}),
        ("catalogue-zh-dark", {"language": "zh-CN", "dark": True}),
        ("catalogue-en-zoomed", {"width": 640, "height": 400, "device_scale_factor": 2}),
    ],
)
async def test_it_fits_and_reads_everywhere(
    window: OpenWindow, name: str, options: dict[str, Any]
) -> None:
    shown = await open_catalogue(window, **options)
    await shown.check_width()
    await shown.check_accessibility()
    await shown.take_screenshot(name)
