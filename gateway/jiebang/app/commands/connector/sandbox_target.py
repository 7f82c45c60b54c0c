"""A sandbox connector in front of its simulated platform, with numbers whose answers are known."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp

from jiebang.app.commands.connector.exit import refuse
from jiebang.app.connectors import sandbox_settings
from jiebang.conformance import Canaries, Target, Upstream
from jiebang.sandbox import Pace, populate, run_sandbox
from jiebang.sdk import SHANGHAI, Capability, Connector

NUMBERS = 60


@asynccontextmanager
async def open_sandbox_target(connector: Connector) -> AsyncGenerator[Target]:
    """Start a separate sandbox for the connector. Exits if it serves no simulated platform."""
    spec = connector.spec
    population = populate(1, datetime.now(SHANGHAI).date(), numbers=NUMBERS)
    pace = Pace(slow_seconds=0.01, callback_seconds=0.01, flaky_rate=0)
    async with (
        run_sandbox(population, seed=1, pace=pace) as url,
        aiohttp.ClientSession(url) as session,
    ):
        settings = (await sandbox_settings(url)).get(spec.id)
        if settings is None or Capability.LOOKUP not in spec.capabilities:
            refuse(f"The sandbox has no platform that {spec.id} could query.")
        platform = Upstream(settings.pop("base_url"))
        yield Target(
            connector=connector,
            platform=platform,
            canaries=await _canaries(session, await _app_ids(session, spec.id)),
            settings=settings,
            reset=partial(_reset, session),
            effects=partial(_count_effects, session, spec.id),
        )


async def _app_ids(session: aiohttp.ClientSession, name: str) -> frozenset[str]:
    """Return the platforms of its accounts: itself, or the apps it serves."""
    listed: list[dict[str, Any]] = (await _get_json(session, "/inspect/platforms"))["platforms"]
    apps = next(each["apps"] for each in listed if each["id"] == name)
    return frozenset(app["id"] for app in apps) or frozenset({name})


async def _canaries(session: aiohttp.ClientSession, platforms: frozenset[str]) -> Canaries:
    accounts: list[dict[str, Any]] = (await _get_json(session, "/inspect/accounts"))["accounts"]
    # The simplest account: nothing prevents unbinding it.
    here = [one for one in accounts if one["platform"] in platforms and one["bound"]]
    plain = [one for one in here if not one["flags"]] or here
    taken = {one["number"] for one in here}
    free = sorted({one["number"] for one in accounts} - taken)
    if not plain or not free:
        refuse("The sandbox has no suitable account at this platform.")
    first = min(plain, key=lambda one: (one["number"], one["account"]))
    return Canaries(
        bound=first["number"], unbound=free[0], held_since=datetime.now(SHANGHAI).date()
    )


async def _reset(session: aiohttp.ClientSession) -> None:
    async with session.post("/control/reset") as reply:
        reply.raise_for_status()


async def _count_effects(session: aiohttp.ClientSession, platform: str) -> int:
    told = await _get_json(session, "/inspect/effects", platform=platform)
    return int(told["count"])


async def _get_json(session: aiohttp.ClientSession, path: str, **params: str) -> dict[str, Any]:
    async with session.get(path, params=params) as reply:
        reply.raise_for_status()
        found: dict[str, Any] = await reply.json()
        return found
