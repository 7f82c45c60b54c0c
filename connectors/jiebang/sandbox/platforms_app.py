"""All platforms together, and the way back to the start."""

from __future__ import annotations

from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from jiebang.sandbox.callbacks import Courier
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.platforms import FLEET
from jiebang.sandbox.population import Population
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import Pace, World

PLATFORMS: tuple[Platform, ...] = tuple(platform for platform, _ in FLEET)


class Fleet:
    """An ASGI application that serves every platform from one world."""

    def __init__(self, population: Population, *, seed: int, pace: Pace) -> None:
        self.courier = Courier()
        self.world = World(population, seed=seed, pace=pace)
        self._router = self._open()

    def _open(self) -> Router:
        sites: list[Site] = []
        for platform, open_site in FLEET:
            site = Site(platform, self.world, self.courier)
            open_site(site)
            sites.append(site)
        return Router([route for site in sites for route in site.routes], redirect_slashes=False)

    async def reset(self) -> None:
        """Everything as it was at the start; callbacks under way are dropped."""
        self.world = self.world.at_start()
        self._router = self._open()
        await self.courier.drop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)
