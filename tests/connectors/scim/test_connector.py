"""The kind `scim` against a server that stores users and behaves as RFC 7644 says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.conftest import HEAD, Acme, ReceivedRequest, complaint

from jiebang.connectors.scim.resource import is_number
from jiebang.sdk import (
    Account,
    BindingDate,
    Blocked,
    Bound,
    Capability,
    ConfigFault,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    NotBound,
    ProtocolFault,
    RateLimited,
    Rejected,
    Subject,
    Unavailable,
    Unsupported,
)

MANIFEST = HEAD.replace("rest", "scim").replace("shopping", "tools")
NUMBER = "+8613800001234"
OTHER = "+8613900009999"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0"


def user(ident: str, *numbers: str, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = {
        "schemas": [CORE],
        "id": ident,
        "userName": f"{ident}@acme.example",
        "displayName": "张三",
        "meta": {"resourceType": "User", "created": "2022-03-01T10:00:00Z"},
    }
    if numbers:
        found["phoneNumbers"] = [{"value": number, "type": "mobile"} for number in numbers]
    return found | more


def error(status: int, kind: str | None = None) -> tuple[int, object]:
    body: dict[str, object] = {"schemas": [f"{MESSAGES}:Error"], "status": str(status)}
    return status, body | ({"scimType": kind} if kind else {})


@dataclass
class Server:
    """Users by id, a version for each, and how the server behaves."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    lacks: tuple[str, ...] = ()
    versions: dict[str, int] = field(default_factory=dict[str, int])
    page: int = 100
    #: What PATCH answers instead of executing the operation, by its path.
    refuses: dict[str, tuple[int, object]] = field(default_factory=dict[str, tuple[int, object]])
    #: Called before each change is checked: simulates concurrent changes.
    meanwhile: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    returns: bool = False

    def respond(self, seen: ReceivedRequest) -> tuple[int, object]:
        if seen.path == "/ServiceProviderConfig":
            return 200, {
                name: {"supported": name not in self.lacks} for name in ("patch", "filter", "etag")
            }
        if seen.path == "/Users":
            return self.list_users(seen.query)
        ident = unquote(seen.path.removeprefix("/Users/"))
        if ident not in self.users:
            return error(404)
        if seen.method == "GET":
            return 200, self.user_document(ident)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        expected = seen.headers.get("if-match")
        if expected is not None and expected != self.version(ident):
            return error(412)
        if seen.method == "PUT":
            self.users[ident] = seen.json
        else:
            for operation in seen.json["Operations"]:
                path = operation["path"]
                for pattern, answer in self.refuses.items():
                    if re.fullmatch(pattern, path):
                        return answer
                self.patch(self.users[ident], operation["op"], path, operation.get("value"))
        self.touch(ident)
        return (200, self.user_document(ident)) if self.returns else (204, b"")

    def patch(self, one: dict[str, Any], op: str, path: str, value: object) -> None:
        if path == "phoneNumbers":
            one.pop(path, None)
            if op == "replace":
                one[path] = value
            return
        match = re.fullmatch(r"phoneNumbers\[value eq (\".*\")\]", path)
        assert match is not None
        assert op == "remove"
        gone = json.loads(match[1])
        one["phoneNumbers"] = [p for p in one.get("phoneNumbers", []) if p["value"] != gone]

    def list_users(self, query: dict[str, str]) -> tuple[int, object]:
        match = re.fullmatch(r'phoneNumbers\.value eq "([^"]*)"', query["filter"])
        assert match is not None
        found = [
            self.user_document(ident)
            for ident, one in self.users.items()
            if any(phone["value"] == match[1] for phone in one.get("phoneNumbers", []))
        ]
        start = int(query["startIndex"])
        rows = found[start - 1 : start - 1 + min(self.page, int(query["count"]))]
        document: dict[str, object] = {
            "schemas": [f"{MESSAGES}:ListResponse"],
            "totalResults": len(found),
        }
        return 200, document | ({"Resources": rows} if rows else {})

    def user_document(self, ident: str) -> dict[str, Any]:
        one = self.users[ident]
        return one | {"meta": one.get("meta", {}) | {"version": self.version(ident)}}

    def version(self, ident: str) -> str:
        return f'W/"{self.versions.get(ident, 0)}"'

    def touch(self, ident: str) -> None:
        self.versions[ident] = self.versions.get(ident, 0) + 1


