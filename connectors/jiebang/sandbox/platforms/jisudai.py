"""急速贷: nests everything deep inside `req` and `resp`; keeps the number while a loan is open."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-jisudai-key"
PLATFORM = Platform(
    id="jisudai",
    zh="急速贷",
    en="Jisu Loan",
    category="lending",
    date_format="ms",
    idempotency="key",
    credentials={"api_key": KEY},
)


def _resp(body: object, status: int = 200, code: str = "0000", desc: str = "成功") -> Answer:
    return Answer(status, {"resp": {"header": {"code": code, "desc": desc}, "body": body}})


NO_CONTRACT = _resp(None, 404, "2404", "合同不存在")
KEY_REUSED = _resp(None, 422, "2422", "请求流水号重复")
UNBOUND = {
    OrderOutcome.DONE: _resp({"result": "UNBOUND"}),
    OrderOutcome.ALREADY: _resp({"result": "ALREADY_UNBOUND"}),
    OrderOutcome.NO_SUCH_ACCOUNT: NO_CONTRACT,
    OrderOutcome.REFUSED: _resp(None, 409, "2301", "存在未结清借款"),
}
STOPPED = {
    OrderOutcome.DONE: _resp({"result": "STOPPED"}),
    OrderOutcome.ALREADY: _resp({"result": "ALREADY_STOPPED"}),
    OrderOutcome.NO_SUCH_ACCOUNT: NO_CONTRACT,
}


def register_routes(site: Site) -> None:
    def contract(account: Account) -> object:
        silenced = site.world.is_marked(account, Operation.CONTACT_STOP)
        return {
            "contractNo": account.id,
            "nickName": account.nickname,
            "bindTime": formats.epoch_ms(account.bound_at),
            "status": {
                "contact": "STOPPED" if silenced else "ACTIVE",
                "restrictions": ["UNSETTLED_DEBT"] if Flag.DEBT in account.flags else [],
            },
        }

    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.text("req", "mobile")))
        return _resp(
            {"customer": {"contracts": [contract(each) for each in site.bound_accounts(number)]}}
        )

    def order(parsed: ParsedRequest) -> Order:
        number = require(formats.d11(parsed.text("req", "mobile")))
        return Order(parsed.text("req", "requestNo"), parsed.text("req", "contractNo"), number)

    site.guard(
        lambda parsed: parsed.header("x-api-key") == KEY,
        _resp(None, 401, "4010", "密钥无效"),
        _resp(None, 400, "4000", "请求参数错误"),
    )
    site.route("POST", "/api/customer/query", lookup)
    for path, operation, answers in (
        ("unbind", Operation.UNBIND, UNBOUND),
        ("contact/stop", Operation.CONTACT_STOP, STOPPED),
    ):
        site.order_route("POST", f"/api/customer/{path}", operation, order, answers, KEY_REUSED)
