"""`jiebang doctor`: whether codes can be sent, and the advice if they cannot."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from jiebang.app import connectors
from jiebang.app.commands.doctor import DoctorCheck, run_checks

PLUGIN = """
from jiebang.sdk import hookimpl
class Sender:
    async def send(self, number, text): pass
@hookimpl
def jiebang_code_sender():
    return Sender()
"""


@pytest.fixture
def senders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    """Install this many plugins with a code sender, and nothing else."""
    names = [f"sender_{tmp_path.name.replace('-', '_')}_{n}" for n in range(request.param)]
    for name in names:
        (tmp_path / f"{name}.py").write_text(PLUGIN)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    entries = [EntryPoint(name, name, "jiebang") for name in names]
    monkeypatch.setattr(connectors, "installed_plugins", lambda: entries)
    return len(names)


async def check_sender(
    monkeypatch: pytest.MonkeyPatch, dsn: str, **settings: str
) -> tuple[DoctorCheck, list[str]]:
    """Return the check of the sender, and the problems of plugins."""
    given = {"DEMO": "1", "GUIDES": "off", "DATABASE_URL": dsn, **settings}
    for name, value in given.items():
        monkeypatch.setenv(f"JIEBANG_{name}", value)
    findings = await run_checks()
    (found,) = (one for one in findings if one.name == "code sender")
    return found, [one.advice for one in findings if one.name.startswith("connector problem")]


@pytest.mark.parametrize("senders", [1], indirect=True)
@pytest.mark.usefixtures("senders")
async def test_a_sender_is_good(monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
    found, problems = await check_sender(monkeypatch, dsn, PAGE_TENANT="cmcc")
    assert (found, problems) == (DoctorCheck("code sender", True), [])


@pytest.mark.parametrize("senders", [0], indirect=True)
@pytest.mark.usefixtures("senders")
async def test_without_one_a_page_cannot_work_and_else_it_is_a_choice(
    monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    found, _ = await check_sender(monkeypatch, dsn)
    assert found.passed
    assert "Install a plugin" in found.advice
    found, _ = await check_sender(monkeypatch, dsn, PAGE_TENANT="cmcc")
    assert not found.passed


@pytest.mark.parametrize("senders", [2], indirect=True)
@pytest.mark.usefixtures("senders")
async def test_of_two_none_is_taken_and_it_says_how_to_choose(
    monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    found, problems = await check_sender(monkeypatch, dsn, PAGE_TENANT="cmcc")
    assert not found.passed
    assert "JIEBANG_PLUGINS" in problems[0]


@pytest.mark.parametrize("senders", [0], indirect=True)
@pytest.mark.usefixtures("senders")
async def test_where_all_is_pretended_so_is_the_phone(
    monkeypatch: pytest.MonkeyPatch, dsn: str, sandbox: str
) -> None:
    found, _ = await check_sender(monkeypatch, dsn, PAGE_TENANT="cmcc", SANDBOX_URL=sandbox)
    assert found == DoctorCheck("code sender", True)
