"""The presets, beyond what the exchanges in tests/conformance/presets record of them.

No live server was used; each preset says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jiebang.connectors.manifest.inheritance import PRESETS
from jiebang.connectors.rest import RestConnector
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Capability,
    ConnectorError,
    ContractError,
    CredentialsFault,
    Done,
    Effect,
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


@pytest.mark.parametrize(
    ("preset", "realm", "token", "effects"),
    [
        (
            "keycloak",
            {"realm": "main"},
            ("/realms/main/protocol/openid-connect/token", b""),
            {Effect.LOGIN_DISABLED},
        ),
        (
            "logto",
            {},
            ("/oidc/token", b"resource=https%3A%2F%2Fdefault.logto.app%2Fapi&scope=all"),
            {Effect.LOGIN_DISABLED, Effect.SESSIONS_REVOKED},
        ),
    ],
)
async def test_a_token_is_fetched_where_the_server_grants_it_and_locking_is_more_than_done(
    rest: Rest,
    platform: ANY,
    call_to: ANY,
    subject: Subject,
    preset: str,
    realm: dict[str, str],
    token: tuple[str, bytes],
    effects: set[Effect],
) -> None:
    connector = rest(manifest(preset))

    def respond(seen: ANY) -> tuple[int, object]:
        if seen.path == token[0]:
            assert token[1] in seen.body
            return 200, {"access_token": "t", "expires_in": 60, "token_type": "Bearer"}
        assert seen.headers["authorization"] == "Bearer t"
        return (204, b"") if preset == "keycloak" else (200, {"id": "u1", "isSuspended": True})

    answer_by(platform, respond)
    call = call_to(connector.spec, platform.url, client_id="jiebang", client_secret="s", **realm)
    done = await connector.lock_account(subject, ACCOUNT, call)
    assert done == Done(effects=frozenset(effects))


KEYCLOAK_USER: dict[str, object] = {
    "id": "u1",
    "username": "zhangsan",
    "firstName": "张三",
    "email": "z@acme.example",
    "emailVerified": True,
    "enabled": True,
    "createdTimestamp": 1_700_000_000_000,
    "requiredActions": [],
    "attributes": {"phoneNumber": ["+8613800001234", "13900005678"], "team": ["red", "blue"]},
    "access": {"manage": True},
}


class Realm:
    """The users of one realm, searched by attribute and replaced as a whole."""

    def __init__(self, user: dict[str, object]) -> None:
        self.user = user
        self.written: list[dict[str, object]] = []
        self.reply: tuple[int, object] = (204, b"")
        self.keeps = True

    def __call__(self, seen: ANY) -> tuple[int, object]:
        if seen.path.endswith("/token"):
            return 200, {"access_token": "t", "expires_in": 60, "token_type": "Bearer"}
        if seen.path == "/admin/realms/main/users":
            _, _, number = seen.query["q"].partition(":")
            attributes: ANY = self.user.get("attributes", {})
            found = number in attributes.get("phoneNumber", [])
            return 200, [{"id": "u1", "username": "z", "firstName": "张三"}] if found else []
        assert seen.path == "/admin/realms/main/users/u1"
        if seen.method == "GET":
            return 200, self.user
        assert seen.method == "PUT"
        self.written.append(seen.json)
        if self.keeps:
            self.user = self.user | seen.json
        return self.reply


Unbind = Callable[[Realm], Awaitable[ActionOutcome]]


@pytest.fixture
def keycloak_unbind(rest: Rest, platform: ANY, call_to: ANY, subject: Subject) -> Unbind:
    connector = rest(manifest("keycloak"))

    async def unbind(realm: Realm) -> ActionOutcome:
        answer_by(platform, realm)
        call = call_to(
            connector.spec, platform.url, realm="main", client_id="jiebang", client_secret="s"
        )
        return await connector.unbind(subject, ACCOUNT, call)

    return unbind


async def test_keycloak_loses_an_attribute_that_held_only_this_number(
    keycloak_unbind: Unbind,
) -> None:
    numbers = {"phoneNumber": ["138 0000 1234"], "team": ["red"]}
    realm = Realm(KEYCLOAK_USER | {"attributes": numbers})
    assert await keycloak_unbind(realm) == Done()
    assert realm.user["attributes"] == {"team": ["red"]}


async def test_keycloak_is_told_nothing_about_whether_the_user_may_log_in(
    keycloak_unbind: Unbind,
) -> None:
    """A temporarily locked user reads as disabled; writing that back would make it permanent."""
    realm = Realm(KEYCLOAK_USER | {"enabled": False, "requiredActions": ["VERIFY_EMAIL"]})
    assert await keycloak_unbind(realm) == Done()
    (written,) = realm.written
    assert written.keys() == {"username", "email", "firstName", "attributes"}


KEYCLOAK_REPLIES: list[tuple[tuple[int, object], type[ConnectorError], bool]] = [
    ((204, b""), ProtocolFault, True),  # the search still finds the user
    ((200, {}), ProtocolFault, True),
    ((200, KEYCLOAK_USER), ProtocolFault, True),
    ((400, {"errorMessage": "error-user-attribute-required"}), Rejected, False),
    ((403, {"error": "HTTP 403 Forbidden"}), CredentialsFault, False),
]


@pytest.mark.parametrize(("reply", "error", "maybe_done"), KEYCLOAK_REPLIES)
async def test_keycloak_is_believed_only_when_the_search_finds_the_user_no_longer(
    keycloak_unbind: Unbind,
    reply: tuple[int, object],
    error: type[ConnectorError],
    maybe_done: bool,
) -> None:
    realm = Realm(KEYCLOAK_USER)
    realm.reply, realm.keeps = reply, False
    with pytest.raises(error) as caught:
        await keycloak_unbind(realm)
    assert type(caught.value) is error
    assert caught.value.maybe_done is maybe_done


@pytest.mark.parametrize(
    "change",
    [{"id": "u2"}, {"username": None}, {"attributes": []}, {"attributes": {"phoneNumber": "x"}}],
    ids=str,
)
async def test_a_keycloak_user_that_cannot_be_read_is_not_written(
    keycloak_unbind: Unbind, change: dict[str, object]
) -> None:
    realm = Realm(KEYCLOAK_USER | change)
    with pytest.raises(ProtocolFault) as caught:
        await keycloak_unbind(realm)
    assert not caught.value.maybe_done
    assert realm.written == []


BARE = """\
manifest: 1
kind: keycloak
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: tools}
config: {base_url: {type: url}}
lookup:
  request: {method: GET, path: /users}
  outcomes: [{when: {status: 200, jmespath: "@ == `[]`"}, not_bound: {}}]
