"""A faulty connector of the zoo: one mistake, and the check that must catch it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.applications import Starlette
from tests.conformance.zoo.platform_app import platform_app
from tests.conformance.zoo.store import (
    AFTER,
    BEFORE,
    BOUND,
    CALLBACK_SECRET,
    CLIENT_SECRET,
    SINCE,
    TOKEN,
    UNBOUND,
    Store,
)

from jiebang.conformance import Application, Canaries, Target
from jiebang.sdk import Connector

SETTINGS = {
    "token": TOKEN,
    "client": "zoo",
    "pin": CLIENT_SECRET,
    "callback_secret": CALLBACK_SECRET,
}


def target(connector: Connector, **more: Any) -> Target:
    """Return a target for the connector: a platform of its own, and numbers with known answers."""
    stores: list[Store] = []

    def make_app() -> Starlette:
        stores.append(Store())
        return platform_app(stores[-1])

    declared = {one.name for one in connector.spec.settings}
    given: dict[str, Any] = {
        "connector": connector,
        "platform": Application(make_app),
        "canaries": Canaries(
            bound=BOUND,
            unbound=UNBOUND,
            before=BEFORE,
            after=AFTER,
            held_since=date.fromisoformat(SINCE),
        ),
        "settings": {name: value for name, value in SETTINGS.items() if name in declared},
        "effects": lambda: stores[-1].effects,
    }
    return Target(**given | more)


@dataclass(frozen=True, slots=True)
class FaultyConnector:
    """`check` catches the mistake, after the checks `beside`; `more` extends its target. `also` are
    the checks that catch the consequences in the gateway."""

    connector: Connector
    check: str
    more: dict[str, Any] = field(default_factory=dict[str, Any])
    beside: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The words of its class's name: ``absence-by-default``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self.connector).__name__).lower()

    @property
    def mistake(self) -> str:
        return (type(self.connector).__doc__ or "").split("\n")[0]

    def target(self) -> Target:
        return target(self.connector, **self.more)
