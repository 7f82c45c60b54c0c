"""云窝网盘: a simple interface with a flat list and problem+json errors; can inform an account's
owner by e-mail that the number is somebody else's now."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-yunpan-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="yunpan",
    zh="云窝网盘",
    en="Yunwo Drive",
    category="cloud_storage",
    number_format="E164",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN},
)


def _problem(status: int, code: str, title: str) -> Answer:
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    return Answer(status, body, media_type="application/problem+json")


UNBOUND = {
    OrderOutcome.DONE: Answer(204),
    OrderOutcome.ALREADY: _problem(404, "ALREADY_UNBOUND", "该绑定已解除"),
    OrderOutcome.NO_SUCH_ACCOUNT: _problem(404, "NO_SUCH_BINDING", "没有这个绑定"),
}
TOLD = {
    OrderOutcome.DONE: Answer(202, {"notice": "SENT", "by": "email"}),
    OrderOutcome.ALREADY: Answer(body={"notice": "SENT_BEFORE", "by": "email"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _problem(404, "NO_SUCH_BINDING", "没有这个绑定"),
}
KEY_REUSED = _problem(422, "KEY_REUSED", "幂等键已用于其他请求")


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        number = formats.e164(parsed.query("phone"))
        if number is None:
            return _problem(400, "BAD_PHONE", "手机号格式不正确")
        bindings = [
            {
                "id": account.id,
                "nick": account.nickname,
                "boundOn": formats.day(account.bound_at),
                "fileCount": account.files,
            }
            for account in site.bound_accounts(number)
        ]
        return Answer(body={"bindings": bindings})

    def order(parsed: ParsedRequest) -> Order:
        return Order(parsed.header("idempotency-key"), parsed.path_param("id"))

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN),
        _problem(401, "UNAUTHORIZED", "令牌无效"),
        _problem(400, "KEY_MISSING", "缺少 Idempotency-Key"),
    )
    site.route("GET", "/v1/bindings", lookup)
    binding = "/v1/bindings/{id}"
    notices = f"{binding}/owner-notices"
    site.order_route("DELETE", binding, Operation.UNBIND, order, UNBOUND, KEY_REUSED)
    site.order_route("POST", notices, Operation.HOLDER_NOTICE, order, TOLD, KEY_REUSED)
