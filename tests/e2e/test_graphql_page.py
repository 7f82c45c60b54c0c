"""The commands in docs/graphql.md, run as written."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

from tests.e2e.conftest import Service

PAGE = Path(__file__).parents[2] / "docs" / "graphql.md"
COMMANDS = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


async def test_the_pages_commands_answer_as_it_says(service: Service) -> None:
    assert len(COMMANDS) == 8
    script = "set -eu\n" + "\necho; echo '--- next'\n".join(COMMANDS)
    shell = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        script,
        env={
            "PATH": os.environ["PATH"],
            "graphql": f"{service.url}/graphql",
            "service": service.token(),
            "new_holder": service.holder_token("new_holder"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await shell.communicate()
    assert shell.returncode == 0, errors.decode()
    _, asked, _, renewal, stream, pieces, refused, page = output.decode().split("--- next\n")
    assert json.loads(asked)["data"]["registeredAccounts"]["basis"] == "CURRENT"
    assert json.loads(renewal)["data"]["renewal"]["inquiries"]
    assert "event: next" in stream
    assert pieces.startswith("---")
    assert '"items":[{"platform":{"id":' in pieces
    extensions = json.loads(refused)["errors"][0]["extensions"]
    assert extensions["reason"] == "NUMBER_MALFORMED"
    assert len(json.loads(page)["data"]["platforms"]["edges"]) == 2
