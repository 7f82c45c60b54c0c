"""The examples for developers who build on Jiebang, run as separate programs against a real gateway
and the simulated platforms."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from jiebang_client.documents import RENEWAL_PROGRESS
from tests.e2e.conftest import Service, service
from tests.interop.node_packages import install

from jiebang.gateway.domain.tenure import Current

# A fixture of another folder's tests is one of these once it is named here.
__all__ = ["service"]

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "schema/examples"
#: One has accounts of a stranger and of the person, the other has an interface that answers late.
FEW = "yunpan,leshop"


def documented_lines(section: str) -> set[str]:
    """Return the lines of an example's output shown in docs/clients.md."""
    page = (REPOSITORY / "docs/clients.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {section}$.*?^```text\n(.*?)^```$", page, re.M | re.S)
    assert found is not None
    return set(found[1].splitlines()) - {"..."}


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """The result of a program."""

    code: int
    out: str
    err: str


async def start(*command: str | Path, cwd: Path, **settings: str) -> asyncio.subprocess.Process:
    """Start a program with nothing of our environment but PATH."""
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def wait_for_end(
    running: asyncio.subprocess.Process, stdin: str | bytes = ""
) -> ProgramResult:
    """Wait for it, with `told` on its standard input."""
    try:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = await running.communicate(given)
        assert running.returncode is not None
        return ProgramResult(running.returncode, out.decode(), err.decode())
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def run(
    *command: str | Path, cwd: Path, stdin: str | bytes = "", **settings: str
) -> ProgramResult:
    return await wait_for_end(await start(*command, cwd=cwd, **settings), stdin)


