"""A running sandbox, and for each platform how to look up and how to unbind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
import pytest

from jiebang.sandbox import Pace, populate, run_sandbox

TODAY = date(2026, 6, 1)
NEW_HOLDER, DEPARTING = "13900000001", "13900000002"


#: The meaning of codes inside an answer with status 200.
INSIDE: Mapping[object, int] = {
    3001: 400,
    4001: 401,
    2001: 404,
    "BAD_INPUT": 400,
    "BAD_ORDER": 400,
    "BAD_REPRESENTATION": 400,
    "UNAUTHENTICATED": 401,
    "LISTENER_NOT_FOUND": 404,
    "NO_RIDER": 404,
    "KEY_REUSED": 422,
    "REQUEST_ID_REUSED": 422,
}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def effective_status(self) -> int:
        """Return the status, or its equivalent where HTTP always says 200 and a code decides."""
        if self.status != 200 or not self.text.startswith("{"):
            return self.status
        errors = self.json.get("errors")
        word = errors[0]["extensions"]["code"] if errors else self.json.get("code")
        return INSIDE.get(word, 200)


BASIC = base64.b64encode(b"sandbox:sandbox-xuexi-password").decode()
CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    "yunpan": {"Authorization": "Bearer sandbox-yunpan-token"},
    "jisudai": {"X-Api-Key": "sandbox-jisudai-key"},
    "leshop": {},
    "tiandian": {"X-App-Token": "sandbox-tiandian-token"},
    "luntan": {"Authorization": "Bearer sandbox-luntan-token"},
    "zhiyou": {"apikey": "sandbox-zhiyou-key"},
    "manyou": {"Authorization": "Bearer sandbox-manyou-token"},
    "youxi": {"X-Game-Token": "sandbox-youxi-token"},
    "xuexi": {"Authorization": f"Basic {BASIC}"},
    "yikang": {"Authorization": "Bearer sandbox-yikang-token"},
    "gongju": {"X-Api-Key": "sandbox-gongju-key"},
    "chengshi": {"token": "sandbox-chengshi-token"},
    "huiyuan": {"Authorization": "Bearer sandbox-huiyuan-token"},
    "yunjian": {"Authorization": "Bearer sandbox-yunjian-token"},
    "kejiang": {"X-Kejiang-Key": "sandbox-kejiang-key"},
    "luming": {"Authorization": "Bearer sandbox-luming-token"},
    "shundao": {"X-Api-Key": "sandbox-shundao-key"},
    "qishan": {"Authorization": "Bearer sandbox-qishan-token"},
    "shimin": {"Authorization": "Bearer sandbox-shimin-token"},
    "heming": {"Authorization": "Bearer sandbox-heming-token"},
    "qingqi": {"X-Qingqi-Key": "sandbox-qingqi-key"},
    "yijian": {"X-Access-Key": "sandbox-yijian-key"},
}


KEYS: Mapping[str, str] = {
    "moye": "sandbox-moye-key",
    "tuyou": "sandbox-tuyou-key",
    "anhe": "sandbox-anhe-key",
    "feiguan": "sandbox-feiguan-secret",
    "wenlu": "sandbox-wenlu-secret",
}


@dataclass(frozen=True, slots=True)
class Client:
    """Calls the sandbox with these credentials (headers by platform)."""

    url: str
    session: aiohttp.ClientSession
    credentials: Mapping[str, Mapping[str, str]]
    app_key: str = "sandbox-leshop-key"
    #: Keys in the body, in the query or under a signature, by platform.
    keys: Mapping[str, str] = field(default_factory=lambda: dict(KEYS))

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        params: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = {**self.credentials.get(path.split("/")[1], {}), **(headers or {})}
        if key:
            sent["Idempotency-Key"] = key
        given: dict[str, Any] = {"json": body} if form is None else {"data": form}
        async with self.session.request(
            method, self.url + path, headers=sent, params=params, **given
        ) as reply:
            return Reply(
                reply.status,
                {name.lower(): value for name, value in reply.headers.items()},
                await reply.text(),
            )

    async def effects(self, platform: str) -> list[Any]:
        reply = await self.call("GET", "/inspect/effects", params={"platform": platform})
        return list(reply.json["effects"])

    async def key(self, platform: str, key: str) -> Any:
        reply = await self.call("GET", "/inspect/keys", params={"platform": platform})
        return next(each for each in reply.json["keys"] if each["key"] == key)

    async def fault(self, platform: str, fault: str, **rest: float) -> None:
        reply = await self.call(
            "POST", "/control/faults", {"platform": platform, "fault": fault, **rest}
        )
        assert reply.status == 200

    async def number_at(self, platform: str) -> str:
        """A number (11 digits) whose only account there can be unbound."""
        reply = await self.call("GET", "/inspect/accounts", params={"platform": platform})
        accounts: list[Any] = reply.json["accounts"]
        numbers = Counter(each["number"] for each in accounts)
        return next(
            str(each["number"])[3:]
            for each in accounts
            if numbers[each["number"]] == 1 and not each["flags"]
        )

    async def handle(self, platform: str, number: str, *, flag: str | None = None) -> str:
        """The number's first account there with this flag, or without any."""
        params = {"number": number, "platform": platform}
        reply = await self.call("GET", "/inspect/accounts", params=params)
        flags = [flag] if flag else []
        return next(
            str(each["account"])
            for each in reply.json["accounts"]
            if each["flags"] == flags and each["bound"]
        )


