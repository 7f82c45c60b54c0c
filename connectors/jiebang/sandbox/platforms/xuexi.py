"""学习岛: does not know when a number was bound."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

USER, PASSWORD = "sandbox", "sandbox-xuexi-password"
PLATFORM = Platform(
    id="xuexi",
    zh="学习岛",
    en="Xuexi Island",
    category="education",
    idempotency="natural",
    credentials={"user": USER, "password": PASSWORD},
)


def _error(status: int, reason: str) -> Answer:
    return Answer(status, {"status": "error", "reason": reason})


UNBOUND = {
    OrderOutcome.DONE: Answer(body={"status": "ok"}),
    OrderOutcome.ALREADY: Answer(body={"status": "already"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "no_such_learner"),
}


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.query("phone")))
        learners = [
            {"learner_no": account.id, "nickname": account.nickname}
            for account in site.bound_accounts(number)
        ]
        return Answer(body={"status": "ok", "learners": learners})

    def unbind(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.text("phone")))
        return UNBOUND[site.unbind(require(parsed.text("learner_no")), number)]

    site.guard(
        lambda parsed: parsed.has_basic(USER, PASSWORD),
        _error(401, "unauthorized"),
        _error(400, "bad_request"),
    )
    site.route("GET", "/api/learners", lookup)
    site.route("POST", "/api/learners/unbind", unbind, writes=True)
