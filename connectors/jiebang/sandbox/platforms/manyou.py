"""慢游旅行: takes its time for every answer, and lists without an envelope."""

from __future__ import annotations

from dataclasses import replace

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, Handler, Visit
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import Verdict

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
    Verdict.DONE: Answer(body={"result": "unbound"}),
    Verdict.ALREADY: Answer(body={"result": "already_unbound"}),
    Verdict.NO_SUCH_ACCOUNT: Answer(404, {"message": "没有这个会员"}),
}


def open_site(site: Site) -> None:
    def slowly(handler: Handler) -> Handler:
        return lambda visit: replace(handler(visit), delay=site.world.pace.slow_seconds)

    def lookup(visit: Visit) -> Answer:
        number = formats.e164(visit.query("phone"))
        if number is None:
            return Answer(400, {"message": "手机号格式不正确"})
        return Answer(
            body=[
                {
                    "member": account.id,
                    "alias": account.nickname,
                    "since": formats.day(account.bound_at),
                }
                for account in site.bound(number)
            ]
        )

    def unbind(visit: Visit) -> Answer:
        return UNBOUND[site.unbind(visit.part("member"))]

    site.guard(lambda visit: visit.bearer(TOKEN), Answer(401, {"message": "令牌无效"}))
    site.route("GET", "/members", slowly(lookup))
    site.route("DELETE", "/members/{member}/phone", slowly(unbind), writes=True)
