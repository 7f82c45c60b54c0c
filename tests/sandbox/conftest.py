"""A running fleet, and for each platform how to ask it and how to unbind there."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import aiohttp
import pytest

from jiebang.sandbox import Pace, populate, running

TODAY = date(2026, 6, 1)
NEW_HOLDER, DEPARTING = "13900000001", "13900000002"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


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
    "yijian": {"X-Access-Key": "sandbox-yijian-key"},
}


@dataclass(frozen=True, slots=True)
class Client:
    """Calls the fleet with these credentials (headers by platform)."""

    url: str
    session: aiohttp.ClientSession
    credentials: Mapping[str, Mapping[str, str]]
    app_key: str = "sandbox-leshop-key"

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        params: dict[str, str] | None = None,
    ) -> Reply:
        sent = dict(self.credentials.get(path.split("/")[1], {}))
        if key:
            sent["Idempotency-Key"] = key
        async with self.session.request(
            method, self.url + path, json=body, headers=sent, params=params
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

    async def handle(self, platform: str, number: str, *, flag: str | None = None) -> str:
        """The first account there that carries the number and has this flag, or none."""
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
    async with running(population, seed=1, pace=pace) as url, aiohttp.ClientSession() as session:
        yield Client(url, session, CREDENTIALS)


End = Literal["done", "already"]


@dataclass(frozen=True, slots=True)
class Driver:
    """How to use one platform; numbers are 11 digits."""

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


def _at_once(already: str) -> Callable[[Client, Reply], Awaitable[End]]:
    """The reply itself is the end, and holds `already` when nothing was left to do."""

    async def end(fleet: Client, reply: Reply) -> End:
        if already in reply.text:
            return "already"
        assert reply.status in (200, 204), reply
        return "done"

    return end


async def _ticket(fleet: Client, reply: Reply) -> End:
    while reply.json["state"] != "DONE":
        path = f"/tiandian/open/unbind-tickets/{reply.json['ticket']}"
        reply = await fleet.call("GET", path)
    return "already" if reply.json["already"] else "done"


async def _case(fleet: Client, reply: Reply) -> End:
    while reply.json["state"] == "OPEN":
        reply = await fleet.call("GET", f"/luntan/api/unbind-cases/{reply.json['case_id']}")
    assert reply.json["state"] == "DONE"
    return "already" if reply.json["reason"] else "done"


def _listed(name: str, *path: str) -> Callable[[Reply], list[str]]:
    def read(reply: Reply) -> list[str]:
        found: Any = reply.json
        for step in path:
            found = found and found.get(step)
        rows: list[Any] = found or []
        return [str(each[name]) for each in rows]

    return read


DRIVERS = (
    Driver(
        "yunpan",
        lambda f, n: f.call("GET", "/yunpan/v1/bindings", params={"phone": f"+86{n}"}),
        _listed("id", "bindings"),
        lambda f, n, h, k: f.call("DELETE", f"/yunpan/v1/bindings/{h}", key=k),
        _at_once("ALREADY_UNBOUND"),
    ),
    Driver(
        "jisudai",
        lambda f, n: f.call("POST", "/jisudai/api/customer/query", {"req": {"mobile": n}}),
        _listed("contractNo", "resp", "body", "customer", "contracts"),
        lambda f, n, h, k: f.call(
            "POST",
            "/jisudai/api/customer/unbind",
            {"req": {"mobile": n, "contractNo": h, "requestNo": k}},
        ),
        _at_once("ALREADY_UNBOUND"),
    ),
    Driver(
        "leshop",
        lambda f, n: f.call(
            "GET", "/leshop/rest/phone/accounts", params={"tel": f"86{n}", "appKey": f.app_key}
        ),
        _listed("uid", "data", "list"),
        lambda f, n, h, k: f.call(
            "POST", "/leshop/rest/phone/unbind", {"tel": f"86{n}", "uid": h, "appKey": f.app_key}
        ),
        _at_once("2004"),
    ),
    Driver(
        "tiandian",
        lambda f, n: f.call("GET", "/tiandian/open/members", params={"mobile": f"+86{n}"}),
        _listed("memberId", "result", "members"),
        lambda f, n, h, k: f.call(
            "POST",
            "/tiandian/open/unbind-tickets",
            {"mobile": f"+86{n}", "memberId": h},
            key=k,
        ),
        _ticket,
    ),
    Driver(
        "luntan",
        lambda f, n: f.call("GET", "/luntan/api/users", params={"phone_number": f"86{n}"}),
        _listed("user_id", "users"),
        lambda f, n, h, k: f.call(
            "POST",
            "/luntan/api/unbind-cases",
            {"phone_number": f"86{n}", "user_id": h, "case_key": k},
        ),
        _case,
    ),
    Driver(
        "zhiyou",
        lambda f, n: f.call("GET", "/zhiyou/v2/candidates", params={"mobile": n}),
        _listed("candidateId", "data"),
        lambda f, n, h, k: f.call(
            "POST", f"/zhiyou/v2/candidates/{h}/release-phone", {"mobile": n}, key=k
        ),
        _at_once('"already":true'),
    ),
    Driver(
        "manyou",
        lambda f, n: f.call("GET", "/manyou/members", params={"phone": f"+86{n}"}),
        _listed("member"),
        lambda f, n, h, k: f.call("DELETE", f"/manyou/members/{h}/phone"),
        _at_once("already_unbound"),
    ),
    Driver(
        "youxi",
        lambda f, n: f.call("POST", "/youxi/player/query", {"phone": n}),
        _listed("playerId", "players"),
        lambda f, n, h, k: f.call(
            "POST", "/youxi/player/unbind", {"phone": n, "playerId": h, "orderId": k}
        ),
        _at_once("was_unbound"),
    ),
    Driver(
        "xuexi",
        lambda f, n: f.call("GET", "/xuexi/api/learners", params={"phone": n}),
        _listed("learner_no", "learners"),
        lambda f, n, h, k: f.call(
            "POST", "/xuexi/api/learners/unbind", {"phone": n, "learner_no": h}
        ),
        _at_once("already"),
    ),
    Driver(
        "yikang",
        lambda f, n: f.call("POST", "/yikang/api/patient/search", {"telecom": f"+86{n}"}),
        lambda reply: [str(each["resource"]["id"]) for each in reply.json["entry"]],
        lambda f, n, h, k: f.call(
            "POST", f"/yikang/api/patient/{h}/detach-telecom", {"telecom": f"+86{n}"}, key=k
        ),
        _at_once("already-detached"),
    ),
    Driver(
        "gongju",
        lambda f, n: f.call("GET", "/gongju/v1/users", params={"cell": f"86{n}"}),
        _listed("uid", "items"),
        lambda f, n, h, k: f.call(
            "POST", f"/gongju/v1/users/{h}/unbind", {"cell": f"86{n}"}, key=k
        ),
        _at_once('"already":true'),
    ),
    Driver(
        "chengshi",
        lambda f, n: f.call("POST", "/chengshi/service/query", {"tel": n}),
        _listed("huHao", "rows"),
        lambda f, n, h, k: f.call("POST", "/chengshi/service/unbind", {"tel": n, "huHao": h}),
        _at_once("never says so"),
    ),
    Driver(
        "huiyuan",
        lambda f, n: f.call("POST", "/huiyuan/queries", {"phone": f"+86{n}"}),
        _listed("card", "cards"),
        lambda f, n, h, k: f.call("DELETE", f"/huiyuan/cards/{h}/phone", key=k),
        _at_once('"already":true'),
    ),
)


@pytest.fixture
def drivers() -> dict[str, Driver]:
    return {driver.id: driver for driver in DRIVERS}


@pytest.fixture(params=[driver.id for driver in DRIVERS])
def platform(request: pytest.FixtureRequest, drivers: dict[str, Driver]) -> Driver:
    """Each platform in turn that can look up and unbind for itself."""
    return drivers[request.param]
