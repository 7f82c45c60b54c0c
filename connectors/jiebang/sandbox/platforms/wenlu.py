"""稳鹭理财: OAuth 2.0 client credentials. A token is valid for two minutes or forty calls,
whichever ends first. Keeps the number while money is invested; can lock the account."""

from __future__ import annotations

import time
from dataclasses import dataclass

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

CLIENT, SECRET = "sandbox", "sandbox-wenlu-secret"
PLATFORM = Platform(
    id="wenlu",
    zh="稳鹭理财",
    en="Wenlu Wealth",
    category="finance",
    number_format="E164",
    date_format="s",
    idempotency="key",
    credentials={"client_id": CLIENT, "client_secret": SECRET},
)
SCOPE, LIFE_SECONDS, LIFE_CALLS = "phone", 120, 40


@dataclass(slots=True)
class TokenBudget:
    """What is left of a token; `until` is monotonic time."""

    calls: int
    until: float


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"fault": {"code": code}})


KEY_REUSED = _error(422, "request_id_reused")


def _answers(state: str) -> dict[OrderOutcome, Answer]:
    return {
        OrderOutcome.DONE: Answer(201, {"state": state, "repeated": False}),
        OrderOutcome.ALREADY: Answer(body={"state": state, "repeated": True}),
        OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "no_client"),
        OrderOutcome.REFUSED: _error(409, "holdings"),
    }


RELEASED, LOCKED = _answers("RELEASED"), _answers("LOCKED")


def _client(account: Account) -> object:
    return {
        "clientId": account.id,
        "alias": account.nickname,
        "boundAt": formats.epoch_ms(account.bound_at) // 1000,
        "holdings": Flag.FUNDS in account.flags,
    }


def register_routes(site: Site) -> None:
    passes: dict[str, TokenBudget] = {}

    def grant(parsed: ParsedRequest) -> Answer:
        if not parsed.has_basic(CLIENT, SECRET):
            return Answer(401, {"error": "invalid_client"})
        if parsed.text("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        if parsed.text("scope") != SCOPE:
            return Answer(400, {"error": "invalid_scope"})
        value = token(site.world.seed, "wenlu", len(passes), length=32)
        passes[value] = TokenBudget(LIFE_CALLS, time.monotonic() + LIFE_SECONDS)
        granted = {"access_token": value, "token_type": "Bearer", "expires_in": LIFE_SECONDS}
        return Answer(body=granted | {"scope": SCOPE}, headers={"cache-control": "no-store"})

    def spend(parsed: ParsedRequest) -> bool:
        held = passes.get(parsed.header("authorization").removeprefix("Bearer "))
        if held is None or held.calls == 0 or time.monotonic() >= held.until:
            return False
        held.calls -= 1
        return True

    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.e164(parsed.query("mobile")))
        clients = [_client(account) for account in site.bound_accounts(number)]
        return Answer(body={"clients": clients, "count": len(clients)})

    def order(parsed: ParsedRequest) -> Order:
        number = require(formats.e164(parsed.text("mobile")))
        return Order(parsed.text("requestId"), parsed.path_param("client"), number)

    client = "/v1/clients/{client}"
    site.guard(spend, _error(401, "token_expired"), _error(400, "bad_request"))
    site.route("POST", "/oauth/token", grant, public=True)
    site.route("GET", "/v1/clients", lookup)
    site.order_route(
        "POST", f"{client}/mobile-releases", Operation.UNBIND, order, RELEASED, KEY_REUSED
    )
    site.order_route("POST", f"{client}/locks", Operation.LOCK, order, LOCKED, KEY_REUSED)