@dataclass
class Setup:
    """The connector, and calls to the server."""

    acme: Acme
    server: Server

    async def lookup(self) -> Any:
        return await self.acme.lookup()

    async def unbind(self, ident: str) -> Any:
        return await self.acme.unbind(Account(handle=ident, platform="acme"))

    def sent(self, method: str) -> list[ReceivedRequest]:
        return [seen for seen in self.acme.seen if seen.method == method]


Scim = Callable[..., Setup]


@pytest.fixture
def scim(acme: Acme) -> Scim:
    def make(*users: dict[str, Any], more: str = "", **behaviour: Any) -> Setup:
        acme.load(MANIFEST + more, token="t")
        server = Server(users={one["id"]: one for one in users}, **behaviour)
        acme.platform.respond = server.respond
        return Setup(acme, server)

    return make


async def test_the_head_of_a_manifest_is_enough(scim: Scim) -> None:
    spec = scim().acme.spec
    assert spec.capabilities == {Capability.LOOKUP, Capability.UNBIND}
    assert spec.idempotency is Idempotency.NATURAL
    assert spec.stable_handles
    assert not spec.dates_bindings
    assert {setting.name for setting in spec.settings} == {"base_url", "token"}


async def test_users_are_found_in_both_spellings_of_the_number(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER), user("u2", "13800001234", OTHER), user("u3", OTHER))
    answer = await setup.lookup()
    assert answer == Bound(
        accounts=(
            Account(handle="u1", platform="acme", label="张**"),
            Account(handle="u2", platform="acme", label="张**"),
        )
    )
    lists = [seen for seen in setup.acme.seen if seen.path == "/Users"]
    assert {seen.query["filter"] for seen in lists} == {
        f'phoneNumbers.value eq "{NUMBER}"',
        'phoneNumbers.value eq "13800001234"',
    }
    assert all(seen.headers["authorization"] == "Bearer t" for seen in setup.acme.seen)
    assert len(setup.acme.seen) == 3


async def test_no_user_in_any_spelling_is_an_absence(scim: Scim) -> None:
    setup = scim(user("u3", OTHER))
    assert await setup.lookup() == NotBound("totalResults == 0")


async def test_a_manifest_can_say_how_numbers_are_written_and_what_the_server_can_do(
    scim: Scim,
) -> None:
    setup = scim(
        user("u1", "tel:" + NUMBER, userName="zhangsan@acme.example"),
        more=(
            "numbers: [tel]\nlabel: userName\nbound_date: meta.created\n"
            "supports: {filter: true, patch: true}\n"
        ),
    )
    assert setup.acme.spec.dates_bindings
    assert await setup.lookup() == Bound(
        accounts=(
            Account(
                handle="u1",
                platform="acme",
                label="z***@acme.example",
                bound=BindingDate.on(date(2022, 3, 1)),
            ),
        )
    )
    assert [seen.path for seen in setup.acme.seen] == ["/Users"]


async def test_pages_are_turned_by_start_index(scim: Scim) -> None:
    setup = scim(*(user(f"u{one}", NUMBER) for one in range(7)), page=3)
    answer = await setup.lookup()
    assert isinstance(answer, Bound)
    assert [one.handle for one in answer.accounts] == [f"u{one}" for one in range(7)]
    assert answer.complete
    starts = [
        seen.query["startIndex"]
        for seen in setup.acme.seen
        if seen.path == "/Users" and "+86" in seen.query["filter"]
    ]
    assert starts == ["1", "4", "7"]


async def test_too_many_pages_leave_the_list_incomplete(scim: Scim) -> None:
    setup = scim(*(user(f"u{one}", NUMBER) for one in range(25)), page=1)
    answer = await setup.lookup()
    assert isinstance(answer, Bound)
    assert (len(answer.accounts), answer.complete) == (20, False)


def list_document(total: object, *rows: object, **more: object) -> dict[str, object]:
    found = {"schemas": [f"{MESSAGES}:ListResponse"], "totalResults": total}
    return found | {"Resources": list(rows)} | more