@asynccontextmanager
async def open_breaking_proxy(
    service: Service, passes: Callable[[dict[str, Any]], int | None]
) -> AsyncGenerator[str]:
    """Return the address of a proxy to the gateway that breaks after so many parts of the response
    to a request with this body; None: never. With 0 the response is lost once the gateway has sent
    it."""

    async def forward(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name: request.headers[name] for name in ("Authorization", "Accept")}
        headers |= {"Content-Type": "application/json", "Accept-Language": "en"}
        async with service.session.post(
            f"{service.url}/graphql", data=body, headers=headers
        ) as answer:
            left = passes(json.loads(body))
            if left == 0:
                await answer.read()
                return break_connection(request)
            reply = web.StreamResponse(
                status=answer.status, headers={"Content-Type": answer.headers["Content-Type"]}
            )
            await reply.prepare(request)
            async for piece in answer.content.iter_any():
                await reply.write(piece)
                left = None if left is None else left - 1
                if left == 0:
                    return break_connection(request)
            return reply

    def break_connection(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()  # what was written is still sent
        return web.Response()

    app = web.Application()
    app.router.add_post("/graphql", forward)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/graphql"
    finally:
        await runner.cleanup()


async def fetch_renewals(service: Service, token: str) -> list[dict[str, Any]]:
    """Return every renewal of the caller."""
    query = "{ renewals(first: 100) { edges { node { id number settled } } } }"
    _, answer = await service.post(token, {"query": query})
    return [edge["node"] for edge in answer["data"]["renewals"]["edges"]]


def activation_day(service: Service, story: str = "new_holder") -> str:
    """Return the activation date that a carrier reports for this number."""
    tenure = service.stories[story].holder.tenure
    assert isinstance(tenure, Current)
    return str(tenure.activated_on)


class TestCurl:
    """schema/examples/curl"""

    SCRIPT = EXAMPLES / "curl/renew.sh"

    async def renew(self, service: Service, stdin: str = "", **settings: str) -> ProgramResult:
        given = {"JIEBANG_URL": f"{service.url}/graphql", "JIEBANG_PLATFORMS": FEW, **settings}
        return await run("sh", self.SCRIPT, cwd=EXAMPLES, stdin=stdin, **given)

    async def test_it_looks_up_starts_once_and_follows_to_the_end(self, service: Service) -> None:
        number = service.stories["new_holder"].number
        given = {
            "JIEBANG_TOKEN": service.token(),
            "JIEBANG_NUMBER": number,
            "JIEBANG_ACTIVATED_ON": activation_day(service),
            "JIEBANG_KEY": "order-1",
        }
        first = await self.renew(service, **given)
        assert first.code == 0, first.err
        lines = first.out.splitlines()
        assert documented_lines("A script") <= set(lines)
        assert lines[-1] == "Renewal: FULFILLED, settled: true"
        again = await self.renew(service, **given)
        assert again.out.splitlines()[-1] == lines[-1]
        assert len(await fetch_renewals(service, given["JIEBANG_TOKEN"])) == 1
        assert number not in first.out + first.err + again.out + again.err

    async def test_a_stream_that_is_cut_goes_on_where_it_was(self, service: Service) -> None:
        streams = list[dict[str, Any]]()

        def cuts(body: dict[str, Any]) -> int | None:
            asked = body["extensions"]["persistedQuery"]["sha256Hash"]
            if asked != RENEWAL_PROGRESS.sha256:
                return None
            streams.append(body["variables"])
            return 1 if len(streams) == 1 else None

        async with open_breaking_proxy(service, cuts) as line:
            token = service.holder_token("new_holder")
            # One of them never answers, so that there is something to follow until patience ends.
            few = {"JIEBANG_PLATFORMS": "yunpan,anju", "JIEBANG_PATIENCE": "4"}
            told = {"JIEBANG_TOKEN": token, "JIEBANG_NUMBER": "", "JIEBANG_URL": line}
            done = await self.renew(service, **told, **few)
        assert done.code == 0, done.err
        assert ["after" in one for one in streams] == [False] + [True] * (len(streams) - 1)
        assert len(streams) > 1
        assert done.out.splitlines().count("RENEWAL OPEN ") == 1
        assert done.out.endswith("Renewal: IN_PROGRESS, settled: false\n")

    async def test_what_is_not_in_the_environment_is_asked_for(self, service: Service) -> None:
        token = service.holder_token("new_holder")
        done = await self.renew(service, f"{token}\n\n")
        assert done.code == 0, done.err
        assert "Key: " in done.err  # to go on with, if it is stopped
        assert token not in done.out + done.err

    async def test_it_ends_with_what_is_wrong(self, service: Service) -> None:
        good = {"JIEBANG_TOKEN": service.token(), "JIEBANG_NUMBER": "13900000001"}
        for name, value, said in (
            ("NUMBER", "12", "This is not a phone number. Send a mobile number"),
            ("NUMBER", '1"}', "The number is malformed."),
            ("TOKEN", "a.b.c", "token"),
            ("TOKEN", "a b\n", "The token is malformed."),
            ("ACTIVATED_ON", "today", "The day of activation is malformed."),
            ("PLATFORMS", "nowhere", "platform"),
            ("URL", service.url, "No GraphQL answers at this address."),
            ("URL", "http://127.0.0.1:1/graphql", "The gateway does not answer."),
        ):
            done = await self.renew(service, **{**good, f"JIEBANG_{name}": value})
            assert done.code == 1, done.out
            assert said in done.err
            assert good["JIEBANG_NUMBER"] not in done.err
        assert (await service.inspect("effects"))["count"] == 0


class TestRenewalService:
    """schema/examples/renewal_service"""

    @staticmethod
    async def start(
        service: Service, cwd: Path, *options: str, **settings: str
    ) -> asyncio.subprocess.Process:
        given = {
            "PYTHONPATH": f"{EXAMPLES}{os.pathsep}{REPOSITORY}/schema/clients/python/src",
            "PYTHONWARNINGS": "error",
            "JIEBANG_TOKEN": service.token(),
            "JIEBANG_URL": f"{service.url}/graphql",
        }
        few = ("--platforms", *FEW.split(","))
        module = ("-m", "renewal_service", "--language", "en", *few, *options)
        return await start(sys.executable, *module, cwd=cwd, **{**given, **settings})

    async def serve(
        self, service: Service, cwd: Path, stdin: str | bytes, *options: str, **settings: str
    ) -> ProgramResult:
        running = await self.start(service, cwd, "--batch", "b1", *options, **settings)
        return await wait_for_end(running, stdin)

    @staticmethod
    def report(ended: ProgramResult) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(ended.out)))

    @staticmethod
    async def batch(service: Service, count: int) -> dict[str, str]:
        """Return so many numbers of new holders, with their activation dates."""
        found = dict[str, str]()
        accounts = (await service.inspect("accounts"))["accounts"]
        for number in sorted({account["number"] for account in accounts}):
            claim = (await service.inspect(f"numbers/{number}"))["claim"]
            if claim["basis"] == "CURRENT" and claim["from"]:
                found[number] = claim["from"]
            if len(found) == count:
                break
        assert len(found) == count
        return found

    async def test_killed_in_the_middle_and_run_again_it_does_nothing_twice(
        self, service: Service, tmp_path: Path
    ) -> None:
        wanted = await self.batch(service, 5)
        told = "number,activated_on\n" + "".join(f"{n},{day}\n" for n, day in wanted.items())
        started = 0

        def kills(body: dict[str, Any]) -> int | None:
            nonlocal started
            started += body["operationName"] == "StartRenewal"
            if started != 3:
                return None
            running.send_signal(signal.SIGKILL)
            return 0

        token = service.token()
        async with open_breaking_proxy(service, kills) as line:
            once = ("--batch", "b1", "--at-once", "1")
            running = await self.start(service, tmp_path, *once, JIEBANG_URL=line)
            killed = await wait_for_end(running, told)
        assert killed.code == -signal.SIGKILL
        assert killed.out == ""
        assert len(await fetch_renewals(service, token)) == 3  # the third, it does not know of
        done = await self.serve(service, tmp_path, told)
        assert done.code == 0, done.err
        report = self.report(done)
        assert [entry["line"] for entry in report] == ["2", "3", "4", "5", "6"]
        assert {entry["renewed"] for entry in report} == {"yes"}
        assert done.err.count("started, as before") == 3
        listed = await fetch_renewals(service, token)
        assert sorted(one["number"] for one in listed) == sorted(one["number"] for one in report)
        assert all(one["settled"] for one in listed)
        effects = (await service.inspect("effects"))["effects"]
        kinds = [(one["platform"], one["operation"], one["account"]) for one in effects]
        assert len(kinds) == len(set(kinds)) == sum(int(entry["unbound"]) for entry in report) > 0
        for number in wanted:
            assert number[3:] not in killed.err + done.err + done.out

    async def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_goes_on(
        self, service: Service, tmp_path: Path
    ) -> None:
        (number, day), (other, since) = (await self.batch(service, 2)).items()
        mainland = number.removeprefix("+86")
        lines = [
            "\ufeff手机号,姓名,入网时间",
            f"{mainland},张三,{day.replace('-', '/')}",
            f"+86 {mainland[:3]}-{mainland[3:]},张三,{day}",  # the same, written otherwise
            "",
            "12345,李四,2025-03-01",
            f"{mainland},张三,2019-02-30",
            f'{mainland},"张三,{day}',  # a quotation mark that never ends
            f"{mainland},张三,2019-02-03",
            "+85261234567,陈,2025-03-01",
            f"{other},王五,{since}",
        ]
        done = await self.serve(service, tmp_path, "\r\n".join(lines))
        assert done.code == 1
        assert documented_lines("A carrier's renewal service") <= set(done.out.splitlines())
        told = [(entry["line"], entry["result"], entry["renewed"]) for entry in self.report(done)]
        settled = {"FULFILLED", "PARTIALLY_FULFILLED"}
        assert [one for one in told if one[1] not in settled] == [
            ("3", "DUPLICATE", "yes"),
            ("5", "MALFORMED", "no"),
            ("6", "MALFORMED", "no"),
            ("7", "MALFORMED", "no"),
            ("8", "CONTRADICTION", "no"),
            ("9", "NUMBER_REGION_NOT_COVERED", "no"),
        ]
        assert [one for one in told if one[1] in settled] == [
            (line, result, "yes") for line, result, _ in told if line in ("2", "10")
        ]
        assert len(await fetch_renewals(service, service.token())) == 2
        for secret in (mainland, mainland[3:], other[-8:], "85261234567", "12345", "张三"):
            assert secret not in done.err + done.out
        # The same as JSON Lines, and as Chinese Windows saves it: the same batch, nothing new.
        as_json = [
            json.dumps({"号码": mainland, "入网时间": day}, ensure_ascii=False),
            '{"number": 1, "activated_on": "2025-03-01"}',
            "[]",
            json.dumps({"number": other, "activated_on": since}),
        ]
        again = await self.serve(service, tmp_path, "\n".join(as_json))
        assert [entry["result"] for entry in self.report(again)][1:3] == ["MALFORMED"] * 2
        saved = "\r\n".join(lines[:2]).removeprefix("\ufeff").encode("gb18030")
        assert (await self.serve(service, tmp_path, saved)).code == 0
        assert len(await fetch_renewals(service, service.token())) == 2

    async def test_an_empty_batch_has_an_empty_report(
        self, service: Service, tmp_path: Path
    ) -> None:
        for told in ("", "\n\n", "number,activated_on\n"):
            done = await self.serve(service, tmp_path, told)
            assert (done.code, self.report(done)) == (0, []), done.err

    async def test_where_it_cannot_go_on_it_says_why_and_reports_nothing(
        self, service: Service, tmp_path: Path
    ) -> None:
        told = "number,activated_on\n13900000001,2025-03-01\n"
        (tmp_path / "short").write_bytes(b"short")
        nobody: dict[str, str] = {}
        for given, options, settings, said in (
            (told, (), {"JIEBANG_TOKEN": "a.b.c"}, "token"),
            (told, (), {"JIEBANG_TOKEN": ""}, "JIEBANG_TOKEN"),
            (told, ("--secret", "short"), nobody, "16 random bytes"),
            (told, ("--secret", "nowhere/secret"), nobody, "nowhere"),
            ("13900000001,2025-03-01\n", (), nobody, "the columns are called number"),
            (b"\xff\xff\xff", (), nobody, "Save it as UTF-8."),
        ):
            done = await self.serve(service, tmp_path, given, *options, **settings)
            assert (done.code, done.out) == (2, "")
            assert said in done.err
            assert "Traceback" not in done.err
        assert await fetch_renewals(service, service.token()) == []


