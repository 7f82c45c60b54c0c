"""职友招聘: answers 429 to the first call about a number, once per operation; can tell its
recruiters to stop calling."""

from __future__ import annotations

from collections.abc import Mapping

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, Handler, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-zhiyou-key"
PLATFORM = Platform(
    id="zhiyou",
    zh="职友招聘",
    en="Zhiyou Jobs",
    category="recruiting",
    date_format="ms",
    idempotency="key",
    credentials={"api_key": KEY},
)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}}, headers or {})


TOO_FREQUENT = _error(429, "TOO_FREQUENT", "操作过于频繁", {"retry-after": "1"})
UNBOUND = {
    OrderOutcome.DONE: Answer(body={"data": {"released": True, "already": False}}),
    OrderOutcome.ALREADY: Answer(body={"data": {"released": True, "already": True}}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "NO_CANDIDATE", "没有这个用户"),
}
SILENCED = {
    OrderOutcome.DONE: Answer(body={"data": {"contact": "STOPPED", "already": False}}),
    OrderOutcome.ALREADY: Answer(body={"data": {"contact": "STOPPED", "already": True}}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "NO_CANDIDATE", "没有这个用户"),
}
KEY_REUSED = _error(422, "KEY_REUSED", "幂等键已用于其他请求")


def register_routes(site: Site) -> None:
    seen: set[tuple[str, str]] = set()

    def is_first(operation: str, number: str) -> bool:
        first = (operation, number) not in seen
        seen.add((operation, number))
        return first

    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.query("mobile")))
        if is_first("lookup", number):
            return TOO_FREQUENT
        found = site.bound_accounts(number)
        candidates = rows(found, "candidateId", "nick", "bindAt", formats.epoch_ms)
        return Answer(body={"data": candidates, "meta": {"total": len(candidates)}})

    def order_handler(operation: Operation, answers: Mapping[OrderOutcome, Answer]) -> Handler:
        def act(parsed: ParsedRequest) -> Answer:
            number = require(formats.d11(parsed.text("mobile")))
            order = Order(parsed.header("idempotency-key"), parsed.path_param("candidate"), number)
            if is_first(operation, number):
                return TOO_FREQUENT
            return site.run_order(operation, order, answers, KEY_REUSED)

        return act

    site.guard(
        lambda parsed: parsed.header("apikey") == KEY,
        _error(401, "BAD_KEY", "密钥无效"),
        _error(400, "BAD_REQUEST", "请求参数错误"),
    )
    unbind = order_handler(Operation.UNBIND, UNBOUND)
    silence = order_handler(Operation.CONTACT_STOP, SILENCED)
    site.route("GET", "/v2/candidates", lookup)
    site.route("POST", "/v2/candidates/{candidate}/release-phone", unbind, writes=True)
    site.route("POST", "/v2/candidates/{candidate}/contact-stops", silence, writes=True)