STRANGE: list[tuple[int, object, type[Exception]]] = [
    (200, list_document(1, user("u9", OTHER)), ProtocolFault),
    (200, list_document(1, user("u9")), ProtocolFault),
    (200, list_document(2, user("u1", NUMBER), user("u9", OTHER)), ProtocolFault),
    (200, list_document(2, user("u1", NUMBER), user("u1", NUMBER)), ProtocolFault),
    (200, list_document(3, user("u1", NUMBER)), ProtocolFault),
    (200, list_document(2), ProtocolFault),
    (200, list_document(0, user("u1", NUMBER)), ProtocolFault),
    (200, list_document("0"), ProtocolFault),
    (200, list_document(False), ProtocolFault),
    (200, list_document(None), ProtocolFault),
    (200, list_document(-1), ProtocolFault),
    (200, list_document(1, "u1"), ProtocolFault),
    (200, list_document(1, user("u1", NUMBER) | {"id": ""}), ProtocolFault),
    (200, list_document(1, user("u1") | {"phoneNumbers": [NUMBER]}), ProtocolFault),
    (200, {"totalResults": 0}, ProtocolFault),
    (200, {"schemas": [f"{MESSAGES}:Error"], "totalResults": 0}, ProtocolFault),
    (200, [], ProtocolFault),
    (200, b"", ProtocolFault),
    (204, b"", ProtocolFault),
    (200, b"<html>", Blocked),
    (404, error(404)[1], Rejected),
    (400, error(400, "invalidFilter")[1], Rejected),
    (401, error(401)[1], CredentialsFault),
    (429, {}, RateLimited),
    (500, {}, Unavailable),
]


@pytest.mark.parametrize(("status", "document", "raised"), STRANGE)
async def test_no_strange_list_is_an_absence(
    scim: Scim, status: int, document: object, raised: type[Exception]
) -> None:
    setup = scim()
    respond = setup.server.respond

    def strange(seen: ReceivedRequest) -> tuple[int, object]:
        if seen.path == "/Users" and seen.query["startIndex"] == "1":
            return status, document
        return respond(seen)

    setup.acme.platform.respond = strange
    with pytest.raises(raised) as caught:
        await setup.lookup()
    assert type(caught.value) is raised
    assert "13800001234" not in repr(caught.value)


async def test_a_server_that_cannot_filter_proves_nothing(scim: Scim) -> None:
    setup = scim(lacks=("filter",))
    with pytest.raises(Unsupported):
        await setup.lookup()


@pytest.mark.parametrize(
    ("status", "document", "raised"),
    [
        (404, {}, ConfigFault),
        (501, {}, ConfigFault),
        (200, {"patch": {"supported": True}}, ProtocolFault),
        (200, {"patch": {}, "filter": {"supported": "yes"}}, ProtocolFault),
        (200, [], ProtocolFault),
        (403, {}, CredentialsFault),
    ],
)
async def test_what_a_server_can_do_is_not_guessed(
    scim: Scim, status: int, document: object, raised: type[Exception]
) -> None:
    setup = scim(user("u1", NUMBER))
    respond = setup.server.respond

    def strange(seen: ReceivedRequest) -> tuple[int, object]:
        return (status, document) if "Provider" in seen.path else respond(seen)

    setup.acme.platform.respond = strange
    for asked in (setup.lookup(), setup.unbind("u1")):
        with pytest.raises(raised) as caught:
            await asked
        assert type(caught.value) is raised
    assert setup.server.users["u1"]["phoneNumbers"]


@pytest.mark.parametrize("returns", [True, False])
async def test_the_number_is_removed_by_its_value_and_nothing_else(
    scim: Scim, returns: bool
) -> None:
    setup = scim(user("a/b", NUMBER, OTHER, "138 0000 1234"), returns=returns)
    assert await setup.unbind("a/b") == Done()
    (patch,) = setup.sent("PATCH")
    assert patch.path.removeprefix("/Users") == "/a%2Fb"
    assert patch.headers["content-type"] == "application/scim+json"
    assert patch.headers["if-match"] == 'W/"0"'
    assert patch.json == {
        "schemas": [f"{MESSAGES}:PatchOp"],
        "Operations": [
            {"op": "remove", "path": f'phoneNumbers[value eq "{NUMBER}"]'},
            {"op": "remove", "path": 'phoneNumbers[value eq "138 0000 1234"]'},
        ],
    }
    assert [one["value"] for one in setup.server.users["a/b"]["phoneNumbers"]] == [OTHER]
    assert await setup.unbind("a/b") == Done(already=True)
    assert len(setup.sent("PATCH")) == 1


