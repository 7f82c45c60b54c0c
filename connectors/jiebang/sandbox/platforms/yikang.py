"""医康: keeps a patient's number as long as the law requires."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
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


INVALID = _issue(400, "invalid", "请求参数错误")
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
        number = formats.e164(parsed.text("telecom"))
        if number is None:
            return INVALID
        entries = [_entry(account) for account in site.bound_accounts(number)]
        return Answer(body={"total": len(entries), "entry": entries})

    def unbind(parsed: ParsedRequest) -> Answer:
        number, key = formats.e164(parsed.text("telecom")), parsed.header("idempotency-key")
        if not (number and key):
            return INVALID
        return site.unbind_once(key, parsed.path_param("patient"), number, UNBOUND, KEY_REUSED)

    site.guard(lambda parsed: parsed.has_bearer(TOKEN), _issue(401, "login", "令牌无效"))
    site.route("POST", "/api/patient/search", lookup)
    site.route("POST", "/api/patient/{patient}/detach-telecom", unbind, writes=True)