@pytest.fixture(scope="session")
def frontend(client_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frontend's program, compiled."""
    source, built = EXAMPLES / "frontend", tmp_path_factory.mktemp("frontend")
    install(source)
    tsc = source / "node_modules/typescript/bin/tsc"
    asked = ("node", tsc, "-p", source, "--strict", "--outDir", built / "dist")
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (built / "package.json").symlink_to(source / "package.json")
    (built / "node_modules").symlink_to(source / "node_modules")
    return built / "dist/main.js"


class TestFrontend:
    """schema/examples/frontend"""

    @staticmethod
    async def show(
        frontend: Path, service: Service, stdin: str = "", **settings: str
    ) -> ProgramResult:
        given = {
            "JIEBANG_TOKEN": service.holder_token("new_holder"),
            "JIEBANG_URL": f"{service.url}/graphql",
            "JIEBANG_LANGUAGE": "en",
        }
        return await run(
            "node", frontend, cwd=frontend.parent, stdin=stdin, **{**given, **settings}
        )

    async def test_the_view_fills_in_and_what_is_confirmed_is_unbound(
        self, frontend: Path, service: Service
    ) -> None:
        done = await self.show(frontend, service, "yes\n")
        assert done.code == 0, done.err
        assert documented_lines("A frontend") <= set(done.out.splitlines())
        view, count, watched = re.split(r"Unbind these (\d+) accounts\? Type yes: ", done.out)
        lines = view.splitlines()
        counts = [line for line in lines if line.endswith("platforms have answered")]
        asked = len(counts)
        assert counts == [f"{n} of {asked} platforms have answered" for n in range(1, asked + 1)]
        found = re.findall(r"^(.+): has an account, 1 can be unbound$", view, re.M)
        assert lines.index(f"{found[0]}: has an account, 1 can be unbound") < lines.index(
            counts[-1]
        )
        steps = watched.splitlines()
        assert {f"{name}: unbound, verified" for name in found} <= set(steps)
        assert steps[-1] == f"{count} of {count} accounts are unbound, {count} verified."
        unbinds = (await service.inspect("effects"))["effects"]
        assert len({(one["platform"], one["account"]) for one in unbinds}) == int(count)
        (renewal,) = await fetch_renewals(service, service.holder_token("new_holder"))
        assert renewal["settled"]

    async def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(
        self, frontend: Path, service: Service
    ) -> None:
        lost = list[str]()

        def first(body: dict[str, Any]) -> int | None:
            operation = body["operationName"]
            loses = operation in ("LookupProgress", "UnbindAccounts") and operation not in lost
            lost.append(operation)
            return 0 if loses else None

        async with open_breaking_proxy(service, first) as line:
            done = await self.show(
                frontend, service, "yes\n", JIEBANG_URL=line, JIEBANG_PLATFORMS=FEW
            )
        assert done.code == 0, done.err
        assert done.out.count("The connection broke off, once more ...") == 2
        assert lost.count("UnbindAccounts") == 2
        assert len(await fetch_renewals(service, service.holder_token("new_holder"))) == 1

    async def test_nothing_is_done_without_a_yes(self, frontend: Path, service: Service) -> None:
        for told in ("no\n", ""):
            done = await self.show(
                frontend, service, told, JIEBANG_LANGUAGE="zh-CN", JIEBANG_PLATFORMS=FEW
            )
            assert done.code == 0, done.err
            assert done.out.endswith("未作任何更改。\n")
        for token, said in (("a.b.c", "token"), ("", "JIEBANG_TOKEN")):
            done = await self.show(frontend, service, "yes\n", JIEBANG_TOKEN=token)
            assert done.code == 1
            assert said in done.err
            assert "    at " not in done.err
        assert (await service.inspect("effects"))["count"] == 0
