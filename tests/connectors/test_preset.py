"""The presets, against answers in the formats that the servers' documentation shows.

No live server was used; each preset says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jiebang.connectors import CATALOGUE
from jiebang.connectors.kinds import jiebang_register_connectors
from jiebang.connectors.manifest.inheritance import PRESETS
from jiebang.connectors.rest import RestConnector
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Capability,
    Connector,
    ConnectorError,
    ContractError,
    CredentialsFault,
    Denied,
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


class RecordingRegistry:
    """Collects what the plugin registers from the folder of presets."""

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
    jiebang_register_connectors(RecordingRegistry())


async def test_keycloak_finds_users_by_attribute_and_locks_them(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("keycloak"))
    users: dict[str, object] = {
        "phoneNumber:+8613800001234": [{"id": "u1", "username": "z", "firstName": "张三"}],
        "phoneNumber:13800001234": [{"id": "u2", "username": "l", "firstName": "李四"}],
    }
    shown: list[object] = [{"id": "u3", "username": "w", "firstName": "王五"}]

    def respond(seen: ANY) -> tuple[int, object]:
        if seen.path == "/realms/main/protocol/openid-connect/token":
            return 200, {"access_token": "t", "expires_in": 60, "token_type": "Bearer"}
        assert seen.headers["authorization"] == "Bearer t"
        if seen.method == "GET":
            assert seen.path == "/admin/realms/main/users"
            return 200, users[seen.query["q"]] if "q" in seen.query else shown
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
    # A client that may query users but not view them gets an empty list for every search.
    shown.clear()
    with pytest.raises(CredentialsFault):
        await connector.lookup(subject, call)


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


async def test_keycloak_takes_this_number_away_and_nothing_else(keycloak_unbind: Unbind) -> None:
    realm = Realm(KEYCLOAK_USER)
    assert await keycloak_unbind(realm) == Done()
    kept = {"phoneNumber": ["13900005678"], "team": ["red", "blue"]}
    names = {name: KEYCLOAK_USER[name] for name in ("username", "firstName", "email")}
    assert realm.written == [names | {"attributes": kept}]
    assert await keycloak_unbind(realm) == Done(already=True)
    assert len(realm.written) == 1


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


async def test_keycloak_keeps_a_number_that_somebody_logs_in_with(keycloak_unbind: Unbind) -> None:
    realm = Realm(KEYCLOAK_USER | {"username": "13800001234"})
    assert await keycloak_unbind(realm) == Denied(reason=DenyReason.SOLE_LOGIN_IDENTIFIER)
    assert realm.written == []


async def test_keycloak_is_believed_only_when_the_search_finds_the_user_no_longer(
    keycloak_unbind: Unbind,
) -> None:
    realm = Realm(KEYCLOAK_USER)
    realm.keeps = False
    with pytest.raises(ProtocolFault) as caught:
        await keycloak_unbind(realm)
    assert caught.value.maybe_done


KEYCLOAK_REPLIES: list[tuple[tuple[int, object], type[ConnectorError], bool]] = [
    ((200, {}), ProtocolFault, True),
    ((200, KEYCLOAK_USER), ProtocolFault, True),
    ((400, {"errorMessage": "error-user-attribute-required"}), Rejected, False),
    ((403, {"error": "HTTP 403 Forbidden"}), CredentialsFault, False),
]


@pytest.mark.parametrize(("reply", "error", "maybe_done"), KEYCLOAK_REPLIES)
async def test_keycloaks_other_replies_to_the_change_are_not_done(
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
    head = {"status": status, "msg": msg, "sub": "", "name": ""}
    return 200, head | {"data": data, "data2": None, "data3": None}


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


async def test_casdoors_second_factor_keeps_its_number(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("casdoor"))
    said = casdoor(None, "error", "MFA phone is enabled but phone number is empty")
    answer_by(platform, lambda seen: said)
    call = call_to(
        connector.spec, platform.url, organization="acme", client_id="j", client_secret="s"
    )
    denied = Denied(reason=DenyReason.SOLE_LOGIN_IDENTIFIER)
    assert await connector.unbind(subject, ACCOUNT, call) == denied


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
) -> Callable[[Profiles], tuple[Callable[[], ANY], Callable[[], ANY]]]:
    connector = rest(manifest("clevertap"))

    def at(profiles: Profiles) -> tuple[Callable[[], ANY], Callable[[], ANY]]:
        answer_by(platform, profiles)
        call = call_to(connector.spec, platform.url, account_id="A-1", passcode="geheim")
        return (
            lambda: connector.lookup(subject, call),
            lambda: connector.unbind(subject, ACCOUNT, call),
        )

    return at


async def test_clevertap_takes_the_number_from_a_profile_and_looks_again(clevertap: ANY) -> None:
    profiles = Profiles()
    lookup, unbind = clevertap(profiles)
    found = await lookup()
    assert isinstance(found, Bound)
    assert [(one.handle, one.label) for one in found.accounts] == [("u1", "张**")]
    assert await unbind() == Done()
    assert profiles.taken == [{"d": [{"type": "phone", "value": "+8613800001234"}]}]


async def test_clevertap_never_says_that_a_number_is_not_bound(clevertap: ANY) -> None:
    profiles = Profiles()
    profiles.phone = None
    lookup, _ = clevertap(profiles)
    with pytest.raises(ProtocolFault):
        await lookup()


async def test_clevertap_is_not_believed_when_the_profile_still_shows_the_number(
    clevertap: ANY,
) -> None:
    profiles = Profiles()
    profiles.takes = False
    _, unbind = clevertap(profiles)
    with pytest.raises(ProtocolFault) as fault:
        await unbind()
    assert fault.value.maybe_done


async def test_clevertap_is_not_asked_where_nothing_could_be_proven(clevertap: ANY) -> None:
    profiles = Profiles()
    profiles.phone = None
    _, unbind = clevertap(profiles)
    with pytest.raises(ProtocolFault) as fault:
        await unbind()
    assert not fault.value.maybe_done
    assert profiles.taken == []


async def test_clevertaps_number_as_digits_is_the_number_too(clevertap: ANY) -> None:
    profiles = Profiles()
    profiles.phone, profiles.takes = 8613800001234, False
    _, unbind = clevertap(profiles)
    with pytest.raises(ProtocolFault, match="still shows"):
        await unbind()


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_an_order_that_clevertap_refuses_is_a_failure(clevertap: ANY, status: int) -> None:
    profiles = Profiles()
    profiles.takes, profiles.reply = False, (status, {"status": "fail"})
    _, unbind = clevertap(profiles)
    with pytest.raises(ConnectorError):
        await unbind()


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
