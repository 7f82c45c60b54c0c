"""工具箱: keeps a number that is the only login of the account."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-gongju-key"
PLATFORM = Platform(
    id="gongju",
    zh="工具箱",
    en="Toolbox",
    category="tools",
    number_format="D86",
    date_format="ymd",
    idempotency="key",
    credentials={"api_key": KEY},
)


def _error(status: int, code: str, hint: str) -> Answer:
    return Answer(status, {"ok": False, "code": code, "hint": hint})


UNBOUND = {
    OrderOutcome.DONE: Answer(body={"ok": True, "already": False}),
    OrderOutcome.ALREADY: Answer(body={"ok": True, "already": True}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "NO_USER", "没有这个用户"),
    OrderOutcome.REFUSED: _error(422, "SOLE_LOGIN", "手机号是唯一登录方式，请先绑定邮箱"),
}
KEY_REUSED = _error(422, "KEY_REUSED", "幂等键已用于其他请求")


def _item(account: Account) -> object:
    return {
        "uid": account.id,
        "nick": account.nickname,
        "bound": formats.compact_day(account.bound_at),
        "login_methods": ["phone"] if Flag.SOLE_LOGIN in account.flags else ["phone", "email"],
    }


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.d86(parsed.query("cell")))
        return Answer(body={"items": [_item(account) for account in site.bound_accounts(number)]})

    def order(parsed: ParsedRequest) -> Order:
        number = require(formats.d86(parsed.text("cell")))
        return Order(parsed.header("idempotency-key"), parsed.path_param("uid"), number)

    site.guard(
        lambda parsed: parsed.header("x-api-key") == KEY,
        _error(401, "BAD_KEY", "密钥无效"),
        _error(400, "BAD_REQUEST", "请求参数错误"),
    )
    site.route("GET", "/v1/users", lookup)
    path = "/v1/users/{uid}/unbind"
    site.order_route("POST", path, Operation.UNBIND, order, UNBOUND, KEY_REUSED)
