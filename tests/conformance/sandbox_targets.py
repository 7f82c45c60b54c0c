"""The sandbox's platforms as targets: their canaries, and how to reset them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from jiebang.app.connectors import sandbox_settings
from jiebang.conformance import Canaries, Target, Upstream
from jiebang.conformance.target import manifest_connector
from jiebang.connectors import CATALOGUE
from jiebang.connectors.kinds import FIXTURES
from jiebang.connectors.one_click import OneClick
from jiebang.sdk import Connector

TODAY = date(2026, 6, 1)
NOBODY = "+8613700009999"


def manifests(folder: str) -> list[Path]:
    """The shipped sandbox manifests, without recorded exchanges."""
    found = sorted((CATALOGUE / folder).glob("*.yaml"))
    return [path for path in found if not path.name.endswith(FIXTURES)]


SOURCES: Mapping[str, Path | None] = {path.stem: path for path in manifests("sandbox")} | {
    "yijian": None
}


@dataclass(frozen=True, slots=True)
class SandboxTargets:
    """A running sandbox, independent of the connectors that are checked against it."""

    url: str
    settings: Mapping[str, Mapping[str, str]]
    accounts: list[dict[str, Any]]
    apps: Mapping[str, frozenset[str]]

    async def reset(self) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url + "/control/reset") as reply,
        ):
            assert reply.status < 300

    async def effects(self, platform: str) -> int:
        return int((await _get(self.url, f"/inspect/effects?platform={platform}"))["count"])

    def target(self, name: str) -> Target:
        source = SOURCES[name]
        connector: Connector = OneClick() if source is None else manifest_connector(source)
        spec = connector.spec
        given = dict(self.settings.get(spec.id, {}))
        base = given.pop("base_url", self.url)

        async def effects() -> int:
            return await self.effects(spec.id)

        return Target(
            connector=connector,
            platform=Upstream(base),
            settings=given,
            canaries=self._canaries(
                spec.id, spec.platform_ids | self.apps.get(spec.id, frozenset[str]())
            ),
            reset=self.reset,
            effects=effects,
            source=source,
        )

    def _canaries(self, connector: str, platforms: frozenset[str]) -> Canaries:
        """A number with an account that can be unbound, if there is one; and one whose accounts are
        all older than another's."""
        owned: dict[str, list[dict[str, Any]]] = {}
        for account in self.accounts:
            if account["platform"] in platforms:
                owned.setdefault(account["number"], []).append(account)
        free = [
            (-len(found), number)
            for number, found in owned.items()
            if not any(account["flags"] for account in found)
        ]
        bound = min(free, default=(0, next(iter(owned), "+8613900000001")))[1]
        ends = sorted(
            (max(_day(one) for one in found), min(_day(one) for one in found), number)
            for number, found in owned.items()
        )
        split = next(
            (
                (first[2], last[2], first[0] + timedelta(days=1))
                for first in ends
                for last in reversed(ends)
                if last[1] > first[0] + timedelta(days=2)
            ),
            (None, None, date(2026, 1, 1)),
        )
        return Canaries(
            bound=bound, unbound=NOBODY, before=split[0], after=split[1], held_since=split[2]
        )


def _day(account: Mapping[str, Any]) -> date:
    return datetime.fromisoformat(account["bound_at"]).date()


async def load_targets(url: str) -> SandboxTargets:
    """Read the sandbox's own description of its platforms and accounts."""
    settings, accounts, platforms = await asyncio.gather(
        sandbox_settings(url), _get(url, "/inspect/accounts"), _get(url, "/inspect/platforms")
    )
    apps = {
        one["id"]: frozenset(app["id"] for app in one["apps"]) for one in platforms["platforms"]
    }
    return SandboxTargets(url, settings, accounts["accounts"], apps)


async def _get(url: str, path: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(url + path) as reply:
        return await reply.json()
