"""The page in a real Chromium, over everything that `jiebang demo` starts.

Every test fails on an error in the console, a violation of the content security policy, an
exception in a script and a request to anywhere else. docs/page.md says how to run these.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    async_playwright,
)
from tests.interop.conftest import NODE
from tests.interop.conftest import node as node  # a fixture: installs axe-core
from tests.places import place

from jiebang.app.demo.supervisor import Installation, run_installation

HERE = Path(__file__).parent
#: Where screenshots go.
SHOTS = Path(os.environ.get("JIEBANG_SCREENSHOTS") or HERE.parents[1] / "build" / "screenshots")
#: A quiet browser: nothing but our pages, and nothing drawn that differs from run to run.
FLAGS = (
    "--no-sandbox",  # CI is root in a container of its own
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--font-render-hinting=none",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Milliseconds after which something does not come any more.
PATIENCE = 20_000


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests share one browser and one installation, so they share one process and loop."""
    shared = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if HERE in item.path.parents:
            for mark in (shared, pytest.mark.slow, pytest.mark.xdist_group("browser")):
                item.add_marker(mark, append=False)


@dataclass(kw_only=True)  # no slots: Playwright marks whoever listens to it
class Window:
    """One person's browser: `page` is on screen, `faults` is what went wrong in it."""

    demo: Installation
    context: BrowserContext
    page: Page
    axe: str = field(repr=False)
    faults: list[str] = field(default_factory=list[str])
    #: Patterns of faults that the test brings about itself.
    expected: list[str] = field(default_factory=list[str])

    def expect_fault(self, pattern: str) -> None:
        """The test makes this go wrong on purpose."""
        self.expected.append(pattern)

    async def go(self, route: str = "#/") -> Page:
        """Show this route, from a fresh load of the page."""
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.demo.url}/{route}")
        return self.page

    async def take_screenshot(self, name: str, *, whole: bool = True) -> Path:
        """Keep a screenshot of the page, or only of what is on screen."""
        path = SHOTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size
        if whole and size:  # as if the screen were that high: what sticks to its end stays there
            height: int = await self.page.evaluate("document.documentElement.scrollHeight")
            await self.page.set_viewport_size({**size, "height": max(height, size["height"])})
        await self.page.screenshot(path=path, full_page=whole, animations="disabled")
        if size:
            await self.page.set_viewport_size(size)
        return path

    async def check_accessibility(self) -> None:
        """No serious finding of axe. Evaluated in the page: the policy lets no script in."""
        await self.page.evaluate(self.axe)
        found: list[dict[str, Any]] = await self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        serious = [
            f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
        assert not serious, "\n".join(serious)

    async def check_width(self) -> None:
        """Nothing makes the page wider than the screen."""
        wide: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{wide} px wider than the screen"

    def unexpected_faults(self) -> list[str]:
        return [
            one for one in self.faults if not any(re.search(known, one) for known in self.expected)
        ]

    def watch(self, page: Page) -> None:
        own = {urlsplit(self.demo.url).netloc, urlsplit(self.demo.sandbox).netloc}

        def note_console_error(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.faults.append(f"console: {message.text}")

        def note_exception(error: Error) -> None:
            self.faults.append(f"exception: {error}")

        def note_foreign_request(request: Request) -> None:
            address = urlsplit(request.url)
            if address.scheme not in ("data", "blob", "about") and address.netloc not in own:
                self.faults.append(f"request to {address.netloc}")

        page.on("console", note_console_error)
        page.on("pageerror", note_exception)
        page.on("request", note_foreign_request)


#: Opens a window; whatever Playwright's `new_context` takes, beside these.
OpenWindow = Callable[..., Awaitable[Window]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Its path. Skips where there is none, but never in CI."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("needs Chromium: install it, or name it in CHROMIUM")
    assert found is not None, "install chromium and fonts-noto-cjk"
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
def home(chromium: str, made: Path) -> Generator[Path]:
    with place(made) as directory:
        yield directory


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(home: Path) -> AsyncGenerator[Installation]:
    """One installation for all these tests, which see what others did in it."""
    async with run_installation(home) as installation:
        yield installation


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(demo: Installation) -> dict[str, Any]:
    """Who one can be in the demonstration: /demo.json."""
    async with aiohttp.ClientSession() as session, session.get(f"{demo.url}/demo.json") as reply:
        assert reply.status == 200
        told: dict[str, Any] = await reply.json()
        return told


@pytest_asyncio.fixture(loop_scope="session")
async def window(
    node: str, browser: Browser, demo: Installation, request: pytest.FixtureRequest
) -> AsyncGenerator[OpenWindow]:
    """Opens windows; none of them may end with a fault. One of a failed test is photographed."""
    axe = (NODE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    opened: list[Window] = []

    async def open_window(
        *,
        language: str = "en",
        width: int = 1200,
        height: int = 800,
        dark: bool = False,
        **more: Any,
    ) -> Window:
        context = await browser.new_context(
            locale=language,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id="Asia/Shanghai",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        one = Window(demo=demo, context=context, page=await context.new_page(), axe=axe)
        one.watch(one.page)
        context.on("page", one.watch)
        opened.append(one)
        return one

    yield open_window
    faults = [fault for one in opened for fault in one.unexpected_faults()]
    for number, one in enumerate(opened):
        if faults or request.node.stash.get(_FAILED, False):
            await one.take_screenshot(f"failed/{request.node.name}-{number}")
        await one.context.close()
    assert not faults, "\n".join(faults)


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report
