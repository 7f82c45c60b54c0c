"""途油加油卡: forms in, JSON out, and at most sixty calls a second, as its headers state. Reports
only whether a card is older than a given day."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import date

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, Handler, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-tuyou-key"
PLATFORM = Platform(
    id="tuyou",
    zh="途油加油卡",
    en="Tuyou Fuel Card",
    category="transport",
    date_format="before",
    idempotency="key",
    credentials={"app_key": KEY},
)


def _rc(status: int, rc: int, **more: object) -> Answer:
    return Answer(status, {"rc": rc, **more})


BAD_REQUEST, TOO_MANY = _rc(400, 40), _rc(429, 29)
RELEASED = {
    OrderOutcome.DONE: _rc(200, 0, released=True, repeat=False),
    OrderOutcome.ALREADY: _rc(200, 0, released=True, repeat=True),
    OrderOutcome.NO_SUCH_ACCOUNT: _rc(404, 44),
}
KEY_REUSED = _rc(422, 42)


def register_routes(site: Site) -> None:
    pace = site.world.pace
    opened, left = -math.inf, 0

    def limit_rate(handler: Handler) -> Handler:
        def attempt(parsed: ParsedRequest) -> Answer:
            nonlocal opened, left
            now = time.monotonic()
            if now >= opened + pace.window_seconds:
                opened, left = now, pace.allowance
            if left == 0:
                answer = TOO_MANY
            elif parsed.raw.startswith((b"{", b"[")):
                answer = _rc(415, 15)
            else:
                left -= 1
                answer = handler(parsed)
            headers = {
                "x-ratelimit-limit": str(pace.allowance),
                "x-ratelimit-remaining": str(left),
                "x-ratelimit-reset": str(math.ceil(pace.window_seconds - (now - opened))),
            }
            return replace(answer, headers=headers)

        return attempt

    def lookup(parsed: ParsedRequest) -> Answer:
        number, since = formats.d11(parsed.text("mobile")), parsed.text("since")
        try:
            day = date.fromisoformat(since) if since else None
        except ValueError:
            return BAD_REQUEST
        if number is None:
            return BAD_REQUEST
        cards = [
            {
                "no": account.id,
                "holder": account.nickname,
                "earlier": None if day is None else account.bound_at.date() < day,
            }
            for account in site.bound_accounts(number)
        ]
        return _rc(200, 0, cards=cards)

    def release(parsed: ParsedRequest) -> Answer:
        number, card = formats.d11(parsed.text("mobile")), parsed.text("no")
        serial = parsed.text("serial")
        if not (number and card and serial):
            return BAD_REQUEST
        return site.run_order(Operation.UNBIND, Order(serial, card, number), RELEASED, KEY_REUSED)

    site.guard(lambda parsed: parsed.text("app_key") == KEY, _rc(401, 41))
    site.route("POST", "/gateway/cards", limit_rate(lookup))
    site.route("POST", "/gateway/release", limit_rate(release), writes=True)
