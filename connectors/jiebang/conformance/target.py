"""What is examined: a connector, its platform, and two numbers with known answers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

from jiebang.conformance.fixture import Fixture, fixtures_at
from jiebang.conformance.platform import Fixtures, Platform
from jiebang.connectors.kinds import FIXTURES, jiebang_register_kinds, load
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.gateway.domain.phone_number import parse_number
from jiebang.sdk import Connector, ConnectorSpec, ContractError, SettingType


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """Numbers whose answers are known: one that is bound, one that is not.

    `account` is the handle of the account to unbind, for platforms that may not unbind each of
    them. `accounts` is how many the bound number has. `before` and `after` are numbers whose
    accounts were all bound before, or on or after `held_since`. Numbers may be written in any usual
    way.
    """

    bound: str = field(repr=False)
    unbound: str = field(repr=False)
    account: str | None = field(default=None, repr=False)
    accounts: int | None = None
    before: str | None = field(default=None, repr=False)
    after: str | None = field(default=None, repr=False)
    held_since: date | None = None
    held_until: date | None = None

    def __post_init__(self) -> None:
        for name in ("bound", "unbound", "before", "after"):
            given: str | None = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, parse_number(given, field=name))
        if self.bound == self.unbound:
            raise ContractError("the bound and the unbound canary are the same number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A connector and what is needed to examine it.

    `settings` are those besides `base_url`; missing ones are made up. `exempt` maps checks to the
    reason they are left out. `reset` returns a stateful platform to its initial state. `effects`
    counts what the platform really did, so that acting twice can be seen. `attested` is the https
    address of a report of a run against the platform's real sandbox. `module` is the module a
    Python connector comes from, if it is not its class's own. Raises `ContractError`.
    """

    connector: Connector
    platform: Platform
    canaries: Canaries | None = None
    settings: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    exempt: Mapping[str, str] = field(default_factory=dict[str, str])
    reset: Callable[[], Awaitable[object] | object] | None = None
    effects: Callable[[], Awaitable[int] | int] | None = None
    attested: str | None = None
    module: str | None = None
    #: The manifest it was built from.
    source: Path | None = None
    fixtures: tuple[Fixture, ...] = ()

    def __post_init__(self) -> None:
        for check, reason in self.exempt.items():
            if not reason.strip():
                raise ContractError(f"the exemption from {check} needs a reason")
        if self.attested is not None and not self.attested.startswith("https://"):
            raise ContractError("`attested` must be an https address")
        if isinstance(self.platform, Fixtures):
            recorded = fixtures_at(self.platform.path)
            object.__setattr__(self, "fixtures", (*self.fixtures, *recorded))
        if self.canaries is None:
            object.__setattr__(self, "canaries", _recorded_canaries(self.fixtures))

    @classmethod
    def manifest(
        cls,
        path: Path,
        platform: Platform | None = None,
        *,
        canaries: Canaries | None = None,
        settings: Mapping[str, str] | None = None,
        exempt: Mapping[str, str] | None = None,
        reset: Callable[[], Awaitable[object] | object] | None = None,
    ) -> Self:
        """Return a target for a manifest. Without a platform, the fixtures beside it answer.

        Raises `ContractError` that names file, line and column.
        """
        beside = path.with_name(path.stem + FIXTURES)
        given = platform or Fixtures(beside if beside.is_file() else ())
        fixtures = fixtures_at(beside) if platform is not None and beside.is_file() else ()
        return cls(
            connector=manifest_connector(path),
            platform=given,
            canaries=canaries,
            settings=settings or {},
            exempt=exempt or {},
            reset=reset,
            source=path,
            fixtures=fixtures,
        )

    @property
    def is_recorded(self) -> bool:
        return isinstance(self.platform, Fixtures)

    @property
    def spec(self) -> ConnectorSpec:
        return self.connector.spec


def manifest_connector(path: Path) -> Connector:
    """Build the connector of a manifest with the shipped kinds. Raises `ContractError`."""
    registry = ConnectorRegistry()
    jiebang_register_kinds(registry)
    return load(path, registry.kinds)


def fill_settings(spec: ConnectorSpec, given: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return a value for every setting: the server's URL for `base_url`, else the given one, the
    default, or a made-up one: always the same, and long enough to be found where it leaks to."""
    values = dict(given)
    for setting in spec.settings:
        if setting.name in values:
            continue
        if setting.default is not None and setting.type is not SettingType.URL:
            continue
        if setting.type is SettingType.URL:
            if setting.default is None:
                values[setting.name] = base_url
        elif setting.type is SettingType.SECRET:
            noise = hashlib.sha256(f"{spec.id}/{setting.name}".encode()).digest()
            values[setting.name] = "whsec_" + base64.b64encode(noise).decode()
        else:
            values[setting.name] = f"canary-{setting.name}"
    return values | {one.name: base_url for one in spec.settings if one.name == "base_url"}


def _recorded_canaries(fixtures: tuple[Fixture, ...]) -> Canaries | None:
    """Return the numbers of the first recorded bound and unbound answer."""
    lookups = [one for one in fixtures if one.call == "lookup"]
    bound = next((one for one in lookups if one.says("bound")), None)
    unbound = next(
        (one for one in lookups if one.says("not_bound") and not one.says("bound")), None
    )
    if bound is None or unbound is None:
        return None
    return Canaries(
        bound=bound.number,
        unbound=unbound.number,
        held_since=bound.held_since or unbound.held_since,
        held_until=bound.held_until or unbound.held_until,
    )
