"""The description of a platform, without its behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A place where people hold accounts."""

    id: str
    zh: str
    en: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(App):
    """A platform with an interface of its own. `credentials` are those of the demo; an aggregator
    speaks for its `apps` instead of itself."""

    number_format: str = "D11"
    date_format: str = "none"
    idempotency: str = "none"
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    apps: tuple[App, ...] = ()

    @property
    def app_ids(self) -> tuple[str, ...]:
        """Where people sign up."""
        return tuple(app.id for app in self.apps) or (self.id,)
