"""墨页书库: long lists, ten readers per page with an opaque cursor; everything is sent in the
query, including an order's key."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
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


def _start(cursor: str) -> int | None:
    """Return where a page begins; None for an unknown cursor."""
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    start = text.removeprefix("from:")
    return int(start) if start.isdigit() and start.isascii() else None


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        number, start = formats.d86(parsed.query("phone")), _start(parsed.query("cursor"))
        if number is None or start is None:
            return _error(400, "bad_request")
        found = site.bound_accounts(number)
        items = [
            {
                "rid": account.id,
                "pen_name": account.nickname,
                "linked": formats.day(account.bound_at),
            }
            for account in found[start : start + PAGE]
        ]
        more = start + PAGE < len(found)
        cursor = _cursor(start + PAGE) if more else None
        return Answer(body={"items": items, "total": len(found), "cursor": cursor})

    def unlink(parsed: ParsedRequest) -> Answer:
        key = parsed.query("request_id")
        if not key:
            return _error(400, "bad_request")
        return site.unbind_once(key, parsed.path_param("reader"), None, UNLINKED, KEY_REUSED)

    site.guard(lambda parsed: parsed.query("api_key") == KEY, _error(401, "bad_key"))
    site.route("GET", "/readers", lookup)
    site.route("DELETE", "/readers/{reader}/phone", unlink, writes=True)
