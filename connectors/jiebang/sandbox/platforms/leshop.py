"""乐购商城: always answers HTTP 200; the real status is in `code`."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-leshop-key"
PLATFORM = Platform(
    id="leshop",
    zh="乐购商城",
    en="Legou Mall",
    category="shopping",
    number_format="D86",
    date_format="ymd",
    idempotency="natural",
    credentials={"app_key": KEY},
)


def _answer(code: int, msg: str, data: object = None) -> Answer:
    return Answer(body={"code": code, "msg": msg, "data": data})


UNBOUND = {
    OrderOutcome.DONE: _answer(0, "解绑成功"),
    OrderOutcome.ALREADY: _answer(2004, "已解绑"),
    OrderOutcome.NO_SUCH_ACCOUNT: _answer(2001, "账号不存在"),
}


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.d86(parsed.query("tel"))))
        users = rows(found, "uid", "nick", "regDate", formats.compact_day)
        return _answer(0, "成功", {"list": users}) if users else _answer(1001, "该手机号未注册")

    def unbind(parsed: ParsedRequest) -> Answer:
        number = require(formats.d86(parsed.text("tel")))
        return UNBOUND[site.unbind(require(parsed.text("uid")), number)]

    def has_key(parsed: ParsedRequest) -> bool:
        return KEY in (parsed.query("appKey"), parsed.text("appKey"))

    site.guard(has_key, _answer(4001, "appKey无效"), _answer(3001, "参数错误"))
    site.route("GET", "/rest/phone/accounts", lookup)
    site.route("POST", "/rest/phone/unbind", unbind, writes=True)
