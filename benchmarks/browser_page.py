"""Measure the page in Chromium: the time to the first platform, and to all of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from playwright.async_api import Browser, async_playwright

#: The same options as in the browser tests.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")

#: Runs before the page: a person with a proven number, and a watch on the time from the request to
#: the frame after the first result appears.
_WATCH = """
sessionStorage.setItem("jiebang.session", JSON.stringify(%s));
const fetched = window.fetch;
window.fetch = (...given) => {
  if (given[1]?.headers?.accept?.includes("event-stream")) window.asked ??= performance.now();
  return fetched(...given);
};
const seen = {
  first: () => [...document.querySelectorAll(".tile dd")].some((one) => one.textContent !== "0"),
  whole: () => document.querySelector(".tray:not([hidden])"),
};
const look = () => {
  for (const [name, there] of Object.entries(seen))
    if (!window[name] && there()) window[name] = performance.now() - window.asked;
  if (!window.whole) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
#: The last frame may not have been drawn yet.
_TIMES = """new Promise((told) => {
  const look = () =>
    window.whole ? told([window.first, window.whole]) : requestAnimationFrame(look);
  look();
})"""


@asynccontextmanager
async def launch_chromium() -> AsyncGenerator[Browser | None]:
    """Launch a browser; None if none is installed."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        yield None
        return
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=_FLAGS)


async def measure_page(browser: Browser, endpoint: str, token: str) -> tuple[float, float]:
    """Return the seconds from the request until the first platform, and all, are on screen."""
    proven = {"token": token, "number": "", "expiresAt": "2100-01-01T00:00:00Z"}
    context = await browser.new_context()
    try:
        await context.add_init_script(_WATCH % json.dumps(proven))
        page = await context.new_page()
        await page.goto(f"http://{urlsplit(endpoint).netloc}/#/accounts")
        await page.locator(".tray").wait_for(state="visible")
        first, whole = await page.evaluate(_TIMES)
    finally:
        await context.close()
    return first / 1000, whole / 1000
