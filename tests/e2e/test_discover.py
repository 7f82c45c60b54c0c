"""`jiebang discover`, as an operator runs it."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import aiohttp
import pytest

from jiebang.app.auth.key_ring import new_ring_entry
from jiebang.app.auth.tokens import DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, generate_keypair


class Command:
    def __init__(self, dsn: str, sandbox: str) -> None:
        issuer = {
            "issuer": DEVELOPMENT_ISSUER,
            "audience": DEVELOPMENT_AUDIENCE,
            "tenants": ["carrier"],
            "jwks": generate_keypair().jwks,
        }
        self.environment = {
            "PATH": os.environ["PATH"],
            "COLUMNS": "200",
            "JIEBANG_DATABASE_URL": dsn,
            "JIEBANG_KEYS": new_ring_entry(),
            "JIEBANG_ISSUERS": json.dumps([issuer]),
            "JIEBANG_SANDBOX_URL": sandbox,
        }

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Return the exit code and the output."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jiebang.app", "discover", *arguments),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@pytest.fixture
def discover(dsn: str, sandbox: str) -> Command:
    return Command(dsn, sandbox)


async def test_an_operator_sees_the_list_and_accepts_a_smaller_one(
    discover: Command, sandbox: str
) -> None:
    code, said = await discover.run()
    assert code == 0
    assert "never" in said
    code, said = await discover.run("yilan")
    assert code == 0
    assert "added: anmian, pinwei, qingsong, xiaodeng" in said
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox}/control/catalogue", json={"listed": ["PW-01"]}) as reply,
    ):
        assert reply.status == 200
    code, said = await discover.run("yilan")
    assert code == 0
    assert "was not accepted" in said
    code, said = await discover.run("yilan", "--accept")
    assert code == 0
    assert "dropped: anmian, qingsong, xiaodeng" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [(["nobody"], 1, "no enabled connector"), (["--accept"], 2, "name the connector")],
)
async def test_what_cannot_be_asked_is_said(
    discover: Command, arguments: list[str], code: int, message: str
) -> None:
    ended, said = await discover.run(*arguments)
    assert ended == code
    assert message in said
