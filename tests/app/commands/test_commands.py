"""`jiebang keys` and `jiebang token`: their output lets a developer authenticate."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from jiebang.app.auth.authentication import Authenticator
from jiebang.app.commands.token import keys, token
from jiebang.app.settings.loading import load_settings
from jiebang.app.settings.model import Settings
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.tenure import Former

APP = typer.Typer()
APP.command()(keys)
APP.command()(token)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(APP, arguments)


def complaint(result: Result) -> str:
    """Return the error message, without its box and on one line."""
    return " ".join(result.stderr.replace("│", " ").split())


def settings_in(output: str) -> Settings:
    """Parse the printed lines as a shell would."""
    return load_settings(dict(part.split("=", 1) for part in shlex.split(output, comments=True)))


@pytest.fixture
def started(tmp_path: Path) -> tuple[Path, Settings]:
    """A key file and the settings that trust it."""
    path = tmp_path / "key.json"
    return path, settings_in(run("keys", "--key-file", str(path)).stdout)


def test_fresh_keys_are_settings_that_start(started: tuple[Path, Settings]) -> None:
    path, settings = started
    assert len(settings.keys) == 1
    assert settings.trusted_issuers()[0].tenants is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_two_keys_are_alike() -> None:
    assert settings_in(run("keys").stdout).keys != settings_in(run("keys").stdout).keys


def test_without_a_file_the_signing_key_is_printed(tmp_path: Path) -> None:
    output = run("keys", "--tenant", "cmcc").stdout
    path = tmp_path / "key.json"
    path.write_text(output.splitlines()[-1].removeprefix("# "))
    printed = run("token", "--key-file", str(path), "--tenant", "cmcc").stdout.strip()
    authenticator = Authenticator(settings_in(output).trusted_issuers())
    assert authenticator.verify(printed).tenant == "cmcc"


def test_a_key_file_is_not_overwritten(started: tuple[Path, Settings]) -> None:
    path, _ = started
    before = path.read_text()
    result = run("keys", "--key-file", str(path))
    assert result.exit_code == 2
    assert path.read_text() == before


def test_a_token_is_believed_under_those_settings(started: tuple[Path, Settings]) -> None:
    path, settings = started
    printed = run("token", "--key-file", str(path), "--tenant", "cmcc").stdout.strip()
    caller = Authenticator(settings.trusted_issuers()).verify(printed)
    assert caller.tenant == "cmcc"
    assert caller.scopes == set(Scope) - {Scope.TENURE_ASSERT}
    assert caller.holder is None


def test_a_token_for_a_person_carries_the_proof(started: tuple[Path, Settings]) -> None:
    path, settings = started
    proof = "--number 13800001234 --basis former --held-from 2020-01-01 --held-until 2025-01-01"
    scope = "--scope accounts:read"
    result = run(
        "token", "--key-file", str(path), "--tenant", "cmcc", *proof.split(), *scope.split()
    )
    caller = Authenticator(settings.trusted_issuers()).verify(result.stdout.strip())
    tenure = Former(held_from=date(2020, 1, 1), held_until=date(2025, 1, 1))
    assert caller.holder == Holder(number="+8613800001234", tenure=tenure)
    assert caller.scopes == {Scope.ACCOUNTS_READ}


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        ("--basis departing", "--number"),
        ("--activated-on 2020-01-01", "--number"),
        ("--number 010-12345678", "landline"),
        ("--number 13800001234 --basis departing", "activated_on"),
        ("--number 13800001234 --activated-on yesterday", "not a date"),
        ("--number 13800001234 --scope tenure:assert", "cannot have tenure:assert"),
        ("--number 13800001234 --ttl 90000", "24 hours"),
        ("--scope everything", "--scope"),
        ("--ttl 0", "--ttl"),
    ],
)
def test_what_would_be_refused_is_not_signed(
    started: tuple[Path, Settings], flags: str, what: str
) -> None:
    result = run("token", "--key-file", str(started[0]), "--tenant", "cmcc", *flags.split())
    assert result.exit_code == 2
    assert what in complaint(result)
    assert "eyJ" not in result.output


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"kty": "EC", "kid": "x"}'])
def test_a_key_file_without_a_key_is_explained(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content)
    result = run("token", "--key-file", str(path), "--tenant", "cmcc")
    assert result.exit_code == 2
    assert "--key-file" in complaint(result)


def test_a_public_key_signs_nothing(started: tuple[Path, Settings], tmp_path: Path) -> None:
    (issuer,) = started[1].issuers
    public = tmp_path / "public.json"
    public.write_text(json.dumps(issuer.jwks["keys"][0]))
    result = run("token", "--key-file", str(public), "--tenant", "cmcc")
    assert result.exit_code == 2
    assert "cannot sign" in complaint(result)
