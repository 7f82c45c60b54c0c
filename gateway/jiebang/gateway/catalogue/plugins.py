"""Load plugins, each entry point and hook in isolation, so that a broken one is listed as a problem
and affects no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from inspect import iscoroutinefunction
from typing import cast

import pluggy

from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.sdk import PROJECT, CodeSender, Hooks

GROUP = "jiebang"


def installed_plugins() -> list[EntryPoint]:
    """Return every installed plugin, sorted by name."""
    return sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


def load_plugins(
    registry: ConnectorRegistry,
    found: Iterable[EntryPoint],
    *,
    allowed: frozenset[str] | None = None,
) -> None:
    """Import the plugins and let each fill the registry: kinds first, then connectors, then the
    code sender. With more than one sender none is used, and a problem is listed.

    `allowed` names the entry points that may be imported; None allows all of them.
    """
    plugins = pluggy.PluginManager(PROJECT)
    plugins.add_hookspecs(Hooks)
    for entry in found:
        if allowed is None or entry.name in allowed:
            _call_isolated(registry, entry.name, partial(_register, plugins, entry))
    _call_isolated(registry, "plugins", plugins.check_pending)
    for hook in (plugins.hook.jiebang_register_kinds, plugins.hook.jiebang_register_connectors):
        for implementation in sorted(hook.get_hookimpls(), key=lambda impl: impl.plugin_name):
            arguments = [registry] if "registry" in implementation.argnames else []
            step = partial(implementation.function, *arguments)
            _call_isolated(registry, implementation.plugin_name, step)
    registry.sender = _sender(registry, plugins)


def _sender(registry: ConnectorRegistry, plugins: pluggy.PluginManager) -> CodeSender | None:
    found: dict[str, CodeSender] = {}
    for implementation in plugins.hook.jiebang_code_sender.get_hookimpls():
        name = implementation.plugin_name

        def take(name: str = name, bring: Callable[[], object] = implementation.function) -> None:
            sender = bring()
            if sender is None:
                return
            if not iscoroutinefunction(getattr(sender, "send", None)):
                registry.report(name, "its code sender has no `async def send(number, text)`")
                return
            found[name] = cast("CodeSender", sender)

        _call_isolated(registry, name, take)
    if len(found) > 1:
        names = ", ".join(sorted(found))
        registry.report(
            "code sender",
            f"{names} each provide one, so none is used: name one of them in JIEBANG_PLUGINS",
        )
        return None
    return next(iter(found.values()), None)


def _register(plugins: pluggy.PluginManager, entry: EntryPoint) -> None:
    plugins.register(entry.load(), entry.name)


def _call_isolated(registry: ConnectorRegistry, source: str, step: Callable[[], object]) -> None:
    try:
        step()
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split())[:300] or "no message"
        registry.report(source, f"{type(error).__name__} while loading: {text}")
