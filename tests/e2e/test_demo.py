"""`jiebang demo` as a user starts it: real processes, real signals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.places import place

pytestmark = pytest.mark.slow

#: Seconds after which something hangs.
LONGEST = 150


@pytest.fixture
def data(made: Path) -> Generator[Path]:
    with place(made) as directory:
        yield from tidied(directory)


@pytest.fixture
def empty() -> Generator[Path]:
    """As at the very first start."""
    with place() as directory:
        yield from tidied(directory)


def tidied(directory: Path) -> Generator[Path]:
    yield directory
    for process in demo_processes(directory):  # what a failed test left
        with contextlib.suppress(psutil.Error):
            process.kill()


def demo_processes(data: Path) -> list[psutil.Process]:
    """Return every process of the demonstration in this directory."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            named = str(data) in " ".join(process.cmdline())
            if named or process.environ().get("JIEBANG_DATA_DIR") == str(data):
                found.append(process)
    return found


def command(data: Path, *options: str) -> list[str]:
    return [
        *(sys.executable, "-m", "jiebang.app", "demo"),
        *("--data-dir", str(data), "--lang", "en", *options),
    ]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration that has printed its welcome."""

    process: subprocess.Popen[str]
    welcome: list[str]

    def line(self, start: str) -> str:
        return next(line for line in self.welcome if line.startswith(start))

    @property
    def url(self) -> str:
        return self.line("GraphQL: ").removeprefix("GraphQL: ")


@contextlib.contextmanager
def run_demo(data: Path) -> Generator[Demo]:
    """Run a demonstration on a free port, in its own process group, as a shell would."""
    with subprocess.Popen(
        command(data, "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
        process_group=0,
    ) as process:
        assert process.stdout is not None
        welcome: list[str] = []
        for line in process.stdout:
            welcome.append(line.rstrip("\n"))
            if "Ctrl-C" in line:
                break
        try:
            yield Demo(process, welcome)
        finally:
            process.kill()


def run_to_end(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    asked = command(data, *options)
    return subprocess.run(
        asked, capture_output=True, text=True, env=environment(), timeout=LONGEST, check=False
    )


def wait_until_gone(data: Path) -> list[str]:
    """Wait until no process of the demonstration runs; return those that still do after a while."""
    left = demo_processes(data)
    _, alive = psutil.wait_procs(left, timeout=30)
    return [" ".join(process.cmdline()) for process in alive if process.is_running()]


def test_the_main_job_is_played_once_and_proven(empty: Path) -> None:
    done = run_to_end(empty, "--once", "--port", "0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The proof is valid: 14 accounts were unbound" in done.stdout
    assert "该手机号已注册" in done.stdout
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stderr
    assert wait_until_gone(empty) == []


def test_a_platform_that_lies_is_found_out(data: Path) -> None:
    """It reports the unbinding as done and does nothing."""
    with subprocess.Popen(
        command(data, "--once", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    ) as process:
        _tell_to_lie(data, "yunpan")
        said, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 1, said
    assert "The proof is invalid" in said
    assert "Yunwo Drive: unbind was not completed" in said
    assert "called done, and still there" in said
    assert wait_until_gone(data) == []


def _tell_to_lie(data: Path, platform: str) -> None:
    port = data / "sandbox.port"
    deadline = time.monotonic() + 60
    while not port.exists():  # the sandbox writes it long before anybody is asked
        assert time.monotonic() < deadline, "the sandbox did not start"
        time.sleep(0.05)
    body = json.dumps({"platform": platform, "fault": "no_effect"}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port.read_text().strip()}/control/faults",
        data=body,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        assert reply.status == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(data: Path, number: signal.Signals) -> None:
    with run_demo(data) as running:
        assert (
            len(demo_processes(data)) >= 5
        )  # itself, the sandbox, the worker, the gateway, PostgreSQL
        os.killpg(running.process.pid, number)
        assert running.process.wait(timeout=60) == 0
    assert wait_until_gone(data) == []


def test_ctrl_c_while_it_starts_ends_everything(empty: Path) -> None:
    with subprocess.Popen(
        command(empty, "--port", "0"),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        process_group=0,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Starting")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 0
    assert wait_until_gone(empty) == []


def test_when_it_is_killed_its_parts_end_by_themselves(data: Path) -> None:
    with run_demo(data) as running:
        running.process.kill()
    assert wait_until_gone(data) == []


def test_a_part_that_dies_ends_it_with_the_parts_last_words(data: Path) -> None:
    with run_demo(data) as running:
        worker = next(one for one in demo_processes(data) if "worker" in one.cmdline())
        while "worker_ready" not in (data / "logs" / "worker.log").read_text(encoding="utf-8"):
            time.sleep(0.05)  # the welcome does not wait for it
        worker.kill()
        assert running.process.stdout is not None
        said = running.process.stdout.read()
        assert running.process.wait(timeout=60) == 1
    assert "The worker has ended (SIGKILL)" in said
    assert "worker_ready" in said
    assert str(data / "logs" / "worker.log") in said
    assert wait_until_gone(data) == []


def test_a_port_in_use_is_one_clear_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run_to_end(data, "--port", port)
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Port {port} on 127.0.0.1 is in use. Stop what listens there, or choose another one "
        "with --port or JIEBANG_PORT."
    )
    assert wait_until_gone(data) == []


def test_a_second_one_in_the_same_directory_is_refused(data: Path) -> None:
    with run_demo(data):
        done = run_to_end(data, "--port", "0")
        assert done.returncode == 2
        assert "A demonstration is already running in" in done.stderr


def test_what_it_prints_works_when_pasted(data: Path) -> None:
    with run_demo(data) as running:
        answer = json.loads(_run_in_shell(running.line("curl ")))
        accounts = answer["data"]["registeredAccounts"]
        assert accounts["number"] == "139****0001"
        assert accounts["summary"]["bound"] > 5
        for story, basis in (
            ("departing", "DEPARTING"),
            ("former", "FORMER"),
            ("quarantined", "QUARANTINED"),
        ):
            token = running.line(f"{story}=").partition("=")[2]
            holder = running.line("new_holder=").partition("=")[2]
            pasted = running.line("curl ").replace(holder, token)
            shown = json.loads(_run_in_shell(pasted))["data"]["registeredAccounts"]
            assert shown["basis"] == basis
        service = running.line("service=").partition("=")[2]
        asked = json.dumps(
            {"query": '{ registeredAccounts(number: "13900000002") { number basis } }'}
        )
        request = urllib.request.Request(
            running.url,
            data=asked.encode(),
            headers={"Authorization": f"Bearer {service}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as reply:
            assert json.load(reply)["data"]["registeredAccounts"]["basis"] == "CURRENT"
        page = urllib.request.Request(running.url, headers={"Accept": "text/html"})
        with urllib.request.urlopen(page) as reply:
            assert b"graphiql" in reply.read().lower()


def _run_in_shell(line: str) -> str:
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
    return done.stdout
