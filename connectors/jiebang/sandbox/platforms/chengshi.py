"""城市水电: not idempotent. Every order that gets through is carried out again."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.site import Site

TOKEN = "sandbox-chengshi-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="chengshi",
    zh="城市水电",
    en="City Utilities",
    category="utilities",
    number_format="D11",
    date_format="ymd",
    idempotency="none",
    credentials={"token": TOKEN},
)


def _ret(status: int, code: str, msg: str, **rest: object) -> Answer:
    return Answer(status, {"retCode": code, "retMsg": msg, **rest})


BAD_REQUEST = _ret(400, "100001", "参数错误")


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        number = formats.d11(parsed.text("tel"))
        if number is None:
            return BAD_REQUEST
        rows = [
            {
                "huHao": account.id,
                "huMing": account.nickname,
                "bangDing": formats.compact_day(account.bound_at),
            }
            for account in site.bound_accounts(number)
        ]
        return _ret(200, "000000", "成功", rows=rows)

    def unbind(parsed: ParsedRequest) -> Answer:
        number, house = formats.d11(parsed.text("tel")), parsed.text("huHao")
        if not (number and house):
            return BAD_REQUEST
        account = site.find(house, number)
        if account is None:
            return _ret(404, "100404", "户号不存在")
        site.world.detach(account, "", site.platform.id)
        serial = token(site.world.seed, len(site.world.journal.effects), length=16)
        return _ret(200, "000000", "成功", liuShui=serial)

    site.guard(lambda parsed: parsed.header("token") == TOKEN, _ret(401, "100401", "令牌无效"))
    site.route("POST", "/service/query", lookup)
    site.route("POST", "/service/unbind", unbind, writes=True)
