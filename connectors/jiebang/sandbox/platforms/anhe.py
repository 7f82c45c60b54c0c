"""安禾保险: can stop its calls, lock the account and inform its owner. Requires an identity check
before it releases some numbers, and keeps the number while a claim is open."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-anhe-key"
PLATFORM = Platform(
    id="anhe",
    zh="安禾保险",
    en="Anhe Insurance",
    category="finance",
    date_format="date",
    idempotency="key",
    credentials={"api_key": KEY},
)


def _ok(**more: object) -> Answer:
    return Answer(body={"ok": True, **more})


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"ok": False, "code": code})


KEY_REUSED = _error(422, "SERIAL_REUSED")


def _answers(result: str) -> dict[OrderOutcome, Answer]:
    return {
        OrderOutcome.DONE: _ok(result=result, again=False),
        OrderOutcome.ALREADY: _ok(result=result, again=True),
        OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "NO_HOLDER"),
        OrderOutcome.REFUSED: _error(409, "CLAIM_OPEN"),
    }


UNBOUND = _answers("UNBOUND")
OTHERS = (
    ("stop-contact", Operation.CONTACT_STOP, _answers("CONTACT_STOPPED")),
    ("lock", Operation.LOCK, _answers("LOCKED")),
    ("tell-owner", Operation.HOLDER_NOTICE, _answers("OWNER_TOLD")),
)


def _holder(account: Account) -> object:
    return {
        "holderId": account.id,
        "alias": account.nickname,
        "boundOn": formats.day(account.bound_at),
        "claimOpen": Flag.FUNDS in account.flags,
    }


def register_routes(site: Site) -> None:
    checks: dict[str, Account] = {}

    def lookup(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.text("data", "mobile")))
        return _ok(holders=[_holder(account) for account in site.bound_accounts(number)])

    def order(parsed: ParsedRequest) -> Order:
        number = require(formats.d11(parsed.text("data", "mobile")))
        return Order(parsed.text("data", "serial"), parsed.text("data", "holderId"), number)

    def unbind(parsed: ParsedRequest) -> Answer:
        asked = order(parsed)
        account = site.find(asked.account, asked.number)
        if account and Flag.ID_CHECK in site.world.flags(account):
            # Not stored under the key: the same order continues once the person has been verified.
            check = token(site.world.seed, "anhe", "check", account.id, length=16)
            checks[check] = account
            return _ok(result="ID_CHECK", url=f"https://anhe.example/id-check/{check}")
        return site.run_order(Operation.UNBIND, asked, UNBOUND, KEY_REUSED)

    def identify(parsed: ParsedRequest) -> Answer:
        account = checks.get(parsed.path_param("check"))
        if account is None:
            return _error(404, "NO_CHECK")
        site.world.identified.add((account.platform, account.id))
        return _ok(message="核验通过")

    site.guard(
        lambda parsed: parsed.text("auth", "key") == KEY,
        _error(401, "BAD_KEY"),
        _error(400, "BAD_REQUEST"),
    )
    site.route("POST", "/open/holders", lookup)
    site.route("POST", "/open/holders/unbind", unbind, writes=True)
    for name, operation, answers in OTHERS:
        path = f"/open/holders/{name}"
        site.order_route("POST", path, operation, order, answers, KEY_REUSED)
    # What the person does on the page; it does not require credentials.
    site.route("POST", "/id-check/{check}", identify, public=True)
