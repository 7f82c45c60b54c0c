"""墨页书库: long lists, ten readers a page behind an opaque cursor; everything travels in the
query, the key of an order too."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from jiebang.sandbox import formats
from jiebang.sandbox.answers import Answer, Visit
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import Verdict

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
    Verdict.DONE: Answer(body={"status": "unlinked"}),
    Verdict.ALREADY: Answer(body={"status": "unlinked_before"}),
    Verdict.NO_SUCH_ACCOUNT: _error(404, "no_reader"),
}
KEY_REUSED = _error(422, "request_id_reused")


def _cursor(start: int) -> str:
    return urlsafe_b64encode(f"from:{start}".encode()).decode()


def _start(cursor: str) -> int | None:
    """Where a page begins; None for a cursor that is not ours."""
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    start = text.removeprefix("from:")
    return int(start) if start.isdigit() and start.isascii() else None


def open_site(site: Site) -> None:
    def lookup(visit: Visit) -> Answer:
        number, start = formats.d86(visit.query("phone")), _start(visit.query("cursor"))
        if number is None or start is None:
            return _error(400, "bad_request")
        found = site.bound(number)
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

    def unlink(visit: Visit) -> Answer:
        key = visit.query("request_id")
        if not key:
            return _error(400, "bad_request")
        return site.unbind_once(key, visit.part("reader"), None, UNLINKED, KEY_REUSED)

    site.guard(lambda visit: visit.query("api_key") == KEY, _error(401, "bad_key"))
    site.route("GET", "/readers", lookup)
    site.route("DELETE", "/readers/{reader}/phone", unlink, writes=True)
