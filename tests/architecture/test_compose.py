"""The compose file and the image use only existing commands and settings."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import subprocess
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from jiebang.app.auth.tokens import generate_keypair
from jiebang.app.settings.loading import load_settings

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
OURS = ("migrate", "sandbox", "gateway", "worker")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    reader: Any = YAML(typ="safe")  # its types are partial
    found: dict[str, Any] = reader.load(REPOSITORY / "docker-compose.yml")["services"]
    return found


def dockerfile_lines() -> str:
    return (REPOSITORY / "Dockerfile").read_text()


def help_of(command: list[str]) -> subprocess.CompletedProcess[str]:
    assert command[0] == "jiebang"
    program = Path(sys.executable).with_name("jiebang")
    return subprocess.run(
        [program, *command[1:], "--help"], capture_output=True, text=True, check=False
    )


def test_it_has_a_service_for_each_process(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_known_to_the_command_line(services: dict[str, Any], name: str) -> None:
    command = services[name]["command"]
    done = help_of(command)
    assert done.returncode == 0, done.stderr
    assert command[1] in done.stdout


@pytest.mark.parametrize("name", ["migrate", "gateway", "worker"])
def test_the_settings_of_each_process_are_accepted(services: dict[str, Any], name: str) -> None:
    given = {
        "JIEBANG_DATABASE_PASSWORD": "letters9",
        "JIEBANG_KEYS": "k1:" + base64.b64encode(bytes(32)).decode(),
        "JIEBANG_ISSUERS": json.dumps(
            [
                {
                    "issuer": "https://id.example",
                    "audience": "jiebang",
                    "tenants": ["cmcc"],
                    "jwks": generate_keypair().jwks,
                }
            ]
        ),
    }
    settings = load_settings(
        {
            variable: re.sub(
                r"\$\{(\w+)(?::-(.*)|:\?.*)?\}",
                lambda match: given.get(match[1], match[2]),
                value,
            )
            for variable, value in services[name]["environment"].items()
        }
    )
    assert settings.database_url is not None
    sandbox = settings.sandbox_url
    assert sandbox is not None
    assert sandbox.removeprefix("http://") in settings.allow_private


def test_the_image_starts_a_known_command() -> None:
    found = re.findall(r"^CMD \[(.*)\]$", dockerfile_lines(), re.MULTILINE)
    command = shlex.split(found[-1].replace(",", " "))
    assert help_of(command).returncode == 0


def test_a_hint_in_the_file_names_a_known_command() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    hints = set(re.findall(r"docker run --rm jiebang (jiebang \w+)", text))
    assert hints
    assert all(help_of(hint.split()).returncode == 0 for hint in hints)


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service["environment"].items():
            if re.search(r"PASSWORD|KEYS|SECRET|DATABASE_URL", name):
                assert "${" in value, name
                assert ":?" in value, f"{name} needs a hint for who leaves it out"


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    assert re.findall(r"^USER (\w+)$", dockerfile_lines(), re.MULTILINE)[-1] == "jiebang"
    assert "--require-hashes -r requirements/run.txt" in dockerfile_lines()


def test_all_that_the_image_copies_exists_and_is_not_ignored() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--)(.*)$", dockerfile_lines(), re.MULTILINE)
        for source in line.split()[:-1]
    ]
    let_in = re.findall(r"^!(.*)$", (REPOSITORY / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(let_in)
    assert all((REPOSITORY / source).exists() for source in copied)


@pytest.mark.parametrize(
    ("status", "healthy"), [(HTTPStatus.OK, True), (HTTPStatus.SERVICE_UNAVAILABLE, False)]
)
def test_the_health_check_tells_ready_from_not_ready(
    services: dict[str, Any], status: HTTPStatus, healthy: bool
) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    kind, python, *rest = services["gateway"]["healthcheck"]["test"]
    assert (kind, python) == ("CMD", "python")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            code = [part.replace(":8000/", f":{server.server_port}/") for part in rest]
            done = subprocess.run(
                [sys.executable, *code],
                env={**os.environ, "no_proxy": "*"},
                capture_output=True,
                check=False,
            )
        finally:
            server.shutdown()
            thread.join()
    assert (done.returncode == 0) is healthy
    assert asked == ["/readyz"]
