"""The panel for trying queries, which needs nothing but the gateway."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import OpenWindow, Window


async def open_panel(window: OpenWindow, *, token: str | None = None, **options: Any) -> Window:
    """The panel, for nobody or for the operator whose token this is."""
    shown = await window(**options)
    if token is not None:
        await shown.go("#/query")
        await shown.page.evaluate(
            "token => sessionStorage.setItem('jiebang.operator', token)", token
        )
    await shown.go("#/query")
    await expect(shown.page.locator(".example").first).to_be_visible()
    return shown


async def answer(shown: Window) -> Any:
    result = shown.page.locator("pre.result")
    await expect(result).to_contain_text("{")
    return json.loads(await result.inner_text())


async def write(shown: Window, text: str) -> None:
    await shown.page.get_by_label("Document", exact=True).fill(text)


async def run(shown: Window) -> None:
    await shown.page.get_by_role("button", name="Run", exact=True).click()
    await expect(shown.page.get_by_text(" ms", exact=False).first).to_be_visible()


async def test_any_text_is_run_and_its_answer_laid_out(window: OpenWindow) -> None:
    shown = await open_panel(window)
    await write(shown, "query Mine { __typename }")
    await run(shown)
    assert await answer(shown) == {"data": {"__typename": "Query"}}
    await expect(shown.page.get_by_text("200, ", exact=False).first).to_be_visible()
    await expect(shown.page.locator(".history")).to_contain_text("Mine")
    await shown.check_accessibility()


async def test_ctrl_enter_runs_it(window: OpenWindow) -> None:
    shown = await open_panel(window)
    await shown.page.get_by_label("Document", exact=True).focus()
    await shown.page.keyboard.press("Control+Enter")
    await expect(shown.page.locator("pre.result")).to_contain_text("__typename")


async def test_a_ready_document_is_filled_in_and_run(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_panel(window, token=people["operator"])
    await shown.page.get_by_role("button", name="PlatformNames").click()
    await run(shown)
    found = (await answer(shown))["data"]["coverage"]["platforms"]
    assert {"id": "yunpan", "name": "Yunwo Drive"} in [one["platform"] for one in found]


async def test_a_subscription_shows_its_events_as_they_come(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_panel(window, token=people["holders"][0]["token"])
    await shown.page.get_by_role("button", name="LookupProgress").click()
    await run(shown)
    await expect(shown.page.get_by_text("ended after", exact=False).first).to_be_visible()
    events = await answer(shown)
    assert len(events) > 10
    assert events[-1]["data"]["registeredAccountsProgress"]["result"]


async def test_what_was_run_before_comes_back_with_its_variables(window: OpenWindow) -> None:
    shown = await open_panel(window)
    page = shown.page
    await write(shown, "query First { __typename }")
    await page.get_by_label("Variables (JSON)").fill('{"a": 1}')
    await run(shown)
    await write(shown, "{ nothing }")
    await page.get_by_label("Variables (JSON)").fill("{}")
    await run(shown)
    await page.locator(".history").get_by_role("button", name="First").click()
    await expect(page.get_by_label("Document", exact=True)).to_have_value(
        "query First { __typename }"
    )
    await expect(page.get_by_label("Variables (JSON)")).to_have_value('{"a": 1}')


@pytest.mark.parametrize("variables", ["[]", "{", "1"])
async def test_variables_that_are_no_object_are_not_sent(
    window: OpenWindow, variables: str
) -> None:
    shown = await open_panel(window)
    await shown.page.get_by_label("Variables (JSON)").fill(variables)
    await shown.page.get_by_role("button", name="Run", exact=True).click()
    await expect(shown.page.get_by_role("alert")).to_contain_text("no JSON object")
    await expect(shown.page.get_by_label("Variables (JSON)")).to_be_focused()


async def test_what_a_gateway_refuses_that_runs_trusted_documents_only(window: OpenWindow) -> None:
    """The gateway's own answer in that mode, which the demonstration does not run in."""
    shown = await open_panel(window)
    refusal = {
        "errors": [{"message": "Only trusted.", "extensions": {"code": "PERSISTED_QUERY_REQUIRED"}}]
    }
    shown.expect_fault("400")
    await shown.page.route("**/graphql", lambda route: route.fulfill(status=400, json=refusal))
    await run(shown)
    await expect(shown.page.get_by_role("alert")).to_contain_text("trusted documents only")


async def test_the_schema_is_leafed_through_and_searched(window: OpenWindow) -> None:
    shown = await open_panel(window)
    page = shown.page
    place = page.locator(".reference")
    await place.get_by_role("button", name="Query", exact=True).click()
    await expect(place).to_contain_text("registeredAccounts")
    await place.get_by_role("button", name="RegisteredAccounts", exact=True).click()
    await expect(place.get_by_role("heading", name="RegisteredAccounts")).to_be_visible()
    await place.get_by_role("button", name="← Query").click()
    await expect(place.get_by_role("heading", name="Query")).to_be_visible()
    await page.get_by_label("Search the schema").fill("p95")
    await expect(place.get_by_role("button", name="PlatformCoverage")).to_be_visible()
    await shown.check_accessibility()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("query-en", {}),
        ("query-zh-phone", {"language": "zh-CN", "width": 320, "height": 640}),
        ("query-zh-dark", {"language": "zh-CN", "dark": True}),
        ("query-en-zoomed", {"width": 640, "height": 400, "device_scale_factor": 2}),
    ],
)
async def test_it_fits_and_reads_everywhere(
    window: OpenWindow, people: dict[str, Any], name: str, options: dict[str, Any]
) -> None:
    shown = await open_panel(window, token=people["operator"], **options)
    await shown.page.get_by_role("button", name="CoverageBoard").click()
    run_word = "运行" if options.get("language") == "zh-CN" else "Run"
    await shown.page.get_by_role("button", name=run_word, exact=True).click()
    await expect(shown.page.locator("pre.result")).to_contain_text("connectors")
    await shown.check_width()
    await shown.check_accessibility()
    await shown.take_screenshot(name)
