"""青竹论坛: an unbinding is a case that ends a moment later, with a signed callback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import orjson

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import SHANGHAI, Account, rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.callbacks import CallbackEvent, require_url
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.signature import standard_webhooks
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-luntan-token"  # noqa: S105 - the demo's own
SECRET = "whsec_c2FuZGJveC1sdW50YW4tY2FsbGJhY2stc2VjcmV0"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="luntan",
    zh="青竹论坛",
    en="Qingzhu Forum",
    category="community",
    number_format="D86",
    date_format="instant",
    idempotency="key",
    credentials={"token": TOKEN, "callback_secret": SECRET},
)


@dataclass(slots=True)
class Case:
    id: str
    account: Account
    key: str
    notify: str
    state: str = "OPEN"
    reason: str | None = None

    def answer(self, status: int = 200) -> Answer:
        return Answer(status, {"case_id": self.id, "state": self.state, "reason": self.reason})

    def callback(self) -> bytes:
        return orjson.dumps(
            {
                "type": "phone.unbind",
                "case_id": self.id,
                "state": self.state,
                "reason": self.reason,
                "finished_at": formats.instant(datetime.now(SHANGHAI)),
            }
        )


ENDS = {
    OrderOutcome.DONE: ("DONE", None),
    OrderOutcome.ALREADY: ("DONE", "ALREADY_UNBOUND"),
    OrderOutcome.REFUSED: ("REFUSED", "ACCOUNT_BANNED"),
}


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}})


KEY_REUSED = _error(422, "KEY_REUSED", "case_key 已用于其他请求")


def event(name: str, body: bytes) -> CallbackEvent:
    return CallbackEvent(body=body, sign=partial(standard_webhooks, SECRET, name, body))


def register_routes(site: Site) -> None:
    cases: dict[str, Case] = {}

    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.d86(parsed.query("phone_number"))))
        users = rows(found, "user_id", "display_name", "phone_bound_at", formats.instant)
        return Answer(body={"count": len(users), "users": users})

    def unbind(parsed: ParsedRequest) -> Answer:
        number = require(formats.d86(parsed.text("phone_number")))
        user, key = require(parsed.text("user_id")), require(parsed.text("case_key"))
        notify = require_url(parsed.text("notify_url"))

        def act() -> Answer:
            account = site.find(user, number)
            if account is None:
                return _error(404, "NO_SUCH_USER", "没有这个用户")
            case_id = "C" + token(site.world.seed, "case", key, length=16)
            case = cases[case_id] = Case(case_id, account, key, notify)
            return open_case(case)

        return site.run_once(key, Operation.UNBIND, user, act, KEY_REUSED)

    def open_case(case: Case) -> Answer:
        reply = case.answer(202)

        def settle() -> tuple[CallbackEvent, CallbackEvent]:
            before = case.callback()
            case.state, case.reason = ENDS[site.unbind(case.account.id, key=case.key)]
            return event(f"msg_{case.id}", case.callback()), event(f"msg_{case.id}-0", before)

        after = site.settle_later(case.notify, settle)
        return Answer(reply.status, reply.body, after=after)

    def status(parsed: ParsedRequest) -> Answer:
        case = cases.get(parsed.path_param("case_id"))
        return case.answer() if case else _error(404, "NO_SUCH_CASE", "没有这个工单")

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN),
        _error(401, "UNAUTHORIZED", "令牌无效"),
        _error(400, "BAD_REQUEST", "请求参数错误"),
    )
    site.route("GET", "/api/users", lookup)
    site.route("POST", "/api/unbind-cases", unbind, writes=True)
    site.route("GET", "/api/unbind-cases/{case_id}", status)
