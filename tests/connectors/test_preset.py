"""The presets, against answers of the shapes that the servers' own documentation shows.

No live server was asked; each preset says so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jiebang.connectors import CATALOGUE
from jiebang.connectors.kinds import jiebang_register_connectors
from jiebang.connectors.manifest.family import PRESETS
from jiebang.connectors.rest import RestConnector
from jiebang.sdk import (
    Account,
    Bound,
    Capability,
    Connector,
    CredentialsFault,
    DenyReason,
    Done,
    Effect,
    NotBound,
    ProtocolFault,
    Rejected,
    Subject,
)

Rest = Callable[[str], RestConnector]
ANY = Any
ACCOUNT = Account(handle="u1", platform="acme")


def manifest(preset: str) -> str:
    return (
        f"manifest: 1\nextends: preset:{preset}\nid: acme\nversion: 0.1.0\n"
        "name: {zh-CN: 艾克米, en: Acme}\nplatform: {category: tools}\n"
    )


def answer_by(platform: ANY, respond: Callable[[ANY], tuple[int, object]]) -> None:
    platform.respond = respond


@pytest.mark.parametrize("preset", sorted(PRESETS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_preset_is_marked_sourced_and_six_lines_away(preset: Path, rest: Rest) -> None:
    text = preset.read_text(encoding="utf-8")
    assert "# Not yet tried against a live server." in text
    assert "# Read on 20" in text
    assert "\nfamily: true\n" in text
    connector = rest(manifest(preset.stem))
    assert Capability.LOOKUP in connector.spec.capabilities
    assert connector.spec.docs is not None


class Shelf:
    """Takes what the plugin registers from the folder of presets."""

    manifests = (PRESETS,)
    code_allowed = False
    kinds: Any = {}  # noqa: RUF012 - a protocol's attribute

    def add(self, connector: Connector, *, source: str | None = None) -> None:
        raise AssertionError(connector)

    def add_kind(self, kind: object) -> None:
        raise AssertionError(kind)

    def report(self, source: str, message: str) -> None:
        raise AssertionError(message)


def test_no_preset_is_loaded_by_itself() -> None:
    assert PRESETS.parent == CATALOGUE
    jiebang_register_connectors(Shelf())


async def test_keycloak_finds_users_by_attribute_and_locks_them(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("keycloak"))
    assert Capability.UNBIND not in connector.spec.capabilities
    users: dict[str, object] = {
        "phoneNumber:+8613800001234": [{"id": "u1", "username": "z", "firstName": "张三"}],
        "phoneNumber:13800001234": [{"id": "u2", "username": "l", "firstName": "李四"}],
    }

    def respond(seen: ANY) -> tuple[int, object]:
        if seen.path == "/realms/main/protocol/openid-connect/token":
            return 200, {"access_token": "t", "expires_in": 60, "token_type": "Bearer"}
        assert seen.headers["authorization"] == "Bearer t"
        if seen.method == "GET":
            assert seen.path == "/admin/realms/main/users"
            return 200, users[seen.query["q"]]
        assert seen.path.removeprefix("/admin/realms/main/users") == "/u1"
        assert (seen.method, seen.json) == ("PUT", {"enabled": False})
        return 204, b""

    answer_by(platform, respond)
    call = call_to(
        connector.spec, platform.url, realm="main", client_id="jiebang", client_secret="s"
    )
    answer = await connector.lookup(subject, call)
    assert isinstance(answer, Bound)
    assert [(one.handle, one.label) for one in answer.accounts] == [("u1", "张**"), ("u2", "李**")]
    done = await connector.lock_account(subject, ACCOUNT, call)
    assert done == Done(effects=frozenset({Effect.LOGIN_DISABLED}))
    users.update({key: list[object]() for key in users})
    assert isinstance(await connector.lookup(subject, call), NotBound)


CASDOOR_USER = {
    "owner": "acme",
    "name": "zhangsan",
    "id": "u1",
    "displayName": "张三",
    "phone": "13800001234",
    "countryCode": "CN",
    "mfaPhoneEnabled": False,
}


def casdoor(data: object, status: str = "ok", msg: str = "") -> tuple[int, object]:
    return 200, {"status": status, "msg": msg, "sub": "", "name": "", "data": data, "data2": None}


async def test_casdoor_finds_a_user_by_phone_and_takes_the_phone_away(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("casdoor"))
    users: list[object] = [CASDOOR_USER]

    def respond(seen: ANY) -> tuple[int, object]:
        assert seen.headers["authorization"] == "Basic amllYmFuZzpz"
        assert seen.query["owner"] == "acme"
        if seen.path == "/api/get-user":
            return casdoor(users[0] if seen.query["phone"].startswith("+86") else None)
        assert (seen.path, seen.query["userId"]) == ("/api/update-user", "u1")
        assert (seen.query["columns"], seen.json) == ("phone", {"phone": ""})
        return casdoor("Affected")

    answer_by(platform, respond)
    call = call_to(
        connector.spec,
        platform.url,
        organization="acme",
        client_id="jiebang",
        client_secret="s",
    )
    found = Account(handle="u1", platform="acme", label="张**")
    assert await connector.lookup(subject, call) == Bound(accounts=(found,), complete=False)
    assert await connector.unbind(subject, ACCOUNT, call) == Done()
    users[0] = CASDOOR_USER | {"mfaPhoneEnabled": True}
    answer = await connector.lookup(subject, call)
    assert isinstance(answer, Bound)
    assert answer.accounts[0].blockers == (DenyReason.SOLE_LOGIN_IDENTIFIER,)
    users[0] = None
    assert isinstance(await connector.lookup(subject, call), NotBound)


CASDOOR_ANSWERS: list[tuple[tuple[int, object], type[Exception]]] = [
    (casdoor(None, "error", "Unauthorized operation"), CredentialsFault),
    (casdoor(None, "error", "The organization: x does not exist"), Rejected),
    ((200, {"status": "ok"}), ProtocolFault),
    (casdoor({}), ProtocolFault),
    (casdoor("Unaffected"), ProtocolFault),
]


@pytest.mark.parametrize(("answer", "error"), CASDOOR_ANSWERS)
async def test_casdoors_other_answers_prove_nothing(
    rest: Rest,
    platform: ANY,
    call_to: ANY,
    subject: Subject,
    answer: tuple[int, object],
    error: type[Exception],
) -> None:
    connector = rest(manifest("casdoor"))
    answer_by(platform, lambda seen: answer)
    call = call_to(
        connector.spec, platform.url, organization="acme", client_id="j", client_secret="s"
    )
    for asked in (connector.lookup(subject, call), connector.unbind(subject, ACCOUNT, call)):
        with pytest.raises(error) as caught:
            await asked
        assert type(caught.value) is error


LOGTO_USER: dict[str, object] = {
    "id": "u1",
    "username": None,
    "primaryEmail": None,
    "primaryPhone": "8613800001234",
    "name": "张三",
    "avatar": None,
    "customData": {},
    "identities": {},
    "lastSignInAt": None,
    "createdAt": 1_700_000_000_000,
    "isSuspended": False,
}


async def test_logto_finds_users_by_phone_takes_it_away_and_suspends(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("logto"))
    users: list[object] = [LOGTO_USER, LOGTO_USER | {"id": "u2", "username": "li"}]
    kept: dict[str, object] = {"primaryPhone": None}

    def respond(seen: ANY) -> tuple[int, object]:
        if seen.path == "/oidc/token":
            assert b"resource=https%3A%2F%2Fdefault.logto.app%2Fapi&scope=all" in seen.body
            return 200, {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
        if seen.method == "GET":
            assert seen.query["search.primaryPhone"] == "8613800001234"
            assert seen.query["mode.primaryPhone"] == "exact"
            return 200, users
        assert seen.method == "PATCH"
        if seen.path.endswith("/is-suspended"):
            return 200, LOGTO_USER | seen.json
        assert seen.json == {"primaryPhone": None}
        return 200, LOGTO_USER | kept

    answer_by(platform, respond)
    call = call_to(connector.spec, platform.url, client_id="j", client_secret="s")
    answer = await connector.lookup(subject, call)
    assert isinstance(answer, Bound)
    assert [one.blockers for one in answer.accounts] == [(DenyReason.SOLE_LOGIN_IDENTIFIER,), ()]
    assert await connector.unbind(subject, ACCOUNT, call) == Done()
    kept["primaryPhone"] = "8613800001234"
    with pytest.raises(ProtocolFault):
        await connector.unbind(subject, ACCOUNT, call)
    assert await connector.lock_account(subject, ACCOUNT, call) == Done(
        effects=frozenset({Effect.LOGIN_DISABLED, Effect.SESSIONS_REVOKED})
    )
    users.clear()
    assert isinstance(await connector.lookup(subject, call), NotBound)
