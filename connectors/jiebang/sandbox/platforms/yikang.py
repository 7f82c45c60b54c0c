"""医康: keeps a patient's number as long as the law requires."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-yikang-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="yikang",
    zh="医康",
    en="Yikang Health",
    category="health",
    number_format="E164",
    date_format="instant",
    idempotency="key",
    credentials={"token": TOKEN},
)


def _issue(status: int, code: str, diagnostics: str) -> Answer:
    return Answer(status, {"issue": [{"code": code, "diagnostics": diagnostics}]})


UNBOUND = {
    OrderOutcome.DONE: Answer(body={"outcome": "detached"}),
    OrderOutcome.ALREADY: Answer(body={"outcome": "already-detached"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _issue(404, "not-found", "没有这个患者"),
    OrderOutcome.REFUSED: _issue(423, "legal-hold", "依法保全中，暂不能解绑"),
}
KEY_REUSED = _issue(422, "key-reused", "幂等键已用于其他请求")


def _entry(account: Account) -> object:
    return {
        "resource": {
            "id": account.id,
            "nick": account.nickname,
            "telecomBoundAt": formats.instant(account.bound_at),
            "hold": Flag.LEGAL_HOLD in account.flags,
        }
    }


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.e164(parsed.text("telecom")))
        entries = [_entry(account) for account in site.bound_accounts(number)]
        return Answer(body={"total": len(entries), "entry": entries})

    def order(parsed: ParsedRequest) -> Order:
        number = require(formats.e164(parsed.text("telecom")))
        return Order(parsed.header("idempotency-key"), parsed.path_param("patient"), number)

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN),
        _issue(401, "login", "令牌无效"),
        _issue(400, "invalid", "请求参数错误"),
    )
    site.route("POST", "/api/patient/search", lookup)
    path = "/api/patient/{patient}/detach-telecom"
    site.order_route("POST", path, Operation.UNBIND, order, UNBOUND, KEY_REUSED)
