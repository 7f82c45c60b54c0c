"""Settings: every problem at once, named as it was set, and never with its value."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jiebang.app.auth.authentication import Authenticator
from jiebang.app.auth.tokens import generate_keypair, mint
from jiebang.app.settings.loading import SettingsError, load_settings
from jiebang.app.settings.model import Settings
from jiebang.gateway.domain.caller import Scope
from jiebang.gateway.domain.keys import KeyRing
from jiebang.gateway.domain.tenant_policy import TenantPolicy

PAIR = generate_keypair("dev")
SECRET = base64.b64encode(bytes(range(32))).decode()
ISSUER: dict[str, Any] = {
    "issuer": "https://id.example",
    "audience": "jiebang",
    "tenants": ["cmcc"],
    "jwks": PAIR.jwks,
}
ENOUGH = {"JIEBANG_KEYS": f"k1:{SECRET}", "JIEBANG_ISSUERS": json.dumps([ISSUER])}


def load(**changes: str) -> Settings:
    return load_settings({**ENOUGH, **changes})


def problems(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as error:
        load_settings(env)
    return {problem.setting: str(problem) for problem in error.value.problems}


def issuer(**changes: object) -> dict[str, str]:
    changed = {**ISSUER, **changes}
    kept = {name: value for name, value in changed.items() if value is not None}
    return {**ENOUGH, "JIEBANG_ISSUERS": json.dumps([kept])}


def test_keys_and_issuers_are_enough_to_start() -> None:
    settings = load()
    assert settings.database_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not settings.introspection
    assert not settings.explorer
    assert not settings.demo


def test_without_keys_and_issuers_nothing_starts() -> None:
    found = problems({})
    assert set(found) == {"JIEBANG_KEYS", "JIEBANG_ISSUERS"}
    assert "is missing" in found["JIEBANG_KEYS"]
    assert "Example: JIEBANG_KEYS=k1:" in found["JIEBANG_KEYS"]
    assert set(problems({"JIEBANG_KEYS": " , "})) == {"JIEBANG_KEYS", "JIEBANG_ISSUERS"}


def test_the_demonstration_starts_without_them() -> None:
    assert load_settings({"JIEBANG_DEMO": "true"}).demo
    assert "JIEBANG_KEYS" in problems({"JIEBANG_DEMO": "false"})
    assert "JIEBANG_KEYS" in problems({"JIEBANG_DEMO": "perhaps"})


def test_every_problem_is_listed_at_once() -> None:
    found = problems(
        {
            "JIEBANG_PORT": "eighty",
            "JIEBANG_KEYS": "k1:short",
            "JIEBANG_ISSUERS": "not json",
            "JIEBANG_DATABASE_URL": "mysql://somewhere",
            "JIEBANG_ALLOW_PRIVATE": "localhost",
            "JIEBANG_COLOUR": "blue",
        }
    )
    assert set(found) == {
        "JIEBANG_PORT",
        "JIEBANG_KEYS[0]",
        "JIEBANG_ISSUERS",
        "JIEBANG_DATABASE_URL",
        "JIEBANG_ALLOW_PRIVATE[0]",
        "JIEBANG_COLOUR",
    }
    assert "valid integer" in found["JIEBANG_PORT"]
    assert "Example: JIEBANG_PORT=8000" in found["JIEBANG_PORT"]


def test_an_unknown_variable_is_a_problem_with_advice() -> None:
    found = problems({**ENOUGH, "JIEBANG_DATABSE_URL": "postgresql://db/x"})
    assert "did you mean JIEBANG_DATABASE_URL?" in found["JIEBANG_DATABSE_URL"]
    found = problems({**ENOUGH, "JIEBANG_TENANTS__CMCC__DATA_LAG": "7"})
    assert "did you mean data_lag_days?" in found["JIEBANG_TENANTS__CMCC__DATA_LAG"]


def test_variables_that_kubernetes_adds_are_explained() -> None:
    found = problems({**ENOUGH, "JIEBANG_SERVICE_HOST": "10.0.0.1"})
    assert "enableServiceLinks" in found["JIEBANG_SERVICE_HOST"]


def test_variables_of_others_are_left_alone() -> None:
    assert load(PATH="/bin", XJIEBANG_PORT="x", jiebang_port="x").port == 8000


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert load(JIEBANG_DATABASE_URL="", JIEBANG_PORT="").port == 8000


@pytest.mark.parametrize("name", ["JIEBANG_", "JIEBANG___PORT", "JIEBANG_PORT__X", "JIEBANG_A__"])
def test_a_name_that_fits_nowhere_is_a_problem(name: str) -> None:
    assert name in problems({**ENOUGH, "JIEBANG_PORT": "8000", name: "1"})


SEVERAL = f"new:{SECRET}, old:{base64.urlsafe_b64encode(bytes([255] * 32)).decode().rstrip('=')}"


@pytest.mark.parametrize("keys", [SEVERAL, json.dumps(SEVERAL.split(", "))])
def test_the_first_key_of_the_ring_is_the_primary_one(keys: str) -> None:
    settings = load(JIEBANG_KEYS=keys)
    assert [key.kid for key in settings.keys] == ["new", "old"]
    assert settings.keys[0].secret == bytes(range(32))
    assert KeyRing(settings.keys).encrypt(b"", context="")[1:4] == b"new"


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        (SECRET, "<kid>:<base64>"),
        (f"a kid of far too many letters:{SECRET}", "<kid>:<base64>"),
        ("k1:?" + SECRET, "must be base64"),
        ("k1:" + SECRET[:-4], "32 bytes, not 30"),
        (f"k1:{SECRET},k1:{SECRET}", "two keys with the same kid"),
        ("[", "not JSON"),
    ],
)
def test_a_key_that_is_none_is_explained_without_its_value(keys: str, what: str) -> None:
    found = problems({**ENOUGH, "JIEBANG_KEYS": keys})
    assert what in " ".join(found.values())
    assert SECRET[:-4] not in " ".join(found.values())


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=9))
def test_no_message_holds_a_value(value: str) -> None:
    names = ("DATABASE_URL", "KEYS", "ISSUERS", "TENANTS", "CONNECTORS__X__Y__Z", "PORT", "DEMO")
    env = {f"JIEBANG_{name}": f"~{value}~" for name in names}
    with pytest.raises(SettingsError) as error:
        load_settings(env)
    assert f"~{value}~" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None


def test_an_issuer_may_name_a_file_for_its_keys(tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_text(json.dumps(PAIR.jwks))
    settings = load_settings(issuer(jwks=None, jwks_file=str(tmp_path / "jwks.json")))
    assert settings.trusted_issuers()[0].keys["dev"]


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        ({"audience": None}, "JIEBANG_ISSUERS[0].audience", "is missing"),
        ({"audiance": "x"}, "JIEBANG_ISSUERS[0].audiance", "did you mean audience?"),
        ({"tenants": None}, "JIEBANG_ISSUERS[0].tenants", "is missing"),
        ({"jwks": None}, "JIEBANG_ISSUERS[0].jwks", "is missing"),
        ({"jwks": {"keys": []}}, "JIEBANG_ISSUERS[0]", "JWK set"),
        ({"jwks": {"keys": [PAIR.private]}}, "JIEBANG_ISSUERS[0]", "private key"),
        ({"jwks_file": "/x"}, "JIEBANG_ISSUERS[0]", "one of them"),
        ({"jwks": None, "jwks_file": "/nowhere/x"}, "JIEBANG_ISSUERS[0]", "cannot be read"),
    ],
)
def test_a_wrong_issuer_is_explained(changes: dict[str, object], place: str, what: str) -> None:
    assert what in problems(issuer(**changes))[place]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://app.example", ("https://app.example",)),
        (
            "HTTPS://App.Example:443/, http://127.0.0.1:3000",
            ("https://app.example", "http://127.0.0.1:3000"),
        ),
        ("http://[::1]:80", ("http://[::1]",)),
    ],
)
def test_an_origin_is_read_as_browsers_write_it(given: str, read: tuple[str, ...]) -> None:
    assert load(JIEBANG_ALLOWED_ORIGINS=given).allowed_origins == read


@pytest.mark.parametrize("given", ["*", "app.example", "https://app.example/page", "null"])
def test_what_is_no_origin_is_refused(given: str) -> None:
    found = problems({**ENOUGH, "JIEBANG_ALLOWED_ORIGINS": given})
    assert "https://app.example" in found["JIEBANG_ALLOWED_ORIGINS[0]"]


def test_an_issuer_is_named_once() -> None:
    found = problems({**ENOUGH, "JIEBANG_ISSUERS": json.dumps([ISSUER, ISSUER])})
    assert "twice" in found["JIEBANG_ISSUERS"]


@pytest.mark.parametrize(
    ("tenants", "expected"),
    [("*", None), (["cmcc", "cucc"], frozenset({"cmcc", "cucc"})), ([], frozenset[str]())],
)
def test_an_issuer_speaks_for_some_tenants_or_all(
    tenants: object, expected: frozenset[str] | None
) -> None:
    (trusted,) = load_settings(issuer(tenants=tenants)).trusted_issuers()
    assert trusted.tenants == expected


def test_a_configured_issuer_is_believed() -> None:
    token = mint(PAIR.private, "https://id.example", "jiebang", "cmcc", "a", {Scope.ACCOUNTS_READ})
    assert Authenticator(load().trusted_issuers()).verify(token).tenant == "cmcc"


def test_names_lead_into_tables() -> None:
    settings = load(
        JIEBANG_TENANTS='{"cmcc": {"data_lag_days": 3}, "CUCC": {}}',
        JIEBANG_TENANTS__CMCC__DATA_LAG_DAYS="7",
        JIEBANG_TENANTS__CMCC__QUARANTINE_EARLY="yes",
        JIEBANG_CONNECTORS__NET_DISK__API_KEY="1e5",
    )
    assert settings.policies() == {
        "cmcc": TenantPolicy(data_lag=7, quarantine_early=True),
        "CUCC": TenantPolicy(),
    }
    assert settings.tenants["cmcc"].max_lookups_per_minute == 600
    assert settings.connector_settings() == {"net_disk": {"api_key": "1e5"}}


def test_a_value_out_of_bounds_is_explained() -> None:
    found = problems({**ENOUGH, "JIEBANG_TENANTS__CMCC__DATA_LAG_DAYS": "-1"})
    assert "greater than or equal to 0" in found["JIEBANG_TENANTS__CMCC__DATA_LAG_DAYS"]
    assert "JIEBANG_PORT" in problems({**ENOUGH, "JIEBANG_PORT": "65536"})
    assert "JIEBANG_ACCOUNT_ID_TTL" in problems({**ENOUGH, "JIEBANG_ACCOUNT_ID_TTL": "5"})


def test_lists_are_words_or_json() -> None:
    settings = load(
        JIEBANG_DISABLE="net_disk, forum lender",
        JIEBANG_PLUGINS='["kinds"]',
        JIEBANG_MANIFESTS='["/a b/c.yaml"]',
        JIEBANG_ALLOW_PRIVATE="LOCALHOST:8100,[::1]:9",
    )
    assert settings.disable == ("net_disk", "forum", "lender")
    assert settings.plugins == ("kinds",)
    assert settings.manifests == (Path("/a b/c.yaml"),)
    assert settings.allow_private == ("localhost:8100", "[::1]:9")
    assert load().plugins is None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_any_postgresql_address_is_made_ours(scheme: str) -> None:
    settings = load(JIEBANG_DATABASE_URL=f"{scheme}://jb:p%40ss@db:5433/x?ssl=require")
    assert settings.database_url is not None
    expected = "postgresql+asyncpg://jb:p%40ss@db:5433/x?ssl=require"
    assert settings.database_url.get_secret_value() == expected


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://", "https://u:p@x", "https://x?y", "//x", "x", "https://x:99999"]
)
def test_an_address_to_be_found_at_is_a_plain_url(url: str) -> None:
    assert "JIEBANG_PUBLIC_URL" in problems({**ENOUGH, "JIEBANG_PUBLIC_URL": url})


def test_a_trailing_slash_does_not_matter() -> None:
    assert load(JIEBANG_PUBLIC_URL="https://x.example/a/").public_url == "https://x.example/a"


FILE = f"""
port = 9000
host = "0.0.0.0"
keys = ["k1:{SECRET}"]

