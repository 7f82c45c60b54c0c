"""和鸣音乐: accepts an unbinding and reports its end by a callback signed by RFC 9421."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import orjson

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.callbacks import CallbackEvent, require_url
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.signature import http_signature
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-heming-token"  # noqa: S105 - the demo's own
SECRET = "sandbox-heming-callback-key"  # noqa: S105 - the demo's own
KEYID = "heming-2026"
PLATFORM = Platform(
    id="heming",
    zh="和鸣音乐",
    en="Heming Music",
    category="media",
    number_format="E164",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN, "callback_key": SECRET},
)
#: How a detachment ends, and why.
ENDS = {
    OrderOutcome.DONE: ("COMPLETED", None),
    OrderOutcome.ALREADY: ("COMPLETED", "ALREADY"),
    OrderOutcome.REFUSED: ("REJECTED", "SUBSCRIPTION_RUNNING"),
}


@dataclass(slots=True)
class Detachment:
    id: str
    account: Account
    key: str
    callback: str
    status: str = "ACCEPTED"
    reason: str | None = None

    @property
    def body(self) -> dict[str, str | None]:
        return {"detachment": self.id, "status": self.status, "reason": self.reason}

    def event(self) -> CallbackEvent:
        body = orjson.dumps(self.body)
        sign = partial(
            http_signature, SECRET, KEYID, f"{self.id}:{self.status}", self.callback, body
        )
        return CallbackEvent(body=body, sign=sign)


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code}})


def register_routes(site: Site) -> None:
    detachments: dict[str, Detachment] = {}

    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.e164(parsed.query("phone"))))
        listeners = rows(found, "listener", "stage_name", "since", formats.day)
        return Answer(body={"listeners": listeners})

    def detach(parsed: ParsedRequest) -> Answer:
        listener = require(parsed.text("listener"))
        key = require(parsed.header("idempotency-key"))
        callback = require_url(parsed.text("callback"))

        def act() -> Answer:
            account = site.find(listener)
            if account is None:
                return _error(404, "NO_SUCH_LISTENER")
            name = "D" + token(site.world.seed, "detachment", key, length=16)
            one = detachments[name] = Detachment(name, account, key, callback)

            def settle() -> tuple[CallbackEvent, CallbackEvent]:
                before = one.event()
                one.status, one.reason = ENDS[site.unbind(account.id, key=key)]
                return one.event(), before

            accepted = dict(one.body)
            return Answer(202, accepted, after=site.settle_later(callback, settle))

        return site.run_once(key, Operation.UNBIND, listener, act, _error(422, "KEY_REUSED"))

    def status(parsed: ParsedRequest) -> Answer:
        one = detachments.get(parsed.path_param("detachment"))
        return Answer(body=one.body) if one else _error(404, "NO_SUCH_DETACHMENT")

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN),
        _error(401, "UNAUTHORIZED"),
        _error(400, "BAD_REQUEST"),
    )
    site.route("GET", "/v1/listeners", lookup)
    site.route("POST", "/v1/detachments", detach, writes=True)
    site.route("GET", "/v1/detachments/{detachment}", status)
