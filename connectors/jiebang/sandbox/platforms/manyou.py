"""慢游旅行: answers slowly, and returns lists without an envelope."""

from __future__ import annotations

from dataclasses import replace

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, Handler, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-manyou-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="manyou",
    zh="慢游旅行",
    en="Manyou Travel",
    category="travel",
    number_format="E164",
    date_format="date",
    idempotency="natural",
    credentials={"token": TOKEN},
)
UNBOUND = {
    OrderOutcome.DONE: Answer(body={"result": "unbound"}),
    OrderOutcome.ALREADY: Answer(body={"result": "already_unbound"}),
    OrderOutcome.NO_SUCH_ACCOUNT: Answer(404, {"message": "没有这个会员"}),
}


def register_routes(site: Site) -> None:
    def add_delay(handler: Handler) -> Handler:
        return lambda parsed: replace(handler(parsed), delay=site.world.pace.slow_seconds)

    def lookup(parsed: ParsedRequest) -> Answer:
        number = formats.e164(parsed.query("phone"))
        if number is None:
            return Answer(400, {"message": "手机号格式不正确"})
        found = site.bound_accounts(number)
        return Answer(body=rows(found, "member", "alias", "since", formats.day))

    def unbind(parsed: ParsedRequest) -> Answer:
        return UNBOUND[site.unbind(parsed.path_param("member"))]

    site.guard(lambda parsed: parsed.has_bearer(TOKEN), Answer(401, {"message": "令牌无效"}))
    site.route("GET", "/members", add_delay(lookup))
    site.route("DELETE", "/members/{member}/phone", add_delay(unbind), writes=True)
