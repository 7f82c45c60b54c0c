"""`jiebang connector test`, `try` and `list`, against real platforms and manifests."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.app.commands.connector.running import manifest, run

NUMBER = "13912341234"


async def run_process(url: str, *arguments: str) -> tuple[int, str, str]:
    """Run the command in a separate process, while the sandbox runs in this one."""
    made = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "jiebang.app",
        "connector",
        *arguments,
        env={**os.environ, "JIEBANG_SANDBOX_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, error = await made.communicate()
    return made.returncode or 0, out.decode(), error.decode()


async def fetch_accounts(url: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession(url) as session, session.get("/inspect/accounts") as reply:
        found: list[dict[str, Any]] = (await reply.json())["accounts"]
        return found


def test_a_connector_of_the_sandbox_is_tested_against_its_platform() -> None:
    result = run("test", "leshop", "--sandbox", "--json", "--only", "bound", "--only", "not-bound")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {each["check"]: each["verdict"] for each in told["checks"]} == {
        "bound": "passed",
        "not-bound": "passed",
    }


def test_recorded_exchanges_beside_a_manifest_answer_by_themselves() -> None:
    result = run("test", "yunpan", "--only", "bound", "--only", "not-bound")
    assert result.exit_code == 0, result.output


def test_a_failure_shows_what_was_sent_what_came_back_and_what_was_expected(tmp_path: Path) -> None:
    # Taken from a field that the platform does not have.
    path = manifest(tmp_path, "handle: id\n", "handle: number\n")
    result = run("test", str(path), "--only", "bound")
    assert result.exit_code == 1
    for word in ("sent:", "came back:", "expected:", "docs/checks/bound.md"):
        assert word in result.output
    assert "13800000001" not in result.output


def test_below_the_level_that_was_asked_for_it_ends_with_one(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    assert run("test", str(path), "--level", "bronze").exit_code == 0
    assert run("test", str(path), "--level", "gold").exit_code == 1


async def test_a_real_lookup_shows_its_outcome_masked(sandbox: str) -> None:
    known = next(one for one in await fetch_accounts(sandbox) if one["platform"] == "leshop")
    code, out, error = await run_process(sandbox, "try", "leshop", known["number"], "--yes")
    assert (code, error) == (0, "")
    assert "leshop: BOUND" in out
    for secret in (known["number"][-11:], known["account"], known["nickname"]):
        assert secret not in out


async def test_without_consent_nothing_is_asked(sandbox: str) -> None:
    code, _, error = await run_process(sandbox, "try", "leshop", "+85261234567", "--yes")
    assert code == 2
    assert "only serves numbers from CN" in error
    code, out, error = await run_process(sandbox, "try", "leshop", NUMBER)
    assert (code, out) == (2, "")
    assert "--yes" in error
    async with (
        aiohttp.ClientSession(sandbox) as session,
        session.get("/inspect/requests", params={"platform": "leshop"}) as reply,
    ):
        assert (await reply.json())["count"] == 0


async def test_the_list_has_every_connector_and_only_problems_when_asked(sandbox: str) -> None:
    code, out, _ = await run_process(sandbox, "list")
    assert code == 0
    assert "leshop" in out
    assert "yijian" in out
    assert (await run_process(sandbox, "list", "--problems"))[0] == 0


def test_a_manifest_that_does_not_load_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = manifest(tmp_path, "kind: rest", "kind: soap")
    monkeypatch.setenv("JIEBANG_MANIFESTS", str(path))
    result = run("list", "--problems")
    assert result.exit_code == 1
    assert "kind: expected one of" in " ".join(result.output.split())
