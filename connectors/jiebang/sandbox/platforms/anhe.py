"""安禾保险: can stop its calls, lock the account and inform its owner. Requires an identity check
before it releases some numbers, and keeps the number while a claim is open."""

from __future__ import annotations

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, Handler, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-anhe-key"
PLATFORM = Platform(
    id="anhe",
    zh="安禾保险",
    en="Anhe Insurance",
    category="finance",
    number_format="D11",
    date_format="date",
    idempotency="key",
    credentials={"api_key": KEY},
)


def _ok(**more: object) -> Answer:
    return Answer(body={"ok": True, **more})


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"ok": False, "code": code})


BAD_REQUEST, KEY_REUSED = _error(400, "BAD_REQUEST"), _error(422, "SERIAL_REUSED")


def _answers(result: str) -> dict[OrderOutcome, Answer]:
    return {
        OrderOutcome.DONE: _ok(result=result, again=False),
        OrderOutcome.ALREADY: _ok(result=result, again=True),
        OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "NO_HOLDER"),
        OrderOutcome.REFUSED: _error(409, "CLAIM_OPEN"),
    }


UNBOUND = _answers("UNBOUND")
OTHERS = {
    "stop-contact": (Operation.CONTACT_STOP, _answers("CONTACT_STOPPED")),
    "lock": (Operation.LOCK, _answers("LOCKED")),
    "tell-owner": (Operation.HOLDER_NOTICE, _answers("OWNER_TOLD")),
}


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
        number = formats.d11(parsed.text("data", "mobile"))
        if number is None:
            return BAD_REQUEST
        return _ok(holders=[_holder(account) for account in site.bound_accounts(number)])

    def order(parsed: ParsedRequest) -> tuple[str, str, str] | None:
        number = formats.d11(parsed.text("data", "mobile"))
        account, key = parsed.text("data", "holderId"), parsed.text("data", "serial")
        return (number, account, key) if number and account and key else None

    def unbind(parsed: ParsedRequest) -> Answer:
        if not (asked := order(parsed)):
            return BAD_REQUEST
        number, account_id, key = asked
        account = site.find(account_id, number)
        if account and Flag.ID_CHECK in site.world.flags(account):
            # Not stored under the key: the same order continues once the person has been verified.
            check = token(site.world.seed, "anhe", "check", account.id, length=16)
            checks[check] = account
            return _ok(result="ID_CHECK", url=f"https://anhe.example/id-check/{check}")
        return site.unbind_once(key, account_id, number, UNBOUND, KEY_REUSED)

    def order_handler(name: str) -> Handler:
        operation, answers = OTHERS[name]

        def act(parsed: ParsedRequest) -> Answer:
            if not (asked := order(parsed)):
                return BAD_REQUEST
            number, account, key = asked
            return site.mark_once(key, operation, account, number, answers, KEY_REUSED)

        return act

    def identify(parsed: ParsedRequest) -> Answer:
        account = checks.get(parsed.path_param("check"))
        if account is None:
            return _error(404, "NO_CHECK")
        site.world.identified.add((account.platform, account.id))
        return _ok(message="核验通过")

    site.guard(lambda parsed: parsed.text("auth", "key") == KEY, _error(401, "BAD_KEY"))
    site.route("POST", "/open/holders", lookup)
    site.route("POST", "/open/holders/unbind", unbind, writes=True)
    for name in OTHERS:
        site.route("POST", f"/open/holders/{name}", order_handler(name), writes=True)
    # What the person does on the page; it does not require credentials.
    site.route("POST", "/id-check/{check}", identify, public=True)
