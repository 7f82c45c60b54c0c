"""星河游戏: sometimes answers 500 or not at all; half of the writes that fail in this way have been
carried out. Locks a player's account against whoever has the number."""

from __future__ import annotations

from itertools import count

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, AnswerDelivery, Handler, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-youxi-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="youxi",
    zh="星河游戏",
    en="Xinghe Games",
    category="games",
    number_format="D11",
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
        players = [
            {
                "playerId": account.id,
                "roleName": account.nickname,
                "bindMs": formats.epoch_ms(account.bound_at),
            }
            for account in site.bound_accounts(number)
        ]
        return Answer(body={"ret": 0, "players": players})

    def order(parsed: ParsedRequest) -> tuple[str, str, str] | None:
        number, player = formats.d11(parsed.text("phone")), parsed.text("playerId")
        key = parsed.text("orderId")
        return (number, player, key) if number and player and key else None

    def unbind(parsed: ParsedRequest) -> Answer:
        if not (asked := order(parsed)):
            return BAD_REQUEST
        number, player, key = asked
        return site.unbind_once(key, player, number, UNBOUND, KEY_REUSED)

    def lock(parsed: ParsedRequest) -> Answer:
        if not (asked := order(parsed)):
            return BAD_REQUEST
        number, player, key = asked
        return site.mark_once(key, Operation.LOCK, player, number, LOCKED, KEY_REUSED)

    site.guard(lambda parsed: parsed.header("x-game-token") == TOKEN, _error(401, "bad token"))
    site.route("POST", "/player/query", make_flaky(lookup, writes=False))
    site.route("POST", "/player/unbind", make_flaky(unbind, writes=True), writes=True)
    site.route("POST", "/player/lock", make_flaky(lock, writes=True), writes=True)
