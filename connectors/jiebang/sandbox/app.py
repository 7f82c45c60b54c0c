"""The ASGI application: the platforms, with inspection, control and a simulated phone."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Mount

from jiebang.sandbox import control, inbox, inspection
from jiebang.sandbox.platforms_app import PlatformsApp
from jiebang.sandbox.population import Population
from jiebang.sandbox.world import Pace


def create_app(population: Population, *, seed: int = 1, pace: Pace | None = None) -> Starlette:
    """Create an application with each platform below ``/<id>/``. `seed` decides apparent chance.

    Serve it with `jiebang.sandbox.serve` or `run_sandbox`: only they can cut a connection, which
    some platforms do.
    """
    platforms_app = PlatformsApp(population, seed=seed, pace=pace or Pace())

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
        yield
        await platforms_app.callback_sender.close()

    return Starlette(
        routes=[
            *inspection.routes(platforms_app),
            *control.routes(platforms_app),
            *inbox.routes(inbox.Inbox()),
            Mount("/", app=platforms_app),
        ],
        lifespan=lifespan,
    )
