"""Loading plugins: every entry point and every hook on its own, so that a broken one is listed
with its problem and harms nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import EntryPoint, entry_points

import pluggy

from jiebang.gateway.registry import ConnectorRegistry
from jiebang.sdk import PROJECT, Hooks

GROUP = "jiebang"


def installed() -> list[EntryPoint]:
    """Every plugin installed beside us, in a fixed order."""
    return sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


def load_plugins(
    registry: ConnectorRegistry,
    found: Iterable[EntryPoint],
    *,
    allowed: frozenset[str] | None = None,
) -> None:
    """Import the plugins and let each fill the registry: kinds first, connectors then.

    `allowed` names the entry points that may be imported at all; None allows all of them.
    """
    plugins = pluggy.PluginManager(PROJECT)
    plugins.add_hookspecs(Hooks)
    for entry in found:
        if allowed is None or entry.name in allowed:
            _isolated(registry, entry.name, partial(_register, plugins, entry))
    _isolated(registry, "plugins", plugins.check_pending)
    for hook in (plugins.hook.jiebang_register_kinds, plugins.hook.jiebang_register_connectors):
        for implementation in sorted(hook.get_hookimpls(), key=lambda impl: impl.plugin_name):
            arguments = [registry] if "registry" in implementation.argnames else []
            step = partial(implementation.function, *arguments)
            _isolated(registry, implementation.plugin_name, step)


def _register(plugins: pluggy.PluginManager, entry: EntryPoint) -> None:
    plugins.register(entry.load(), entry.name)


def _isolated(registry: ConnectorRegistry, source: str, step: Callable[[], object]) -> None:
    try:
        step()
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split())[:300] or "no message"
        registry.report(source, f"{type(error).__name__} while loading: {text}")
