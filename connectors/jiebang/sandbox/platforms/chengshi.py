"""城市水电: not idempotent. Every order that gets through is carried out again."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.site import Site

TOKEN = "sandbox-chengshi-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="chengshi",
    zh="城市水电",
    en="City Utilities",
    category="utilities",
    date_format="ymd",
    credentials={"token": TOKEN},
)


def _ret(status: int, code: str, msg: str, **rest: object) -> Answer:
    return Answer(status, {"retCode": code, "retMsg": msg, **rest})


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.d11(parsed.text("tel"))))
        listed = rows(found, "huHao", "huMing", "bangDing", formats.compact_day)
        return _ret(200, "000000", "成功", rows=listed)

    def unbind(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.text("tel")))
        account = site.find(require(parsed.text("huHao")), number)
        if account is None:
            return _ret(404, "100404", "户号不存在")
        site.world.detach(account, "", site.platform.id)
        serial = token(site.world.seed, len(site.world.journal.effects), length=16)
        return _ret(200, "000000", "成功", liuShui=serial)

    site.guard(
        lambda parsed: parsed.header("token") == TOKEN,
        _ret(401, "100401", "令牌无效"),
        _ret(400, "100001", "参数错误"),
    )
    site.route("POST", "/service/query", lookup)
    site.route("POST", "/service/unbind", unbind, writes=True)
