"""星河游戏: sometimes answers 500 or not at all; half of the writes that fail in this way have been
carried out. Locks a player's account against whoever has the number."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, AnswerDelivery, Handler, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-youxi-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="youxi",
    zh="星河游戏",
    en="Xinghe Games",
    category="games",
    date_format="ms",
    idempotency="key",
    credentials={"token": TOKEN},
)


def _error(status: int, err: str) -> Answer:
    return Answer(status, {"ret": status, "err": err})


BUSY = Answer(500, {"ret": -1, "err": "server busy"})
BAD_REQUEST = _error(400, "bad request")
UNBOUND = {
    OrderOutcome.DONE: Answer(body={"ret": 0, "state": "unbound"}),
    OrderOutcome.ALREADY: Answer(body={"ret": 0, "state": "was_unbound"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "player not found"),
}
LOCKED = {
    OrderOutcome.DONE: Answer(body={"ret": 0, "state": "locked"}),
    OrderOutcome.ALREADY: Answer(body={"ret": 0, "state": "was_locked"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "player not found"),
}
KEY_REUSED = _error(422, "orderId was used before")


def register_routes(site: Site) -> None:
    calls = count(1)

    def make_flaky(handler: Handler, *, writes: bool) -> Handler:
        def attempt(parsed: ParsedRequest) -> Answer:
            call = next(calls)

            def luck(question: str) -> float:
                return roll(site.world.seed, "youxi", question, call)

            if luck("fails") >= site.world.pace.flaky_rate:
                return handler(parsed)
            if writes and luck("happened") < 0.5:
                handler(parsed)
            return Answer(delivery=AnswerDelivery.CUT) if luck("cut") < 0.5 else BUSY

        return attempt

    def lookup(parsed: ParsedRequest) -> Answer:
        number = formats.d11(parsed.text("phone"))
        if number is None:
            return BAD_REQUEST
        found = site.bound_accounts(number)
        players = rows(found, "playerId", "roleName", "bindMs", formats.epoch_ms)
        return Answer(body={"ret": 0, "players": players})

    def order_handler(operation: Operation, answers: Mapping[OrderOutcome, Answer]) -> Handler:
        def act(parsed: ParsedRequest) -> Answer:
            number, player = formats.d11(parsed.text("phone")), parsed.text("playerId")
            key = parsed.text("orderId")
            if not (number and player and key):
                return BAD_REQUEST
            return site.run_order(operation, Order(key, player, number), answers, KEY_REUSED)

        return make_flaky(act, writes=True)

    site.guard(lambda parsed: parsed.header("x-game-token") == TOKEN, _error(401, "bad token"))
    site.route("POST", "/player/query", make_flaky(lookup, writes=False))
    site.route("POST", "/player/unbind", order_handler(Operation.UNBIND, UNBOUND), writes=True)
    site.route("POST", "/player/lock", order_handler(Operation.LOCK, LOCKED), writes=True)