async def test_a_user_that_is_gone_has_no_number(scim: Scim) -> None:
    setup = scim()
    assert await setup.unbind("u1") == Done(already=True)

    def by_proxy(seen: ReceivedRequest) -> tuple[int, object]:
        return (404, {"detail": "no route"}) if "Users" in seen.path else setup.server.respond(seen)

    setup.acme.platform.respond = by_proxy
    with pytest.raises(Rejected):
        await setup.unbind("u1")


async def test_a_change_made_meanwhile_is_read_and_kept(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER))

    def change() -> None:
        setup.server.users["u1"]["phoneNumbers"].append({"value": OTHER})
        setup.server.touch("u1")

    setup.server.meanwhile.append(change)
    assert await setup.unbind("u1") == Done()
    assert [seen.headers["if-match"] for seen in setup.sent("PATCH")] == ['W/"0"', 'W/"1"']
    assert [one["value"] for one in setup.server.users["u1"]["phoneNumbers"]] == [OTHER]


async def test_an_account_that_keeps_changing_is_left_for_later(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER))
    setup.server.meanwhile = [lambda: setup.server.touch("u1")] * 9
    with pytest.raises(Unavailable) as caught:
        await setup.unbind("u1")
    assert not caught.value.maybe_done
    assert len(setup.sent("PATCH")) == 2


async def test_a_server_without_etags_is_changed_without_them(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER), lacks=("etag",))
    assert await setup.unbind("u1") == Done()
    assert "if-match" not in setup.sent("PATCH")[0].headers


@pytest.mark.parametrize(
    "answer",
    [error(400, "invalidPath"), error(400, "invalidFilter"), error(400, "noTarget"), error(501)],
)
@pytest.mark.parametrize("others", [(OTHER,), ()])
async def test_a_server_that_cannot_remove_by_value_gets_the_list_without_it(
    scim: Scim, answer: tuple[int, object], others: tuple[str, ...]
) -> None:
    setup = scim(user("u1", NUMBER, *others), refuses={r"phoneNumbers\[.*\]": answer})
    assert await setup.unbind("u1") == Done()
    (operation,) = setup.sent("PATCH")[-1].json["Operations"]
    if others:
        assert operation == {
            "op": "replace",
            "path": "phoneNumbers",
            "value": [{"value": OTHER, "type": "mobile"}],
        }
    else:
        assert operation == {"op": "remove", "path": "phoneNumbers"}


async def test_a_server_without_patch_gets_the_whole_resource_if_it_has_etags(scim: Scim) -> None:
    extra = {"urn:acme:extra": {"level": 3}}
    setup = scim(user("u1", NUMBER, OTHER, **extra), lacks=("patch",))
    assert await setup.unbind("u1") == Done()
    (put,) = setup.sent("PUT")
    assert put.headers["if-match"] == 'W/"0"'
    assert put.json["urn:acme:extra"] == {"level": 3}
    assert "meta" not in put.json
    assert [one["value"] for one in setup.server.users["u1"]["phoneNumbers"]] == [OTHER]


async def test_without_patch_and_etags_nothing_is_changed(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER), lacks=("patch", "etag"))
    with pytest.raises(Unsupported):
        await setup.unbind("u1")
    assert not setup.sent("PUT")


async def test_a_number_that_is_the_login_itself_is_not_taken_away(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER, userName="13800001234"))
    answer = await setup.lookup()
    assert isinstance(answer, Bound)
    assert answer.accounts[0].blockers == (DenyReason.SOLE_LOGIN_IDENTIFIER,)
    assert await setup.unbind("u1") == Denied(reason=DenyReason.SOLE_LOGIN_IDENTIFIER)
    assert not setup.sent("PATCH")


