"""The connectors of this process: from plugins, manifests and, if in use, the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from jiebang.app.logging.redaction import register_secret
from jiebang.app.settings.model import Settings
from jiebang.connectors import CATALOGUE
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.catalogue.plugins import installed_plugins, load_plugins
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.sdk import Secret


class SandboxUnreachable(Exception):
    """The sandbox at `JIEBANG_SANDBOX_URL` does not answer."""


async def load_catalogue(settings: Settings) -> Catalogue:
    """Load every connector, once at start. Broken ones are in `problems`. Raises
    `SandboxUnreachable`."""
    manifests = list(settings.manifests)
    given: dict[str, dict[str, str]] = {}
    if settings.sandbox_url is not None:
        manifests.append(CATALOGUE / "sandbox")
        given = await sandbox_settings(settings.sandbox_url)
    if settings.must_show_guides and CATALOGUE / "guides" not in manifests:
        manifests.append(CATALOGUE / "guides")
    for connector, values in settings.connector_settings().items():
        given.setdefault(connector, {}).update(values)
    registry = ConnectorRegistry(
        manifests=manifests,
        settings=given,
        disabled=frozenset(settings.disable),
        code_allowed=settings.allow_code_in_manifests,
    )
    allowed = None if settings.plugins is None else frozenset(settings.plugins)
    load_plugins(registry, installed_plugins(), allowed=allowed)
    catalogue = registry.catalogue()
    for entry in catalogue.connectors.values():
        for value in entry.settings.values():
            if isinstance(value, Secret):
                register_secret(value.reveal())
    return catalogue


async def sandbox_settings(url: str) -> dict[str, dict[str, str]]:
    """Return base URL and credentials of every simulated platform, as reported by the sandbox."""
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{url.rstrip('/')}/inspect/platforms") as reply,
        ):
            reply.raise_for_status()
            told: Mapping[str, Any] = await reply.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise SandboxUnreachable(
            "The sandbox does not answer at JIEBANG_SANDBOX_URL. Start it with `jiebang sandbox`, "
            "or unset the variable to run without it."
        ) from None
    return {
        platform["id"]: {
            "base_url": f"{url.rstrip('/')}{platform['path']}",
            **platform["credentials"],
        }
        for platform in told["platforms"]
    }
