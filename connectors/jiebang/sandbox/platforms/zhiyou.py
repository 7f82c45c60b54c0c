"""职友招聘: answers 429 to the first call about a number, once per operation; can tell its
recruiters to stop calling."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-zhiyou-key"
PLATFORM = Platform(
    id="zhiyou",
    zh="职友招聘",
    en="Zhiyou Jobs",
    category="recruiting",
    number_format="D11",
    date_format="ms",
    idempotency="key",
    credentials={"api_key": KEY},
)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}}, headers or {})


BAD_REQUEST = _error(400, "BAD_REQUEST", "请求参数错误")
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
        number = formats.d11(parsed.query("mobile"))
        if number is None:
            return BAD_REQUEST
        if is_first("lookup", number):
            return TOO_FREQUENT
        candidates = [
            {
                "candidateId": account.id,
                "nick": account.nickname,
                "bindAt": formats.epoch_ms(account.bound_at),
            }
            for account in site.bound_accounts(number)
        ]
        return Answer(body={"data": candidates, "meta": {"total": len(candidates)}})

    def unbind(parsed: ParsedRequest) -> Answer:
        number, key = formats.d11(parsed.text("mobile")), parsed.header("idempotency-key")
        if not (number and key):
            return BAD_REQUEST
        if is_first("unbind", number):
            return TOO_FREQUENT
        return site.unbind_once(key, parsed.path_param("candidate"), number, UNBOUND, KEY_REUSED)

    def silence(parsed: ParsedRequest) -> Answer:
        number, key = formats.d11(parsed.text("mobile")), parsed.header("idempotency-key")
        if not (number and key):
            return BAD_REQUEST
        if is_first("contact-stop", number):
            return TOO_FREQUENT
        account = parsed.path_param("candidate")
        return site.mark_once(key, Operation.CONTACT_STOP, account, number, SILENCED, KEY_REUSED)

    site.guard(lambda parsed: parsed.header("apikey") == KEY, _error(401, "BAD_KEY", "密钥无效"))
    site.route("GET", "/v2/candidates", lookup)
    site.route("POST", "/v2/candidates/{candidate}/release-phone", unbind, writes=True)
    site.route("POST", "/v2/candidates/{candidate}/contact-stops", silence, writes=True)
