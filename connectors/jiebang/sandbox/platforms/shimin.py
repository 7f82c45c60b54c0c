"""云城市民卡: lookups and orders one by one, or up to a hundred in one call; each entry of a list
has an answer of its own."""

from __future__ import annotations

from typing import cast

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account
from jiebang.sandbox.answers import Answer, ParsedRequest, as_object
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-shimin-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="shimin",
    zh="云城市民卡",
    en="Yuncheng Citizen Card",
    category="government",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN},
)
MOST = 100


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"code": code})


BAD_REQUEST, TOO_MANY = _error(400, "BAD_REQUEST"), _error(413, "TOO_MANY_ENTRIES")
RELEASED = {
    OrderOutcome.DONE: Answer(body={"code": "RELEASED"}),
    OrderOutcome.ALREADY: Answer(body={"code": "RELEASED_EARLIER"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "NO_CARD"),
}
KEY_REUSED = _error(422, "SERIAL_REUSED")


def _card(account: Account) -> object:
    bound_on = formats.day(account.bound_at)
    return {"card": account.id, "citizen": account.nickname, "boundOn": bound_on}


def _entries(parsed: ParsedRequest) -> list[object] | Answer:
    """Return the entries of a list; an error answer if there are none or too many."""
    given = parsed.value("entries")
    if not isinstance(given, list) or not given:
        return BAD_REQUEST
    entries = cast("list[object]", given)
    return TOO_MANY if len(entries) > MOST else entries


def register_routes(site: Site) -> None:
    def find_cards(mobile: str) -> Answer:
        number = formats.d11(mobile)
        if number is None:
            return BAD_REQUEST
        cards = [_card(account) for account in site.bound_accounts(number)]
        return Answer(body={"code": "FOUND" if cards else "NONE", "cards": cards})

    def release(entry: object) -> Answer:
        asked = as_object(entry)
        mobile, card, serial = (str(asked.get(name, "")) for name in ("mobile", "card", "serial"))
        number = formats.d11(mobile)
        if not (number and card and serial):
            return BAD_REQUEST
        return site.run_order(Operation.UNBIND, Order(serial, card, number), RELEASED, KEY_REUSED)

    def lookup_all(parsed: ParsedRequest) -> Answer:
        entries = _entries(parsed)
        if isinstance(entries, Answer):
            return entries
        # In a different order: an entry is identified by its number, not by its position.
        mobiles = sorted({str(as_object(entry).get("mobile", "")) for entry in entries})
        told = [{"mobile": one, **as_object(find_cards(one).body)} for one in mobiles]
        return Answer(body={"entries": told})

    def release_all(parsed: ParsedRequest) -> Answer:
        entries = _entries(parsed)
        if isinstance(entries, Answer):
            return entries
        told = [
            {"serial": as_object(entry).get("serial"), **as_object(release(entry).body)}
            for entry in entries
        ]
        return Answer(body={"entries": told})

    site.guard(lambda parsed: parsed.has_bearer(TOKEN), _error(401, "BAD_TOKEN"))
    site.route("GET", "/v1/cards", lambda parsed: find_cards(parsed.query("mobile")))
    site.route("POST", "/v1/cards/lookup", lookup_all)
    site.route("POST", "/v1/cards/release", lambda parsed: release(parsed.body), writes=True)
    site.route("POST", "/v1/cards/release-all", release_all, writes=True)
