"""How plugins register with the gateway: hooks that are called once at startup, never for I/O.

A plugin is any module or object behind an entry point of the group ``jiebang``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pluggy

from jiebang.sdk.connector import Connector

#: The entry-point group of plugins, and pluggy's project name for these hooks.
PROJECT = "jiebang"

#: Marks the hooks below. A plugin marks its own functions with `hookimpl`.
hookspec = pluggy.HookspecMarker(PROJECT)
#: Marks a plugin's function as an implementation of one of the hooks.
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be loaded. It is listed and does not affect anything else."""

    source: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestDocument:
    """A manifest file that has been read but not yet interpreted.

    `data` is its content as plain mappings and lists. `place` maps a path into the content
    (``("lookup", "request", "path")``) to its line and column, both counted from 1, and `source` to
    its file: `path`, or one that `path` extends.
    """

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], tuple[int, int]]
    #: The file of each path into the content that comes from a file other than `path`.
    sources: Mapping[tuple[str | int, ...], Path] = field(
        default_factory=dict[tuple[str | int, ...], Path]
    )

    def place(self, where: Sequence[str | int]) -> tuple[int, int]:
        return self.lines.get(self._nearest_path(where), (1, 1))

    def source(self, where: Sequence[str | int]) -> Path:
        return self.sources.get(self._nearest_path(where), self.path)

    def _nearest_path(self, where: Sequence[str | int]) -> tuple[str | int, ...]:
        ends = range(len(where), -1, -1)
        return next((part for end in ends if (part := tuple(where[:end])) in self.lines), ())


class Kind(Protocol):
    """Turns manifests of one kind into connectors, so that they need no code."""

    @property
    def name(self) -> str: ...

    def build(self, document: ManifestDocument) -> Connector:
        """Build the connector. Raises `ContractError` that names file, line, column and field, and
        says what was expected there."""
        ...


class CodeSender(Protocol):
    """Sends one-time codes, for example by SMS."""

    async def send(self, number: str, text: str) -> None:
        """Deliver `text`, in the person's language, to `number` (E.164) within ten seconds. Raises
        any exception if it was not accepted; neither argument may be logged or kept."""
        ...


class Registry(Protocol):
    """Where plugins register connectors and kinds. Refusals are listed as problems, not raised."""

    @property
    def manifests(self) -> Sequence[Path]:
        """Manifest files and directories that the operator named."""
        ...

    @property
    def code_allowed(self) -> bool:
        """Whether the operator allows manifests to name Python functions to be run."""
        ...

    @property
    def kinds(self) -> Mapping[str, Kind]: ...

    def add(self, connector: Connector, *, source: str | None = None) -> None: ...
    def add_kind(self, kind: Kind) -> None: ...
    def report(self, source: str, message: str) -> None:
        """List a problem of `source` without raising."""
        ...


class Hooks:
    """What a plugin may implement. Called once at startup, never for a lookup."""

    @hookspec
    def jiebang_register_kinds(self, registry: Registry) -> None:
        """Register kinds of manifest. Called before connectors are registered."""

    @hookspec
    def jiebang_register_connectors(self, registry: Registry) -> None:
        """Register connectors."""

    @hookspec
    def jiebang_code_sender(self) -> CodeSender | None:
        """Return the one sender of one-time codes, or None. Two senders are refused."""
