"""天天小店: an unbinding is a queued ticket. Polls advance it; it can be withdrawn while queued."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll, token
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-tiandian-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="tiandian",
    zh="天天小店",
    en="Tiantian Store",
    category="shopping",
    number_format="E164",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN},
)


class State(StrEnum):
    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"


@dataclass(slots=True)
class Ticket:
    id: str
    account: Account
    key: str
    polls_needed: int
    polls: int = 0
    state: State = State.QUEUED
    already: bool = False

    def answer(self, status: int = 200) -> Answer:
        body = {
            "success": True,
            "ticket": self.id,
            "state": self.state,
            "already": self.already,
        }
        return Answer(status, body)


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"success": False, "error": code})


ALREADY = Answer(body={"success": True, "ticket": "", "state": State.DONE, "already": True})
NO_TICKET = _error(404, "NO_TICKET")


def register_routes(site: Site) -> None:
    tickets: dict[str, Ticket] = {}

    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.e164(parsed.query("mobile"))))
        members = rows(found, "memberId", "name", "bindDay", formats.day)
        return Answer(body={"success": True, "result": {"total": len(members), "members": members}})

    def unbind(parsed: ParsedRequest) -> Answer:
        number = require(formats.e164(parsed.text("mobile")))
        member, key = require(parsed.text("memberId")), require(parsed.header("idempotency-key"))

        def act() -> Answer:
            account = site.find(member, number)
            if account is None:
                return _error(404, "NO_MEMBER")
            if not site.world.is_bound(account):
                return ALREADY
            ticket_id = "T" + token(site.world.seed, "ticket", key, length=16)
            polls = 2 if roll(site.world.seed, "polls", account.id) < 0.5 else 3
            ticket = tickets[ticket_id] = Ticket(ticket_id, account, key, polls)
            return ticket.answer(202)

        return site.run_once(key, Operation.UNBIND, member, act, _error(422, "KEY_REUSED"))

    def status(parsed: ParsedRequest) -> Answer:
        ticket = tickets.get(parsed.path_param("ticket"))
        if ticket is None:
            return NO_TICKET
        if ticket.state in (State.QUEUED, State.PROCESSING):
            ticket.polls += 1
            if ticket.polls == ticket.polls_needed:
                outcome = site.unbind(ticket.account.id, key=ticket.key)
                ticket.state, ticket.already = State.DONE, outcome is OrderOutcome.ALREADY
            elif ticket.polls > 1:
                ticket.state = State.PROCESSING
        return ticket.answer()

    def withdraw(parsed: ParsedRequest) -> Answer:
        ticket = tickets.get(parsed.path_param("ticket"))
        if ticket is None:
            return NO_TICKET
        if ticket.state not in (State.QUEUED, State.WITHDRAWN):
            return _error(409, "TOO_LATE")
        ticket.state = State.WITHDRAWN
        return ticket.answer()

    site.guard(
        lambda parsed: parsed.header("x-app-token") == TOKEN,
        _error(401, "BAD_TOKEN"),
        _error(400, "BAD_REQUEST"),
    )
    site.route("GET", "/open/members", lookup)
    site.route("POST", "/open/unbind-tickets", unbind, writes=True)
    site.route("GET", "/open/unbind-tickets/{ticket}", status)
    site.route("DELETE", "/open/unbind-tickets/{ticket}", withdraw, writes=True)
