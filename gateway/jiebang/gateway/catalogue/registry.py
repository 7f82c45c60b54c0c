"""What plugins register at start: kinds, connectors, and the problems of those that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from jiebang.gateway.catalogue.catalogue import Catalogue, ConnectorState, RegisteredConnector
from jiebang.gateway.catalogue.configuration import (
    ConfigurationError,
    SettingValues,
    configure,
    is_untouched,
)
from jiebang.sdk import (
    API,
    METHODS,
    Capability,
    CodeSender,
    Connector,
    ConnectorSpec,
    Delivery,
    Kind,
    Precedence,
    Problem,
)


class ConnectorRegistry:
    """Implements the sdk's `Registry`. Used only while connectors are being loaded; the service
    works with its `catalogue()`."""

    def __init__(
        self,
        *,
        manifests: Sequence[Path] = (),
        settings: Mapping[str, Mapping[str, str]] | None = None,
        disabled: frozenset[str] = frozenset(),
        code_allowed: bool = False,
    ) -> None:
        self.manifests = manifests
        self.code_allowed = code_allowed
        self.kinds: dict[str, Kind] = {}
        self.problems: list[Problem] = []
        self.sender: CodeSender | None = None
        self._settings = settings or {}
        self._disabled = disabled
        self._registered: dict[str, RegisteredConnector] = {}
        self._speakers: dict[tuple[Precedence, str], str] = {}

    def add_kind(self, kind: Kind) -> None:
        if kind.name in self.kinds:
            self.report(kind.name, f"the kind {kind.name!r} is already registered")
            return
        self.kinds[kind.name] = kind

    def add(self, connector: Connector, *, source: str | None = None) -> None:
        """Register a connector, or report why it cannot be."""
        spec = getattr(connector, "spec", None)
        origin = source or f"{type(connector).__module__}.{type(connector).__qualname__}"
        if not isinstance(spec, ConnectorSpec):
            self.report(origin, "has no `spec` of type jiebang.sdk.ConnectorSpec")
            return
        faults = _contradictions(connector, spec) or self._conflicts(spec)
        for fault in faults:
            self.report(origin, f"connector {spec.id}: {fault}")
        if not faults:
            self._registered[spec.id] = self._configure(connector, spec, origin)
            self._speakers |= {(spec.precedence, name): spec.id for name in spec.platform_ids}

    def report(self, source: str, message: str) -> None:
        self.problems.append(Problem(source=source, message=message))

    @property
    def registered(self) -> MappingProxyType[str, RegisteredConnector]:
        """The connectors registered so far, by id, in order of registration."""
        return MappingProxyType(self._registered)

    def catalogue(self) -> Catalogue:
        for unknown in sorted(set(self._settings) - set(self._registered)):
            self.report("settings", f"there is no connector {unknown!r} to configure")
        return Catalogue(self._registered.values(), self.problems, self.sender)

    def _conflicts(self, spec: ConnectorSpec) -> list[str]:
        faults: list[str] = []
        if (other := self._registered.get(spec.id)) is not None:
            faults.append(f"its id is taken by {other.source}")
        shared: dict[str, list[str]] = {}
        for platform in sorted(spec.platform_ids):
            speaker = self._speakers.get((spec.precedence, platform), spec.id)
            if speaker != spec.id:
                shared.setdefault(speaker, []).append(platform)
        faults += [f"{name} already serves {', '.join(them)}" for name, them in shared.items()]
        return faults

    def _configure(
        self, connector: Connector, spec: ConnectorSpec, source: str
    ) -> RegisteredConnector:
        given = self._settings.get(spec.id, {})
        state = ConnectorState.ENABLED
        settings: SettingValues = {}
        if spec.id in self._disabled:
            state = ConnectorState.DISABLED
        elif is_untouched(spec, given):
            state = ConnectorState.NOT_CONFIGURED
        else:
            try:
                settings = configure(spec, given)
            except ConfigurationError as error:
                self.report(source, f"connector {spec.id}: {error}")
                state = ConnectorState.MISCONFIGURED
        return RegisteredConnector(
            connector=connector, spec=spec, settings=settings, state=state, source=source
        )


def _contradictions(connector: Connector, spec: ConnectorSpec) -> list[str]:
    """Return where spec and object contradict each other."""
    if spec.api[0] != API[0] or spec.api > API:
        served = ".".join(map(str, API))
        return [f"is for contract {'.'.join(map(str, spec.api))}, this gateway supports {served}"]
    faults = [
        f"declares {capability.name} without a method `{METHODS[capability]}`"
        for capability in sorted(spec.capabilities)
        if not callable(getattr(connector, METHODS[capability], None))
    ]
    if not spec.capabilities:
        faults.append("declares no capability")
    if Capability.CALLBACK in spec.capabilities and spec.callback_auth is None:
        faults.append("declares CALLBACK without `callback_auth`")
    later = [c for c in spec.delivery if spec.delivery[c] in (Delivery.POLL, Delivery.CALLBACK)]
    if later and Capability.STATUS not in spec.capabilities:
        faults.append(f"{later[0].name} answers later, which requires STATUS")
    return faults