unbind:
  request: {method: DELETE, path: /users}
  outcomes: [{when: {status: 204}, done: {}}]
"""


def test_the_kind_keycloak_says_what_it_needs(rest: Rest) -> None:
    with pytest.raises(ContractError) as caught:
        rest(BARE)
    for message in ("expected the setting realm", "expected the setting attribute", "its own"):
        assert message in str(caught.value)


def casdoor(data: object, status: str = "ok", msg: str = "") -> tuple[int, object]:
    head = {"status": status, "msg": msg, "sub": "", "name": ""}
    return 200, head | {"data": data, "data2": None, "data3": None}


async def test_casdoor_is_asked_as_the_client_and_its_answer_is_never_complete(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("casdoor"))
    answer_by(platform, lambda seen: casdoor({"id": "u1", "displayName": "张三"}))
    call = call_to(
        connector.spec, platform.url, organization="acme", client_id="jiebang", client_secret="s"
    )
    found = Account(handle="u1", platform="acme", label="张**")
    assert await connector.lookup(subject, call) == Bound(accounts=(found,), complete=False)
    assert {seen.headers["authorization"] for seen in platform.seen} == {"Basic amllYmFuZzpz"}


CASDOOR_ANSWERS: list[tuple[tuple[int, object], type[Exception]]] = [
    (casdoor(None, "error", "Unauthorized operation"), CredentialsFault),
    (casdoor(None, "error", "Please login first"), CredentialsFault),
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


class Profiles:
    """A CleverTap account with one profile, and the answers it gives in turn."""

    def __init__(self) -> None:
        self.phone: object = "+8613800001234"
        self.taken: list[object] = []
        self.takes = True
        self.reply: tuple[int, object] = (200, {"status": "success", "processed": 1})

    def __call__(self, seen: ANY) -> tuple[int, object]:
        assert seen.headers["x-clevertap-account-id"] == "A-1"
        assert seen.headers["x-clevertap-passcode"] == "geheim"
        if seen.path == "/1/disassociate":
            self.taken.append(seen.json)
            if self.takes:
                self.phone = None
            return self.reply
        assert (seen.method, seen.path) == ("GET", "/1/profile.json")
        if seen.query not in ({"identity": self.phone}, {"objectId": "u1"}):
            return 200, {"status": "fail"}
        profile = {
            "name": "张三丰",
            "profileData": {"Phone": self.phone},
            "platformInfo": [{"platform": "Android", "objectId": "u1"}],
        }
        return 200, {"status": "success", "record": profile}


@pytest.fixture
def clevertap(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> Callable[[Profiles], Callable[[], ANY]]:
    connector = rest(manifest("clevertap"))

    def unbind_at(profiles: Profiles) -> Callable[[], ANY]:
        answer_by(platform, profiles)
        call = call_to(connector.spec, platform.url, account_id="A-1", passcode="geheim")
        return lambda: connector.unbind(subject, ACCOUNT, call)

    return unbind_at


@pytest.mark.parametrize("phone", ["+8613800001234", 8613800001234])
async def test_clevertap_is_not_believed_when_the_profile_still_shows_the_number(
    clevertap: ANY, phone: object
) -> None:
    profiles = Profiles()
    profiles.phone, profiles.takes = phone, False
    with pytest.raises(ProtocolFault, match="still shows") as fault:
        await clevertap(profiles)()
    assert fault.value.maybe_done
    assert profiles.taken == [{"d": [{"type": "phone", "value": "+8613800001234"}]}]


async def test_clevertap_is_not_asked_where_nothing_could_be_proven(clevertap: ANY) -> None:
    profiles = Profiles()
    profiles.phone = None
    with pytest.raises(ProtocolFault) as fault:
        await clevertap(profiles)()
    assert not fault.value.maybe_done
    assert profiles.taken == []


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_an_order_that_clevertap_refuses_is_a_failure(clevertap: ANY, status: int) -> None:
    profiles = Profiles()
    profiles.takes, profiles.reply = False, (status, {"status": "fail"})
    with pytest.raises(ConnectorError):
        await clevertap(profiles)()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "unbind:\n  request: {method: POST, path: /x}\n"
            "  outcomes: [{when: {status: 200}, done: {}}]\n",
            "unbind",
        ),
        ("unbind_batch: {}\n", "unbind_batch"),
    ],
)
def test_clevertap_brings_its_own_unbinding(rest: Rest, text: str, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        rest(manifest("clevertap") + text)