@pytest.fixture
def pace() -> Pace:
    return Pace(slow_seconds=0.02, callback_seconds=0.02, flaky_rate=0)


@pytest.fixture
async def fleet(pace: Pace) -> AsyncGenerator[Client, None]:
    population = populate(1, TODAY, numbers=30)
    async with (
        run_sandbox(population, seed=1, pace=pace) as url,
        aiohttp.ClientSession() as session,
    ):
        yield Client(url, session, CREDENTIALS)


End = Literal["done", "already"]


@dataclass(frozen=True, slots=True)
class Driver:
    """How to use one platform; numbers have 11 digits."""

    id: str
    ask: Callable[[Client, str], Awaitable[Reply]]
    read: Callable[[Reply], list[str]]
    order: Callable[[Client, str, str, str], Awaitable[Reply]]
    #: Follows an order to its end.
    end: Callable[[Client, Reply], Awaitable[End]]

    async def lookup(self, fleet: Client, number: str) -> list[str]:
        reply = await self.ask(fleet, number)
        if reply.status == 429:
            reply = await self.ask(fleet, number)
        while reply.status == 202 or "RUNNING" in reply.text:
            reply = await fleet.call("GET", f"/{self.id}/queries/{reply.json['query_id']}")
        assert reply.status == 200
        return self.read(reply)

    async def unbind(self, fleet: Client, number: str, handle: str, key: str) -> End:
        reply = await self.order(fleet, number, handle, key)
        if reply.status == 429:
            reply = await self.order(fleet, number, handle, key)
        return await self.end(fleet, reply)


def _immediate_end(already: str) -> Callable[[Client, Reply], Awaitable[End]]:
    """The reply itself is final, and contains `already` if nothing was left to do."""

    async def end(fleet: Client, reply: Reply) -> End:
        if already in reply.text:
            return "already"
        assert reply.status in (200, 201, 204), reply
        return "done"

    return end


async def _ticket_end(fleet: Client, reply: Reply) -> End:
    while reply.json["state"] != "DONE":
        path = f"/tiandian/open/unbind-tickets/{reply.json['ticket']}"
        reply = await fleet.call("GET", path)
    return "already" if reply.json["already"] else "done"


async def _case_end(fleet: Client, reply: Reply) -> End:
    while reply.json["state"] == "OPEN":
        reply = await fleet.call("GET", f"/luntan/api/unbind-cases/{reply.json['case_id']}")
    assert reply.json["state"] == "DONE"
    return "already" if reply.json["reason"] else "done"


def _list_reader(name: str, *path: str) -> Callable[[Reply], list[str]]:
    def read(reply: Reply) -> list[str]:
        found: Any = reply.json
        for step in path:
            found = found and found.get(step)
        rows: list[Any] = found or []
        return [str(each[name]) for each in rows]

    return read


def _scim_filter(number: str) -> dict[str, str]:
    return {"filter": f'phoneNumbers.value eq "{number}"'}


PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def _removal_patch(path: str) -> dict[str, object]:
    return {"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": path}]}


def _user_ids(reply: Reply) -> list[str]:
    return [str(each["id"]) for each in reply.json["Resources"]]


async def _yunjian_end(fleet: Client, reply: Reply) -> End:
    if reply.status == 400:
        assert reply.json["scimType"] == "noTarget"
        return "already"
    assert (reply.status, reply.json["phoneNumbers"]) == (200, [])
    return "done"


async def _ask_kejiang(fleet: Client, number: str) -> Reply:
    """Search in both forms in which a number may be stored there."""
    reply = await fleet.call("GET", "/kejiang/Users", params=_scim_filter(number))
    if reply.status != 200 or _user_ids(reply):
        return reply
    return await fleet.call("GET", "/kejiang/Users", params=_scim_filter(f"tel:+86{number}"))


