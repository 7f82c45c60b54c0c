"""The TypeScript client: its documents are the gateway's, its types hold, and a real gateway serves
it, also one that is killed meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.e2e.conftest import Service, service
from tests.interop.node_packages import CLIENT
from tests.interop.test_subscriptions import GatewayProcess, WrittenRenewal, course, gateway, issuer

from jiebang.app.demo.issuer import DemoIssuer
from jiebang.app.demo.stories import NEW_HOLDER
from jiebang.schema.http.persisted_documents import documents_by_hash

# A fixture of another folder's tests is one of these once it is named here.
__all__ = ["course", "gateway", "issuer", "service"]

#: Follows by the first argument and prints each cursor.
FOLLOW = """
import { follow, RenewalProgress } from "@jiebang/client";
import { followByWebSocket } from "@jiebang/client/websocket";
import { WebSocket } from "ws";

const [kind, url, token, id, after] = process.argv.slice(1);
const by = kind === "ws" ? followByWebSocket : follow;
const options = {
  attempts: 1000, pauseMs: 100, webSocketImpl: WebSocket,
  onReconnect: () => console.log(JSON.stringify({ again: true })),
};
for await (const { renewalProgress } of by({ url, token }, RenewalProgress, { id, after }, options))
  console.log(JSON.stringify({ cursor: renewalProgress.cursor }));
"""

#: Prints every document of the package.
DOCUMENTS = """
import * as client from "@jiebang/client";
console.log(JSON.stringify(Object.values(client).filter((one) => one.sha256)));
"""

#: What the examples of README.md leave to the reader.
AROUND = "declare function currentToken(): Promise<string>;\n"

#: What the types say yes and no to.
TYPES = """
import { ask, follow, Renewal, RenewalProgress, StartRenewal } from "@jiebang/client";

const endpoint = { url: "https://gateway.example/graphql" };
// @ts-expect-error: which one?
await ask(endpoint, Renewal);
// @ts-expect-error: an identifier is text
await ask(endpoint, Renewal, { id: 1 });
// @ts-expect-error: a subscription is followed
await ask(endpoint, RenewalProgress, { id: "r1" });
// @ts-expect-error: a query is asked
follow(endpoint, Renewal, { id: "r1" });
const { startRenewal } = await ask(endpoint, StartRenewal, { input: { idempotencyKey: "k" } });
// @ts-expect-error: it may be refused
startRenewal?.renewal;
if (startRenewal?.__typename === "RenewalAccepted") startRenewal.renewal.id satisfies string;
else if (startRenewal?.__typename === "Refused") startRenewal.message satisfies string;
else startRenewal satisfies null;
"""


async def run(*command: str | Path, **more: str) -> str:
    """Return the output of a program in the package's folder; fails where it fails."""
    running = await asyncio.create_subprocess_exec(
        *command,
        cwd=CLIENT,
        env=os.environ | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        told, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    assert running.returncode == 0, told.decode()
    return told.decode()


# What is built


async def test_its_documents_are_those_of_the_gateway(node: str, client_package: Path) -> None:
    told = json.loads(await run(node, "--input-type=module", "--eval", DOCUMENTS))
    assert {one["sha256"]: one["text"] for one in told} == documents_by_hash()
    assert [one["name"] for one in told if one.get("resumes")] == ["RenewalProgress"]


async def test_the_types_are_strict_and_need_no_more_than_a_browser(
    node: str, client_package: Path
) -> None:
    tsc = client_package / "node_modules/typescript/bin/tsc"
    shown = json.loads(await run(node, tsc, "--showConfig"))["compilerOptions"]
    assert shown["strict"]
    assert shown["types"] == []
    assert shown["lib"] == ["es2022", "dom", "dom.iterable", "dom.asynciterable"]
    assert await run(node, tsc, "--strict", "--noEmit") == ""


def test_a_page_can_load_it_without_any_other_package(client_package: Path) -> None:
    outside = {
        path.name: found
        for path in (client_package / "dist").glob("*.js")
        if (found := re.findall(r'from "([^."][^"]*)"', path.read_text(encoding="utf-8")))
    }
    assert outside == {"websocket.js": ["graphql-ws/client"]}


async def test_the_readme_compiles_and_misuse_does_not(
    node: str, client_package: Path, tmp_path: Path
) -> None:
    readme = (client_package / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```ts\n(.*?)```", readme, re.DOTALL)
    assert examples
    for number, example in enumerate(examples):
        (tmp_path / f"example{number}.mts").write_text(AROUND + example, encoding="utf-8")
    (tmp_path / "types.mts").write_text(TYPES, encoding="utf-8")
    settings = {
        "extends": str(client_package / "tsconfig.json"),
        "compilerOptions": {
            "noEmit": True,
            "rootDir": "/",
            "paths": {"@jiebang/client": [str(client_package / "dist/index.d.ts")]},
        },
        "include": ["*.mts"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    tsc = client_package / "node_modules/typescript/bin/tsc"
    assert await run(node, tsc, "-p", tmp_path) == ""


def test_nothing_names_a_registry() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
    asked = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    versions = (asked["dependencies"] | asked["devDependencies"]).values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", one) for one in versions)
    assert "publishConfig" not in asked


# What it does


async def test_its_own_tests_pass_against_a_real_gateway(
    node: str, client_package: Path, service: Service
) -> None:
    url, token = f"{service.url}/graphql", service.holder_token(NEW_HOLDER)
    told = await run(node, "--test", "--test-reporter=tap", JIEBANG_URL=url, JIEBANG_TOKEN=token)
    assert re.search(r"^# skipped 0$", told, re.MULTILINE), told


@dataclass
class FollowOutput:
    """The output of `FOLLOW`."""

    output: asyncio.StreamReader
    cursors: list[str] = field(default_factory=list[str])
    reconnects: int = 0

    async def read_until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not reached():
                line = await self.output.readline()
                assert line, "it ended"
                message = json.loads(line)
                self.reconnects += "again" in message
                self.cursors += [message["cursor"]] if "cursor" in message else []

    async def read_cursors(self, wanted: int) -> None:
        await self.read_until(lambda: len(self.cursors) >= wanted)


@asynccontextmanager
async def run_follow(node: str, *arguments: str) -> AsyncGenerator[FollowOutput]:
    command = (node, "--input-type=module", "--eval", FOLLOW, "--", *arguments)
    running = await asyncio.create_subprocess_exec(
        *command, cwd=CLIENT, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout is not None
    try:
        yield FollowOutput(running.stdout)
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@pytest.mark.parametrize(
    ("kind", "end"),
    [("sse", signal.SIGKILL), ("ws", signal.SIGKILL), ("sse", signal.SIGTERM)],
)
async def test_no_event_is_missed_or_doubled_while_the_gateway_is_away(
    node: str,
    client_package: Path,
    gateway: GatewayProcess,
    course: WrittenRenewal,
    issuer: DemoIssuer,
    kind: str,
    end: signal.Signals,
) -> None:
    what = (kind, f"{gateway.url}/graphql", issuer.service_token(), course.id, course.cursor)
    await course.append_events(5)
    async with run_follow(node, *what) as told:
        await told.read_cursors(5)
        await course.append_events(5)
        await told.read_cursors(8)
        await gateway.end(end)
        await course.append_events(5)
        await told.read_until(lambda: told.reconnects > 0)
        await gateway.start()
        await course.append_events(5)
        await told.read_cursors(20)
    async with run_follow(node, *what) as again:
        await again.read_cursors(20)
        assert again.cursors == told.cursors
    assert len(set(told.cursors)) == 20
