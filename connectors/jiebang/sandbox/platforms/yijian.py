"""一键通查: an aggregator for four apps that reports dates only as before or after."""

from __future__ import annotations

from datetime import date
from typing import cast

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account
from jiebang.sandbox.answers import Answer, BadRequest, ParsedRequest, as_object, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import App, Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-yijian-key"
PLATFORM = Platform(
    id="yijian",
    zh="一键通查",
    en="Yijian",
    category="tools",
    date_format="before",
    idempotency="key",
    credentials={"access_key": KEY},
    apps=(
        App(id="dabo", zh="大博", en="Dabo", category="social"),
        App(id="taoshi", zh="淘市", en="Taoshi", category="shopping"),
        App(id="meiwei", zh="美味外卖", en="Meiwei", category="shopping"),
        App(id="kuaixiu", zh="快秀", en="Kuaixiu", category="media"),
    ),
)
UNBOUND = {
    OrderOutcome.DONE: "UNBOUND",
    OrderOutcome.ALREADY: "ALREADY_UNBOUND",
    OrderOutcome.NO_SUCH_ACCOUNT: "NOT_FOUND",
}


def _error(status: int, code: str, msg: str) -> Answer:
    return Answer(status, {"error_code": code, "error_msg": msg})


KEY_REUSED = _error(422, "KEY_REUSED", "幂等键已用于其他请求")


def _account(account: Account, held_since: date | None) -> object:
    before = None if held_since is None else account.bound_at.date() < held_since
    return {"account_id": account.id, "mask": account.nickname[0] + "**", "before": before}


def _apps(parsed: ParsedRequest) -> list[str]:
    """Return the requested apps, all if none is named."""
    given = parsed.value("apps")
    if given is None:
        return list(PLATFORM.app_ids)
    if not isinstance(given, list):
        raise BadRequest
    wanted = [app for app in PLATFORM.app_ids if app in given]
    if len(wanted) != len(cast("list[object]", given)):
        raise BadRequest
    return wanted


def _items(parsed: ParsedRequest) -> list[tuple[str, str]]:
    """Return the (app, account) pairs of an order."""
    given = parsed.value("items")
    if not isinstance(given, list) or not given:
        raise BadRequest
    pairs: list[tuple[str, str]] = []
    for item in cast("list[object]", given):
        entry = as_object(item)
        app, account = entry.get("app"), entry.get("account_id")
        if not (isinstance(app, str) and isinstance(account, str)):
            raise BadRequest
        pairs.append((app, account))
    return pairs


def register_routes(site: Site) -> None:
    def request_id() -> str:
        return "R" + token(site.world.seed, len(site.world.journal.requests), length=16)

    def result(app: str, number: str, held_since: date | None) -> object:
        if app == "kuaixiu" and number.endswith("1"):
            return {"app": app, "status": "SERVICE_BUSY", "accounts": []}
        accounts = [_account(each, held_since) for each in site.world.bound_accounts(app, number)]
        status = "REGISTERED" if accounts else "NOT_REGISTERED"
        return {"app": app, "status": status, "accounts": accounts}

    def lookup(parsed: ParsedRequest) -> Answer:
        number, apps = require(formats.d11(parsed.text("phone"))), _apps(parsed)
        since = parsed.value("held_since")
        try:
            held_since = None if since is None else date.fromisoformat(str(since))
        except ValueError:
            raise BadRequest from None
        results = [result(app, number, held_since) for app in apps]
        return Answer(body={"request_id": request_id(), "results": results})

    def unbind_one(app: str, account_id: str, number: str, key: str) -> OrderOutcome:
        account = site.world.find(app, account_id, number)
        if account is None or app not in PLATFORM.app_ids:
            return OrderOutcome.NO_SUCH_ACCOUNT
        return site.world.unbind(account, key, site.platform.id)

    def unbind(parsed: ParsedRequest) -> Answer:
        number, items = require(formats.d11(parsed.text("phone"))), _items(parsed)
        key = require(parsed.header("idempotency-key"))

        def act() -> Answer:
            results = [
                {
                    "app": app,
                    "account_id": account,
                    "status": UNBOUND[unbind_one(app, account, number, key)],
                }
                for app, account in items
            ]
            return Answer(body={"request_id": request_id(), "results": results})

        subject = " ".join(f"{app}:{account}" for app, account in sorted(items))
        return site.run_once(key, Operation.UNBIND, subject, act, KEY_REUSED)

    site.guard(
        lambda parsed: parsed.header("x-access-key") == KEY,
        _error(401, "INVALID_ACCESS_KEY", "访问密钥无效"),
        _error(400, "INVALID_PARAM", "请求参数错误"),
    )
    site.route("POST", "/v1/query", lookup)
    site.route("POST", "/v1/unbind", unbind, writes=True)
