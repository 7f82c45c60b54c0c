"""The TypeScript client in a real Chromium, as modules of a page of the gateway's origin: the
content security policy applies to them as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Route, async_playwright
from tests.browser.conftest import FLAGS, chromium
from tests.e2e.conftest import Service, service

from jiebang.app.demo.stories import NEW_HOLDER

# Fixtures of other folders' tests are these once they are named here.
__all__ = ["chromium", "service"]

#: Asks, starts, and follows the same renewal in both ways.
PROGRAM = """
async ({url, token}) => {
  const { ask, follow, newKey, unlessRefused, Coverage, RenewalProgress, StartRenewal } =
    await import("/client/index.js");
  const { followByWebSocket } = await import("/client/websocket.js");
  const endpoint = { url, token, language: "en" };
  const { coverage } = await ask(endpoint, Coverage);
  const input = { idempotencyKey: newKey() };
  const { startRenewal } = await ask(endpoint, StartRenewal, { input });
  const { id } = unlessRefused(startRenewal).renewal;
  const told = [];
  for (const by of [follow, followByWebSocket]) {
    const cursors = [];
    for await (const { renewalProgress } of by(endpoint, RenewalProgress, { id })) {
      cursors.push(renewalProgress.cursor);
      if (cursors.length === 5) break;
    }
    told.push(cursors);
  }
  const refused = await ask({ ...endpoint, token: "forged" }, Coverage).catch((error) => error);
  return { platforms: coverage.platforms.length, told, refused: refused.code };
}
"""


async def test_a_page_asks_and_follows(
    client_package: Path, chromium: str, service: Service
) -> None:
    async def serve_file(route: Route) -> None:
        """Serve a file of the package, or of its dependency, as a bundler would place it."""
        name = route.request.url.rsplit("/", 1)[1]
        own = client_package / "dist" / name
        path = own if own.exists() else client_package / "node_modules/graphql-ws/dist" / name
        text = path.read_text(encoding="utf-8").replace('"graphql-ws/client"', '"./client.js"')
        await route.fulfill(body=text, content_type="text/javascript")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            page = await browser.new_page()
            await page.route("**/client/*.js", serve_file)
            await page.goto(service.url)
            given = {"url": f"{service.url}/graphql", "token": service.holder_token(NEW_HOLDER)}
            found: dict[str, Any] = await page.evaluate(PROGRAM, given)
        finally:
            await browser.close()
    assert found["platforms"] > 0
    first, second = found["told"]
    assert first == second
    assert len(set(first)) == 5
    assert found["refused"] == "UNAUTHENTICATED"