async def _unbind_kejiang(fleet: Client, number: str, handle: str, key: str) -> Reply:
    user = await fleet.call("GET", f"/kejiang/Users/{handle}")
    if "mobile" not in user.text:
        return user
    return await fleet.call("PATCH", f"/kejiang/Users/{handle}", _removal_patch("phoneNumbers"))


async def _ask_qishan(fleet: Client, number: str) -> Reply:
    reply = await fleet.call("GET", "/qishan/api/guests", params={"tel": number})
    if reply.status != 200 or reply.json["guests"]:
        return reply
    return await fleet.call("GET", "/qishan/api/guests", params={"tel": f"+86{number}"})


async def _unbind_qishan(fleet: Client, number: str, handle: str, key: str) -> Reply:
    reply = await fleet.call("DELETE", f"/qishan/api/guests/{handle}/tel")
    assert reply.text == ""
    return reply


async def _qishan_end(fleet: Client, reply: Reply) -> End:
    assert reply.status in (204, 410)
    return "done" if reply.status == 204 else "already"


async def _call_wenlu(
    fleet: Client, method: str, path: str, number: str, key: str | None = None
) -> Reply:
    """Call with a token of its own."""
    pair = base64.b64encode(f"sandbox:{fleet.keys['wenlu']}".encode()).decode()
    granted = await fleet.call(
        "POST",
        "/wenlu/oauth/token",
        form={"grant_type": "client_credentials", "scope": "phone"},
        headers={"Authorization": f"Basic {pair}"},
    )
    if granted.status != 200:
        return granted
    headers = {"Authorization": f"Bearer {granted.json['access_token']}"}
    if method == "GET":
        return await fleet.call(method, path, params={"mobile": f"+86{number}"}, headers=headers)
    order = {"mobile": f"+86{number}", "requestId": key}
    return await fleet.call(method, path, order, headers=headers)


async def _call_feiguan(
    fleet: Client, method: str, path: str, number: str, key: str | None = None
) -> Reply:
    """Call with a signature."""
    sent = "" if method == "GET" else json.dumps({"phone": f"86{number}"})
    query = f"phone={quote(f'86{number}', safe='')}" if method == "GET" else ""
    stamp, nonce = str(int(time.time())), secrets.token_hex(8)
    digest = hashlib.sha256(sent.encode()).hexdigest()
    text = "\n".join((method, path, query, stamp, nonce, digest))
    headers = {
        "X-Feiguan-App": "sandbox-feiguan-app",
        "X-Feiguan-Time": stamp,
        "X-Feiguan-Nonce": nonce,
        "X-Feiguan-Sign": hmac.digest(
            fleet.keys["feiguan"].encode(), text.encode(), "sha256"
        ).hex(),
    }
    body = None if method == "GET" else json.loads(sent)
    params = {"phone": f"86{number}"} if method == "GET" else None
    return await fleet.call(method, path, body, params=params, headers=headers, key=key)


def _graphql(platform: str, document: str, **variables: object) -> tuple[str, dict[str, object]]:
    return f"/{platform}/graphql", {"query": document, "variables": variables}


async def _post(fleet: Client, request: tuple[str, object]) -> Reply:
    return await fleet.call("POST", request[0], request[1])


LISTENERS = "query ($phone: String!) { listeners(phone: $phone) { nodes { id } total next } }"
DETACH = "mutation ($input: OrderInput!) { detachPhone(input: $input) { state } }"
RIDERS = (
    "query ($who: [_Any!]!) { _entities(representations: $who) { ... on Phone { riders { id } } } }"
)
RELEASE = "mutation ($input: RiderOrder!) { releasePhone(input: $input) { result } }"


def _rider_ids(reply: Reply) -> list[str]:
    return [str(each["id"]) for each in reply.json["data"]["_entities"][0]["riders"]]


