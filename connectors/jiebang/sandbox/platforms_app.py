"""All platforms in one application, with a reset."""

from __future__ import annotations

from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from jiebang.sandbox.callbacks import CallbackSender
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.platforms import PLATFORM_MODULES
from jiebang.sandbox.population import Population
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import Pace, World

PLATFORMS: tuple[Platform, ...] = tuple(platform for platform, _ in PLATFORM_MODULES)


class PlatformsApp:
    """An ASGI application that serves every platform from one world."""

    def __init__(self, population: Population, *, seed: int, pace: Pace) -> None:
        self.callback_sender = CallbackSender()
        self.world = World(population, seed=seed, pace=pace)
        self._router = self._build_router()

    def _build_router(self) -> Router:
        sites: list[Site] = []
        for platform, open_site in PLATFORM_MODULES:
            site = Site(platform, self.world, self.callback_sender)
            open_site(site)
            sites.append(site)
        return Router([route for site in sites for route in site.routes], redirect_slashes=False)

    async def reset(self) -> None:
        """Restore the initial state and drop pending callbacks."""
        self.world = self.world.fresh_copy()
        self._router = self._build_router()
        await self.callback_sender.cancel_all()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)
