"""会员通: queues even lookups; the answer is available a poll or two later."""

from __future__ import annotations

from dataclasses import dataclass

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll, token
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-huiyuan-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="huiyuan",
    zh="会员通",
    en="Huiyuan Pass",
    category="membership",
    number_format="E164",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN},
)


@dataclass(slots=True)
class Query:
    number: str
    polls_left: int


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": code})


UNBOUND = {
    OrderOutcome.DONE: Answer(body={"state": "UNBOUND", "already": False}),
    OrderOutcome.ALREADY: Answer(body={"state": "UNBOUND", "already": True}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "no_such_card"),
}


def register_routes(site: Site) -> None:
    queries: dict[str, Query] = {}

    def ask(parsed: ParsedRequest) -> Answer:
        number = require(formats.e164(parsed.text("phone")))
        query_id = "Q" + token(site.world.seed, "query", len(queries), length=16)
        polls = 1 if roll(site.world.seed, "polls", number) < 0.5 else 2
        queries[query_id] = Query(number, polls)
        return Answer(202, {"query_id": query_id, "state": "RUNNING"})

    def status(parsed: ParsedRequest) -> Answer:
        query_id = parsed.path_param("query")
        query = queries.get(query_id)
        if query is None:
            return _error(404, "no_such_query")
        query.polls_left -= 1
        if query.polls_left > 0:
            return Answer(body={"query_id": query_id, "state": "RUNNING"})
        found = site.bound_accounts(query.number)
        cards = rows(found, "card", "alias", "bound_date", formats.day)
        return Answer(body={"query_id": query_id, "state": "READY", "cards": cards})

    def order(parsed: ParsedRequest) -> Order:
        return Order(parsed.header("idempotency-key"), parsed.path_param("card"))

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN),
        _error(401, "unauthorized"),
        _error(400, "bad_request"),
    )
    site.route("POST", "/queries", ask)
    site.route("GET", "/queries/{query}", status)
    reused = _error(422, "key_reused")
    site.order_route("DELETE", "/cards/{card}/phone", Operation.UNBIND, order, UNBOUND, reused)