DRIVERS = (
    Driver(
        "yunpan",
        lambda f, n: f.call("GET", "/yunpan/v1/bindings", params={"phone": f"+86{n}"}),
        _list_reader("id", "bindings"),
        lambda f, n, h, k: f.call("DELETE", f"/yunpan/v1/bindings/{h}", key=k),
        _immediate_end("ALREADY_UNBOUND"),
    ),
    Driver(
        "jisudai",
        lambda f, n: f.call("POST", "/jisudai/api/customer/query", {"req": {"mobile": n}}),
        _list_reader("contractNo", "resp", "body", "customer", "contracts"),
        lambda f, n, h, k: f.call(
            "POST",
            "/jisudai/api/customer/unbind",
            {"req": {"mobile": n, "contractNo": h, "requestNo": k}},
        ),
        _immediate_end("ALREADY_UNBOUND"),
    ),
    Driver(
        "leshop",
        lambda f, n: f.call(
            "GET", "/leshop/rest/phone/accounts", params={"tel": f"86{n}", "appKey": f.app_key}
        ),
        _list_reader("uid", "data", "list"),
        lambda f, n, h, k: f.call(
            "POST", "/leshop/rest/phone/unbind", {"tel": f"86{n}", "uid": h, "appKey": f.app_key}
        ),
        _immediate_end("2004"),
    ),
    Driver(
        "tiandian",
        lambda f, n: f.call("GET", "/tiandian/open/members", params={"mobile": f"+86{n}"}),
        _list_reader("memberId", "result", "members"),
        lambda f, n, h, k: f.call(
            "POST",
            "/tiandian/open/unbind-tickets",
            {"mobile": f"+86{n}", "memberId": h},
            key=k,
        ),
        _ticket_end,
    ),
    Driver(
        "luntan",
        lambda f, n: f.call("GET", "/luntan/api/users", params={"phone_number": f"86{n}"}),
        _list_reader("user_id", "users"),
        lambda f, n, h, k: f.call(
            "POST",
            "/luntan/api/unbind-cases",
            {"phone_number": f"86{n}", "user_id": h, "case_key": k},
        ),
        _case_end,
    ),
    Driver(
        "zhiyou",
        lambda f, n: f.call("GET", "/zhiyou/v2/candidates", params={"mobile": n}),
        _list_reader("candidateId", "data"),
        lambda f, n, h, k: f.call(
            "POST", f"/zhiyou/v2/candidates/{h}/release-phone", {"mobile": n}, key=k
        ),
        _immediate_end('"already":true'),
    ),
    Driver(
        "manyou",
        lambda f, n: f.call("GET", "/manyou/members", params={"phone": f"+86{n}"}),
        _list_reader("member"),
        lambda f, n, h, k: f.call("DELETE", f"/manyou/members/{h}/phone"),
        _immediate_end("already_unbound"),
    ),
    Driver(
        "youxi",
        lambda f, n: f.call("POST", "/youxi/player/query", {"phone": n}),
        _list_reader("playerId", "players"),
        lambda f, n, h, k: f.call(
            "POST", "/youxi/player/unbind", {"phone": n, "playerId": h, "orderId": k}
        ),
        _immediate_end("was_unbound"),
    ),
    Driver(
        "xuexi",
        lambda f, n: f.call("GET", "/xuexi/api/learners", params={"phone": n}),
        _list_reader("learner_no", "learners"),
        lambda f, n, h, k: f.call(
            "POST", "/xuexi/api/learners/unbind", {"phone": n, "learner_no": h}
        ),
        _immediate_end("already"),
    ),
    Driver(
        "yikang",
        lambda f, n: f.call("POST", "/yikang/api/patient/search", {"telecom": f"+86{n}"}),
        lambda reply: [str(each["resource"]["id"]) for each in reply.json["entry"]],
        lambda f, n, h, k: f.call(
            "POST", f"/yikang/api/patient/{h}/detach-telecom", {"telecom": f"+86{n}"}, key=k
        ),
        _immediate_end("already-detached"),
    ),
    Driver(
        "gongju",
        lambda f, n: f.call("GET", "/gongju/v1/users", params={"cell": f"86{n}"}),
        _list_reader("uid", "items"),
        lambda f, n, h, k: f.call(
            "POST", f"/gongju/v1/users/{h}/unbind", {"cell": f"86{n}"}, key=k
        ),
        _immediate_end('"already":true'),
    ),
    Driver(
        "chengshi",
        lambda f, n: f.call("POST", "/chengshi/service/query", {"tel": n}),
        _list_reader("huHao", "rows"),
        lambda f, n, h, k: f.call("POST", "/chengshi/service/unbind", {"tel": n, "huHao": h}),
        _immediate_end("never says so"),
    ),
    Driver(
        "huiyuan",
        lambda f, n: f.call("POST", "/huiyuan/queries", {"phone": f"+86{n}"}),
        _list_reader("card", "cards"),
        lambda f, n, h, k: f.call("DELETE", f"/huiyuan/cards/{h}/phone", key=k),
        _immediate_end('"already":true'),
    ),
    Driver(
        "yunjian",
        lambda f, n: f.call("GET", "/yunjian/Users", params=_scim_filter(f"+86{n}")),
        _user_ids,
        lambda f, n, h, k: f.call(
            "PATCH", f"/yunjian/Users/{h}", _removal_patch(f'phoneNumbers[value eq "+86{n}"]')
        ),
        _yunjian_end,
    ),
    Driver("kejiang", _ask_kejiang, _user_ids, _unbind_kejiang, _immediate_end("010-62770000")),
    Driver(
        "luming",
        lambda f, n: _post(f, _graphql("luming", LISTENERS, phone=f"+86{n}")),
        _list_reader("id", "data", "listeners", "nodes"),
        lambda f, n, h, k: _post(
            f,
            _graphql("luming", DETACH, input={"listenerId": h, "phone": f"+86{n}", "key": k}),
        ),
        _immediate_end("ALREADY_DONE"),
    ),
    Driver(
        "shundao",
        lambda f, n: _post(
            f, _graphql("shundao", RIDERS, who=[{"__typename": "Phone", "number": f"+86{n}"}])
        ),
        _rider_ids,
        lambda f, n, h, k: _post(
            f,
            _graphql("shundao", RELEASE, input={"riderId": h, "phone": f"+86{n}", "requestId": k}),
        ),
        _immediate_end("RELEASED_BEFORE"),
    ),
    Driver(
        "wenlu",
        lambda f, n: _call_wenlu(f, "GET", "/wenlu/v1/clients", n),
        _list_reader("clientId", "clients"),
        lambda f, n, h, k: _call_wenlu(f, "POST", f"/wenlu/v1/clients/{h}/mobile-releases", n, k),
        _immediate_end('"repeated":true'),
    ),
    Driver(
        "feiguan",
        lambda f, n: _call_feiguan(f, "GET", "/feiguan/parcel/recipients", n),
        _list_reader("recipientNo", "recipients"),
        lambda f, n, h, k: _call_feiguan(
            f, "POST", f"/feiguan/parcel/recipients/{h}/phone-removals", n, k
        ),
        _immediate_end("REMOVED_EARLIER"),
    ),
    Driver(
        "moye",
        lambda f, n: f.call(
            "GET", "/moye/readers", params={"phone": f"86{n}", "api_key": f.keys["moye"]}
        ),
        _list_reader("rid", "items"),
        lambda f, n, h, k: f.call(
            "DELETE",
            f"/moye/readers/{h}/phone",
            params={"request_id": k, "api_key": f.keys["moye"]},
        ),
        _immediate_end("unlinked_before"),
    ),
    Driver(
        "tuyou",
        lambda f, n: f.call(
            "POST", "/tuyou/gateway/cards", form={"mobile": n, "app_key": f.keys["tuyou"]}
        ),
        _list_reader("no", "cards"),
        lambda f, n, h, k: f.call(
            "POST",
            "/tuyou/gateway/release",
            form={"mobile": n, "no": h, "serial": k, "app_key": f.keys["tuyou"]},
        ),
        _immediate_end('"repeat":true'),
    ),
    Driver("qishan", _ask_qishan, _list_reader("guest", "guests"), _unbind_qishan, _qishan_end),
    Driver(
        "anhe",
        lambda f, n: f.call(
            "POST",
            "/anhe/open/holders",
            {"auth": {"key": f.keys["anhe"]}, "data": {"mobile": n}},
        ),
        _list_reader("holderId", "holders"),
        lambda f, n, h, k: f.call(
            "POST",
            "/anhe/open/holders/unbind",
            {
                "auth": {"key": f.keys["anhe"]},
                "data": {"mobile": n, "holderId": h, "serial": k},
            },
        ),
        _immediate_end('"again":true'),
    ),
    Driver(
        "shimin",
        lambda f, n: f.call("GET", "/shimin/v1/cards", params={"mobile": n}),
        _list_reader("card", "cards"),
        lambda f, n, h, k: f.call(
            "POST", "/shimin/v1/cards/release", {"mobile": n, "card": h, "serial": k}
        ),
        _immediate_end("RELEASED_EARLIER"),
    ),
)


@pytest.fixture
def drivers() -> dict[str, Driver]:
    return {driver.id: driver for driver in DRIVERS}


@pytest.fixture(params=[driver.id for driver in DRIVERS])
def platform(request: pytest.FixtureRequest, drivers: dict[str, Driver]) -> Driver:
    """Each platform that supports lookups and unbindings, in turn."""
    return drivers[request.param]