AFTER: list[tuple[tuple[int, object], object, bool]] = [
    (error(400, "mutability"), Denied(reason=DenyReason.OTHER, platform_code="mutability"), False),
    (error(404), Done(already=True), False),
    (error(403), CredentialsFault, False),
    (error(409), Rejected, False),
    (error(400, "invalidValue"), Rejected, False),
    (error(500), Unavailable, True),
    ((200, user("u1", NUMBER)), ProtocolFault, False),
    ((200, user("u2")), ProtocolFault, True),
    ((200, {}), ProtocolFault, True),
    ((200, b"ok"), ProtocolFault, True),
    ((202, b""), ProtocolFault, True),
]


@pytest.mark.parametrize(("answer", "meant", "maybe_done"), AFTER)
async def test_what_became_of_a_change(
    scim: Scim, answer: tuple[int, object], meant: object, maybe_done: bool
) -> None:
    setup = scim(user("u1", NUMBER), refuses={".*": answer})
    if isinstance(meant, type) and issubclass(meant, Exception):
        with pytest.raises(meant) as caught:
            await setup.unbind("u1")
        assert type(caught.value) is meant
        assert getattr(caught.value, "maybe_done", None) is maybe_done
        assert "13800001234" not in repr(caught.value)
    else:
        assert await setup.unbind("u1") == meant


async def test_another_users_resource_is_not_changed(scim: Scim) -> None:
    setup = scim(user("u1", NUMBER))
    setup.server.users["u1"]["id"] = "u2"
    with pytest.raises(ProtocolFault):
        await setup.unbind("u1")
    assert not setup.sent("PATCH")


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ("{scheme: basic, username: client, password: pin}", "Basic bWU6czM="),
        ("{scheme: oauth2, token: /token, client_id: client, client_secret: pin}", "Bearer x"),
    ],
)
async def test_other_credentials_can_be_used(acme: Acme, auth: str, header: str) -> None:
    acme.load(
        f"{MANIFEST}auth: {auth}\nconfig:\n  base_url: {{type: url}}\n"
        "  client: {type: text, default: me}\n  pin: {type: secret}\n",
        pin="s3",
    )
    server = Server()

    def respond(seen: ReceivedRequest) -> tuple[int, object]:
        if seen.path == "/token":
            return 200, {"access_token": "x", "token_type": "Bearer"}
        return server.respond(seen)

    acme.platform.respond = respond
    assert isinstance(await acme.lookup(), NotBound)
    users = [seen for seen in acme.seen if seen.path == "/Users"]
    assert all(seen.headers["authorization"] == header for seen in users)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("numbers: [e163]\n", "acme.yaml:7:11 numbers[0]: expected 'e164'"),
        ("numbers: []\n", "7:1 numbers: expected at least one entry"),
        ("bound_date: created\n", "7:1 bound_date: expected 'meta.created'"),
        ("auth: {scheme: bearer, secret: pin}\n", "7:24 auth.secret: there is no setting pin"),
        ("config: {token: {type: secret}}\n", "7:1 config: expected the setting base_url"),
        ("supports: {patch: true}\n", "7:1 supports.filter: missing; expected true or false"),
        (
            "auth: {scheme: api_key, field: k, secret: token}\n",
            "7:25 auth.field: SCIM does not have a field for the key",
        ),
        ("lookup: {}\n", "7:1 lookup: unexpected field; expected one of"),
    ],
)
def test_a_mistake_is_named_with_its_place(acme: Acme, more: str, message: str) -> None:
    assert message in complaint(acme.load, MANIFEST + more)


@pytest.mark.parametrize(
    ("value", "same"),
    [
        ("+8613800001234", True),
        ("13800001234", True),
        ("+86 138-0000-1234", True),
        ("tel:+86-138-0000-1234;ext=1", True),
        ("008613800001234", True),
        ("(138) 0000 1234", True),
        ("3800001234", False),
        ("13800001235", False),
        ("+113800001234", False),
        ("x13800001234", False),
        ("", False),
        (13800001234, False),
        (None, False),
    ],
)
def test_a_number_is_known_in_any_spelling_and_no_other_is(value: object, same: bool) -> None:
    assert is_number(value, Subject(number=NUMBER, region="CN")) is same


@given(st.text(alphabet="0123456789+- ()", max_size=20))
def test_no_other_number_is_taken_for_it(value: str) -> None:
    digits = re.sub("[^0-9]", "", value)
    same = is_number(value, Subject(number=NUMBER, region="CN"))
    assert same == (digits in {"13800001234", "8613800001234", "008613800001234"})
