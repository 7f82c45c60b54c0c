"""Where one begins, and the frame around every view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import OpenWindow


async def test_one_can_be_any_of_the_demos_people_and_leave(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await window()
    page = await shown.go()
    person = people["holders"][0]
    await expect(page.locator(".holder")).to_have_count(len(people["holders"]))
    await page.locator(".holder button").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(person["number"])
    await page.get_by_role("link", name="Platforms").first.click()
    await expect(page.locator(".platform").first).to_be_visible()
    await page.get_by_role("link", name="My number").click()
    await expect(page.get_by_role("status").first).to_contain_text(person["number"])
    await page.get_by_role("button", name="Leave").click()
    await expect(page.get_by_label("Mobile number")).to_be_visible()
    assert person["token"] not in str(await page.evaluate("JSON.stringify(sessionStorage)"))


async def test_a_session_that_ran_out_is_none(window: OpenWindow) -> None:
    shown = await window()
    await shown.go()
    old = '{"token": "a.b.c", "number": "1", "expiresAt": "2020-01-01T00:00:00Z"}'
    await shown.page.evaluate("old => sessionStorage.setItem('jiebang.session', old)", old)
    page = await shown.go()
    await expect(page.locator(".holder").first).to_be_visible()


async def test_the_language_changes_at_once_and_stays(window: OpenWindow) -> None:
    shown = await window(language="zh-CN")
    page = await shown.go("#/query")
    await expect(page.get_by_role("heading", level=1)).to_have_text("试一条查询")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Try a query")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Try a query")


async def test_whoever_goes_somewhere_is_taken_to_its_heading(window: OpenWindow) -> None:
    shown = await window()
    page = await shown.go()
    await page.get_by_role("link", name="Try a query").first.click()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page).to_have_title("Try a query · Jiebang")
    await page.keyboard.press("Shift+Tab")
    await page.locator(".skip").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Try a query")


async def test_a_route_that_leads_nowhere_says_so(window: OpenWindow) -> None:
    shown = await window()
    page = await shown.go("#/nowhere")
    await expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page.")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("home-en", {}),
        ("home-zh-phone", {"language": "zh-CN", "width": 320, "height": 640}),
        ("home-zh-dark", {"language": "zh-CN", "dark": True}),
    ],
)
async def test_it_fits_and_reads_everywhere(
    window: OpenWindow, name: str, options: dict[str, Any]
) -> None:
    shown = await window(**options)
    await shown.go()
    await expect(shown.page.locator(".holder").first).to_be_visible()
    await shown.check_width()
    await shown.check_accessibility()
    await shown.take_screenshot(name)
