"""The first platform against the slowest one, on the wire for each way an answer can come, and on
the screen of a browser. ``python -m benchmarks.first_platform --help``

One gateway in this process over simulated platforms that answer after a while, asked over real
HTTP; every way in turn, round by round, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path

import aiohttp
from benchmarks.browser_page import launch_chromium, measure_page

from jiebang.app.bootstrap import key_ring, open_components
from jiebang.app.connectors import load_catalogue
from jiebang.app.demo.issuer import DemoIssuer
from jiebang.app.http.asgi import create_app
from jiebang.app.http.server import listen, serve
from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.app.settings.loading import load_settings
from jiebang.gateway.domain.caller import Holder
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.journal.database import migrate
from jiebang.sandbox import Pace, populate, run_sandbox
from jiebang.schema.documents import documents
from jiebang.sdk import SHANGHAI

#: The request, and the content type of its response.
WAYS = {
    "at once, JSON": ("lookup", "application/json"),
    "@stream, multipart": ("lookup_stream", "multipart/mixed"),
    "@stream, event stream": ("lookup_stream", "text/event-stream"),
    "subscription, event stream": ("lookup_progress", "text/event-stream"),
}
SCREEN = "on screen, Chromium"
MARK = b'"outcome"'  # contained in every platform's answer, and nowhere else


@asynccontextmanager
async def run_gateway(dsn: str, sandbox: str, issuer: DemoIssuer) -> AsyncGenerator[str]:
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        loaded = load_settings(
            issuer.environment()
            | {"JIEBANG_DATABASE_URL": dsn, "JIEBANG_SANDBOX_URL": sandbox}
            | {"JIEBANG_PUBLIC_URL": url}
        )
        catalogue, stop = await load_catalogue(loaded), asyncio.Event()
        async with open_components(loaded, catalogue, key_ring(loaded), dsn) as components:
            task = asyncio.create_task(serve(create_app(components), listener, stop))
            await components.prepared.wait()
            try:
                yield f"{url}/graphql"
            finally:
                stop.set()
                await task


async def measure(
    session: aiohttp.ClientSession, url: str, token: str, way: str, number: str
) -> tuple[float, float]:
    """Return the seconds until the first platform's answer, and until all answers, have arrived."""
    document, media = WAYS[way]
    current = {"current": {"activatedOn": "2025-03-01"}}
    variables = {"number": number, "tenure": current, "deadlineMs": 15000}
    body = {"query": documents()[document], "variables": variables}
    headers = {"authorization": f"Bearer {token}", "accept": media}
    begun, first, seen = time.perf_counter(), None, b""
    async with session.post(url, json=body, headers=headers) as reply:
        if reply.content_type != media:
            raise RuntimeError(await reply.text())
        async for chunk in reply.content.iter_any():
            seen += chunk
            if first is None and MARK in seen:
                first = time.perf_counter() - begun
    if first is None or b'"errors"' in seen:
        raise RuntimeError(seen.decode())
    return first, time.perf_counter() - begun


async def run(dsn: str, slow: float, rounds: int) -> None:
    population = populate(1, datetime.now(SHANGHAI).date(), numbers=30)
    pace = Pace(slow_seconds=slow, callback_seconds=0.05, flaky_rate=0)
    await migrate(dsn)
    issuer = DemoIssuer()
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    async with (
        run_sandbox(population, seed=1, pace=pace) as sandbox,
        run_gateway(dsn, sandbox, issuer) as url,
        aiohttp.ClientSession() as session,
        launch_chromium() as browser,
    ):
        token = issuer.service_token()
        for number in range(rounds + 1):
            for place, way in enumerate(WAYS):
                phone = f"139{number:04d}{place:04d}"
                took = await measure(session, url, token, way, phone)
                if number:  # the first round is a warm-up
                    found[way].append(took)
            if browser is not None:
                tenure = Current(activated_on=date(2025, 3, 1))
                holder = Holder(number=f"+86139{number:04d}{len(WAYS):04d}", tenure=tenure)
                took = await measure_page(browser, url, issuer.holder_token(f"p{number}", holder))
                if number:
                    found.setdefault(SCREEN, []).append(took)
    if browser is None:
        print("no Chromium: nothing was measured on a screen")
    print(f"{'':28}{'first ms':>10}{'all ms':>10}{'all / first':>14}")
    for way, times in found.items():
        first, whole = (1000 * statistics.median(column) for column in zip(*times, strict=True))
        print(f"{way:28}{first:10.0f}{whole:10.0f}{whole / first:14.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(".")[0])
    parser.add_argument("--slow-seconds", type=float, default=1.2, help="of the slowest platform")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="jb-"))
    directory.chmod(0o711)
    try:
        with EmbeddedPostgres(directory, {"fsync": "off"}) as server:
            asyncio.run(run(server.dsn(), options.slow_seconds, options.rounds))
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
