"""墨页书库: long lists, ten readers per page with an opaque cursor; everything is sent in the
query, including an order's key."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, BadRequest, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-moye-key"
PLATFORM = Platform(
    id="moye",
    zh="墨页书库",
    en="Moye Reader",
    category="media",
    number_format="D86",
    date_format="date",
    idempotency="key",
    credentials={"api_key": KEY},
)
PAGE = 10


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": code})


UNLINKED = {
    OrderOutcome.DONE: Answer(body={"status": "unlinked"}),
    OrderOutcome.ALREADY: Answer(body={"status": "unlinked_before"}),
    OrderOutcome.NO_SUCH_ACCOUNT: _error(404, "no_reader"),
}
KEY_REUSED = _error(422, "request_id_reused")


def _cursor(start: int) -> str:
    return urlsafe_b64encode(f"from:{start}".encode()).decode()


def _start(cursor: str) -> int:
    """Return where a page begins."""
    try:
        text = urlsafe_b64decode(cursor).decode() if cursor else "from:0"
    except (binascii.Error, UnicodeDecodeError):
        raise BadRequest from None
    start = text.removeprefix("from:")
    if not (start.isdigit() and start.isascii()):
        raise BadRequest
    return int(start)


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.d86(parsed.query("phone"))))
        start = _start(parsed.query("cursor"))
        items = rows(found[start : start + PAGE], "rid", "pen_name", "linked", formats.day)
        more = start + PAGE < len(found)
        cursor = _cursor(start + PAGE) if more else None
        return Answer(body={"items": items, "total": len(found), "cursor": cursor})

    def order(parsed: ParsedRequest) -> Order:
        return Order(parsed.query("request_id"), parsed.path_param("reader"))

    site.guard(
        lambda parsed: parsed.query("api_key") == KEY,
        _error(401, "bad_key"),
        _error(400, "bad_request"),
    )
    site.route("GET", "/readers", lookup)
    path = "/readers/{reader}/phone"
    site.order_route("DELETE", path, Operation.UNBIND, order, UNLINKED, KEY_REUSED)
