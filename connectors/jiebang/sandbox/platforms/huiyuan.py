"""会员通: the question itself is queued; the answer is fetched a poll or two later."""

from __future__ import annotations

from dataclasses import dataclass

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, Visit
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll, token
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import Verdict

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
    Verdict.DONE: Answer(body={"state": "UNBOUND", "already": False}),
    Verdict.ALREADY: Answer(body={"state": "UNBOUND", "already": True}),
    Verdict.NO_SUCH_ACCOUNT: _error(404, "no_such_card"),
}


def open_site(site: Site) -> None:
    queries: dict[str, Query] = {}

    def ask(visit: Visit) -> Answer:
        number = formats.e164(visit.text("phone"))
        if number is None:
            return _error(400, "bad_request")
        query_id = "Q" + token(site.world.seed, "query", len(queries), length=16)
        polls = 1 if roll(site.world.seed, "polls", number) < 0.5 else 2
        queries[query_id] = Query(number, polls)
        return Answer(202, {"query_id": query_id, "state": "RUNNING"})

    def status(visit: Visit) -> Answer:
        query_id = visit.part("query")
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
            for account in site.bound(query.number)
        ]
        return Answer(body={"query_id": query_id, "state": "READY", "cards": cards})

    def unbind(visit: Visit) -> Answer:
        key = visit.header("idempotency-key")
        if not key:
            return _error(400, "bad_request")
        reused = _error(422, "key_reused")
        return site.unbind_once(key, visit.part("card"), None, UNBOUND, reused)

    site.guard(lambda visit: visit.bearer(TOKEN), _error(401, "unauthorized"))
    site.route("POST", "/queries", ask)
    site.route("GET", "/queries/{query}", status)
    site.route("DELETE", "/cards/{card}/phone", unbind, writes=True)
