"""Plugins: a broken one is listed with its problem; the others work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from jiebang.gateway.catalogue.plugins import GROUP, installed_plugins, load_plugins
from jiebang.gateway.catalogue.registry import ConnectorRegistry

Write = Callable[[str, str], EntryPoint]

GOOD = """
from jiebang.sdk import *
from jiebang.sdk import hookimpl
name = {"zh-CN": "店", "en": "Shop"}

class Shop:
    spec = ConnectorSpec(
        id="%s", version="1", name=name, capabilities=frozenset({Capability.LOOKUP}),
        platforms=(Platform(id="%s", name=name, category=Category.SHOPPING),))
    async def lookup(self, subject, call):
        return NotBound("none")

@hookimpl
def jiebang_register_connectors(registry):
    registry.add(Shop())
"""
HOOK = """
from jiebang.sdk import hookimpl
@hookimpl
def jiebang_register_connectors(registry):
    %s
"""
BROKEN = {
    "raises at import": "raise RuntimeError('on fire')",
    "ends the process": "raise SystemExit(3)",
    "is no python": "def (",
    "needs what is missing": "import a_package_nobody_has",
    "raises in its hook": HOOK % "raise ValueError('no')",
    "ends the process in its hook": HOOK % "raise SystemExit",
    "adds nonsense": HOOK % "registry.add(object())",
    "knows another hook": HOOK.replace("_connectors", "_everything") % "pass",
    "wants another argument": HOOK.replace("registry)", "registry, mailer)") % "pass",
}


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Write]:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    made: list[str] = []

    def write(name: str, text: str) -> EntryPoint:
        module = f"plugin_{tmp_path.name.replace('-', '_')}_{name}"
        (tmp_path / f"{module}.py").write_text(text)
        made.append(module)
        return EntryPoint(name, module, GROUP)

    yield write
    for module in made:
        sys.modules.pop(module, None)


def loaded(*entries: EntryPoint, allowed: frozenset[str] | None = None) -> ConnectorRegistry:
    registry = ConnectorRegistry()
    load_plugins(registry, entries, allowed=allowed)
    return registry


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_plugin_is_listed_and_harms_nobody(entry: Write, text: str) -> None:
    registry = loaded(
        entry("first", GOOD % ("first", "first")),
        entry("broken", text),
        entry("last", GOOD % ("last", "last")),
    )
    assert sorted(registry.catalogue().connectors) == ["first", "last"]
    assert registry.problems


def test_a_plugin_that_is_not_allowed_is_not_even_imported(entry: Write) -> None:
    registry = loaded(
        entry("good", GOOD % ("good", "good")),
        entry("evil", "raise SystemExit"),
        allowed=frozenset({"good"}),
    )
    assert list(registry.catalogue().connectors) == ["good"]
    assert not registry.problems


def test_built_in_connectors_come_through_the_same_door() -> None:
    assert {"kinds", "one_click"} <= {entry.name for entry in installed_plugins()}


SENDER = """
from jiebang.sdk import hookimpl
class Sender:
    %s
@hookimpl
def jiebang_code_sender():
    return %s
"""
SENDS = "async def send(self, number, text): pass"


def test_a_plugin_brings_the_sender_of_codes(entry: Write) -> None:
    registry = loaded(
        entry("none", SENDER % (SENDS, "None")), entry("sms", SENDER % (SENDS, "Sender()"))
    )
    assert type(registry.catalogue().sender).__name__ == "Sender"
    assert not registry.problems


def test_two_senders_are_a_problem_and_neither_is_used(entry: Write) -> None:
    one, two = (entry(name, SENDER % (SENDS, "Sender()")) for name in ("one", "two"))
    registry = loaded(one, two)
    assert registry.catalogue().sender is None
    (problem,) = registry.catalogue().problems
    assert "one, two each provide one" in problem.message
    assert "JIEBANG_PLUGINS" in problem.message
    assert loaded(one, two, allowed=frozenset({"two"})).catalogue().sender is not None


@pytest.mark.parametrize(
    ("method", "brings"),
    [
        ("def send(self, number, text): pass", "Sender()"),
        ("async def deliver(self, number, text): pass", "Sender()"),
        (SENDS, "1 / 0"),
    ],
)
def test_what_cannot_send_is_a_problem(entry: Write, method: str, brings: str) -> None:
    registry = loaded(entry("sms", SENDER % (method, brings)))
    assert registry.catalogue().sender is None
    assert [problem.source for problem in registry.problems] == ["sms"]
