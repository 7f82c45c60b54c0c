"""The target of a command: a manifest, a folder, a Python connector, or an id."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from jiebang.app.commands.connector.exit import refuse
from jiebang.app.settings.model import Settings
from jiebang.connectors import CATALOGUE
from jiebang.connectors.kinds import build_connector, manifest_files
from jiebang.connectors.manifest import ManifestError, ManifestProblem, is_family, read
from jiebang.connectors.manifest.problem import suggestion
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.catalogue.plugins import GROUP, installed_plugins, load_plugins
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.sdk import ContractError

PACKAGE = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedConnector:
    """A connector, and the file or folder it was read from; None for an installed one."""

    entry: RegisteredConnector
    path: Path | None = None


@dataclass(slots=True)
class OpenedTargets:
    """The connectors found at the given targets, and the errors there."""

    connectors: list[LocatedConnector] = field(default_factory=list[LocatedConnector])
    faults: list[ManifestProblem] = field(default_factory=list[ManifestProblem])


def locate_connector(target: str, settings: Settings) -> LocatedConnector:
    """Return the one connector named by a path, an id or a module; exits otherwise."""
    opened = open_targets([target], settings)
    if opened.faults:
        refuse("\n".join(map(str, opened.faults)))
    if len(opened.connectors) != 1:
        names = ", ".join(each.entry.spec.id for each in opened.connectors) or "none"
        refuse(f"Expected one connector, but {target} contains {names}. Name a file or an id.")
    return opened.connectors[0]


def open_targets(targets: Iterable[str], settings: Settings) -> OpenedTargets:
    """Open everything the targets contain. Exits for an unknown target."""
    installed = installed_registry(settings)
    # A separate registry: a file that is also installed does not conflict with itself.
    registry = ConnectorRegistry()
    for kind in installed.kinds.values():
        registry.add_kind(kind)
    opened = OpenedTargets()
    for target in targets:
        path = Path(target)
        if path.is_dir() and (path / PACKAGE).is_file():
            _open_package(path, registry, opened)
        elif path.is_dir() or path.suffix in (".yaml", ".yml"):
            _open_manifests(path, registry, opened)
        elif path.suffix == ".py" and path.is_file():
            entry = EntryPoint(name=path.stem, value=path.stem, group=GROUP)
            _open_plugins([entry], path.parent, path, registry, opened)
        else:
            _open_named(target, installed, registry, opened)
    return opened


def installed_registry(settings: Settings) -> ConnectorRegistry:
    """Return a registry with this installation's plugins and the configured manifests."""
    registry = ConnectorRegistry(
        manifests=settings.manifests, code_allowed=settings.allow_code_in_manifests
    )
    allowed = None if settings.plugins is None else frozenset(settings.plugins)
    load_plugins(registry, installed_plugins(), allowed=allowed)
    return registry


def shipped_manifests() -> Mapping[str, Path]:
    """Return the manifests shipped with Jiebang, by id."""
    return {
        prefix + path.stem: path
        for folder, prefix in (("sandbox", ""), ("guides", "guide_"))
        for path in manifest_files(CATALOGUE / folder)
    }


def _open_named(
    target: str, installed: ConnectorRegistry, registry: ConnectorRegistry, opened: OpenedTargets
) -> None:
    ours = installed.catalogue().connectors
    files = shipped_manifests()
    if target in ours:
        entry = ours[target]
        path = Path(entry.source)
        opened.connectors.append(
            LocatedConnector(entry=entry, path=path if path.suffix == ".yaml" else None)
        )
        opened.faults += [
            ManifestProblem(Path(problem.source), 0, 0, "", problem.message)
            for problem in installed.problems
            if problem.source == entry.source
        ]
    elif target in files:
        _open_manifests(files[target], registry, opened)
    elif _is_module(target):
        entry_point = EntryPoint(name=target, value=target, group=GROUP)
        _open_plugins([entry_point], None, Path(target), registry, opened)
    else:
        hint = suggestion(target, {*ours, *files})
        hint = hint if hint.startswith("did you mean") else "`jiebang connector list` lists the ids"
        refuse(f"There is no file, connector or module {target}; {hint}")


def _is_module(name: str) -> bool:
    try:
        return all(part.isidentifier() for part in name.split(".")) and find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _open_manifests(named: Path, registry: ConnectorRegistry, opened: OpenedTargets) -> None:
    found = list(manifest_files(named))
    if not found:
        what = "no manifest here: expected a .yaml file or a folder of them"
        opened.faults.append(ManifestProblem(named, 0, 0, "", what))
    for path in found:
        try:
            document = read(path)
            if is_family(document) and path != named:
                continue  # other files in the folder extend it
            connector = build_connector(document, registry.kinds)
        except ManifestError as error:
            opened.faults += error.problems
        except ContractError as error:
            opened.faults.append(ManifestProblem(path, 0, 0, "", str(error)))
        except Exception as error:  # third-party kinds may raise anything
            what = f"{type(error).__name__} while loading: {error}"
            opened.faults.append(ManifestProblem(path, 0, 0, "", what))
        else:
            _run_and_collect(
                partial(registry.add, connector, source=str(path)), path, registry, opened
            )


def _open_package(folder: Path, registry: ConnectorRegistry, opened: OpenedTargets) -> None:
    """Open the connectors of a package that need not be installed."""
    path = folder / PACKAGE
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8")).get("project")
    except (OSError, ValueError) as error:
        opened.faults.append(ManifestProblem(path, 0, 0, "", f"cannot be read: {error}"))
        return
    groups = project.get("entry-points") if is_mapping(project) else None
    named = groups.get(GROUP) if is_mapping(groups) else None
    if not is_mapping(named) or not named:
        what = f"declares no plugin; expected [project.entry-points.{GROUP}] with a module"
        opened.faults.append(ManifestProblem(path, 0, 0, "", what))
        return
    entries = [
        EntryPoint(name=name, value=str(value), group=GROUP) for name, value in named.items()
    ]
    home = folder / "src" if (folder / "src").is_dir() else folder
    _open_plugins(entries, home, folder, registry, opened)


def _open_plugins(
    entries: Sequence[EntryPoint],
    home: Path | None,
    path: Path,
    registry: ConnectorRegistry,
    opened: OpenedTargets,
) -> None:
    if home is not None:
        sys.path.insert(0, str(home.resolve()))
    before = len(opened.connectors), len(opened.faults)
    _run_and_collect(partial(load_plugins, registry, entries), path, registry, opened)
    if before == (len(opened.connectors), len(opened.faults)):
        what = "registers no connector; expected @hookimpl jiebang_register_connectors(registry)"
        opened.faults.append(ManifestProblem(path, 0, 0, "", what))


def _run_and_collect(
    step: Callable[[], object], path: Path, registry: ConnectorRegistry, opened: OpenedTargets
) -> None:
    """Run the step, and collect the connectors and problems it adds."""
    known, told = len(registry.registered), len(registry.problems)
    step()
    # From the end, so that a folder of thousands is not scanned for each file.
    names = list(islice(reversed(registry.registered), len(registry.registered) - known))
    opened.connectors += [
        LocatedConnector(entry=registry.registered[name], path=path) for name in reversed(names)
    ]
    opened.faults += [
        ManifestProblem(path, 0, 0, "", problem.message) for problem in registry.problems[told:]
    ]
