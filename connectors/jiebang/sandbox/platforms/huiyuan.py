"""会员通: queues even lookups; the answer is available a poll or two later."""

from __future__ import annotations

from dataclasses import dataclass

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll, token
from jiebang.sandbox.site import Site
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
        number = formats.e164(parsed.text("phone"))
        if number is None:
            return _error(400, "bad_request")
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
        cards = [
            {
                "card": account.id,
                "alias": account.nickname,
                "bound_date": formats.day(account.bound_at),
            }
            for account in site.bound_accounts(query.number)
        ]
        return Answer(body={"query_id": query_id, "state": "READY", "cards": cards})

    def unbind(parsed: ParsedRequest) -> Answer:
        key = parsed.header("idempotency-key")
        if not key:
            return _error(400, "bad_request")
        reused = _error(422, "key_reused")
        return site.unbind_once(key, parsed.path_param("card"), None, UNBOUND, reused)

    site.guard(lambda parsed: parsed.has_bearer(TOKEN), _error(401, "unauthorized"))
    site.route("POST", "/queries", ask)
    site.route("GET", "/queries/{query}", status)
    site.route("DELETE", "/cards/{card}/phone", unbind, writes=True)
