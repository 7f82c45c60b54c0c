"""乐购商城: HTTP 200 whatever happens; the truth is in `code`."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, Visit
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import Verdict

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


def _says(code: int, msg: str, data: object = None) -> Answer:
    return Answer(body={"code": code, "msg": msg, "data": data})


BAD_REQUEST = _says(3001, "参数错误")
UNBOUND = {
    Verdict.DONE: _says(0, "解绑成功"),
    Verdict.ALREADY: _says(2004, "已解绑"),
    Verdict.NO_SUCH_ACCOUNT: _says(2001, "账号不存在"),
}


def open_site(site: Site) -> None:
    def lookup(visit: Visit) -> Answer:
        number = formats.d86(visit.query("tel"))
        if number is None:
            return BAD_REQUEST
        users = [
            {
                "uid": account.id,
                "nick": account.nickname,
                "regDate": formats.compact_day(account.bound_at),
            }
            for account in site.bound(number)
        ]
        return _says(0, "成功", {"list": users}) if users else _says(1001, "该手机号未注册")

    def unbind(visit: Visit) -> Answer:
        number, uid = formats.d86(visit.text("tel")), visit.text("uid")
        if not (number and uid):
            return BAD_REQUEST
        return UNBOUND[site.unbind(uid, number)]

    def knows_key(visit: Visit) -> bool:
        return KEY in (visit.query("appKey"), visit.text("appKey"))

    site.guard(knows_key, _says(4001, "appKey无效"))
    site.route("GET", "/rest/phone/accounts", lookup)
    site.route("POST", "/rest/phone/unbind", unbind, writes=True)