[[issuers]]
issuer = "https://id.example"
audience = "jiebang"
tenants = "*"
jwks = '''{json.dumps(PAIR.jwks)}'''

[tenants.cmcc]
data_lag_days = 5
quarantine_early = true
"""


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "jiebang.toml"
    path.write_text(FILE)
    settings = load_settings(
        {
            "JIEBANG_CONFIG": str(path),
            "JIEBANG_PORT": "9100",
            "JIEBANG_TENANTS__CMCC__DATA_LAG_DAYS": "7",
        }
    )
    assert (settings.host, settings.port) == ("0.0.0.0", 9100)
    assert settings.policies()["cmcc"] == TenantPolicy(data_lag=7, quarantine_early=True)
    assert settings.trusted_issuers()[0].tenants is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"a = 1\nport = ,", "not TOML (at line 2, column 8)"),
        (b"secret-that-is-no-toml", "not TOML"),
        (b"\xff", "not UTF-8"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(
    tmp_path: Path, content: bytes | None, what: str
) -> None:
    path = tmp_path / "jiebang.toml"
    if content is not None:
        path.write_bytes(content)
    found = problems({**ENOUGH, "JIEBANG_CONFIG": str(path)})
    assert what in found["JIEBANG_CONFIG"]
    assert "secret" not in found["JIEBANG_CONFIG"]


def test_an_unknown_name_in_the_file_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "jiebang.toml"
    path.write_text("prot = 1\n")
    found = problems({**ENOUGH, "JIEBANG_CONFIG": str(path)})
    assert "did you mean JIEBANG_PORT?" in found["JIEBANG_PROT"]


def test_no_secret_shows() -> None:
    shared = generate_keypair("shared", "oct")
    settings = load_settings(
        {
            **issuer(jwks=shared.jwks),
            "JIEBANG_DATABASE_URL": "postgresql://jb:hunter22@db/x",
            "JIEBANG_CONNECTORS__NET_DISK__API_KEY": "connector-secret",
        }
    )
    shown = repr(settings) + settings.model_dump_json()
    for secret in (*settings.secrets(), "connector-secret", SECRET, repr(bytes(range(32)))):
        assert secret not in shown
    assert set(settings.secrets()) == {"hunter22", str(shared.private["k"])}


def test_settings_do_not_change() -> None:
    settings = load()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # pyright: ignore[reportAttributeAccessIssue] - the point
