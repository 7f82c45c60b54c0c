"""栖山酒店: stores each number as its guest typed it, with +86 or without, and finds it only in
that form. Two guests per page, the next page behind a link; errors are HTML pages."""

from __future__ import annotations

from urllib.parse import quote

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import Account, rows
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-qishan-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="qishan",
    zh="栖山酒店",
    en="Qishan Hotels",
    category="travel",
    number_format="E164 or D11",
    date_format="instant",
    idempotency="natural",
    credentials={"token": TOKEN},
)
PAGE = 2


def _page(status: int, title: str) -> Answer:
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{title}</body></html>"
    return Answer(status, body, media_type="text/html")


RELEASED = {
    OrderOutcome.DONE: Answer(204),
    OrderOutcome.ALREADY: Answer(410, ""),
    OrderOutcome.NO_SUCH_ACCOUNT: _page(404, "页面不存在"),
}


def _stored_spelling(account: Account) -> str:
    """Return the number as it was typed when the account was created."""
    typed_whole = roll("qishan", account.id) < 0.5
    return account.number if typed_whole else account.number.removeprefix("+86")


def register_routes(site: Site) -> None:
    def lookup(parsed: ParsedRequest) -> Answer:
        text, offset = parsed.query("tel"), parsed.query("offset") or "0"
        number = formats.e164(text) or formats.d11(text)
        if number is None or not (offset.isdigit() and offset.isascii()):
            return _page(400, "参数错误")
        found = [each for each in site.bound_accounts(number) if _stored_spelling(each) == text]
        start = int(offset)
        guests = rows(found[start : start + PAGE], "guest", "alias", "joined", formats.instant)
        following = None
        if start + PAGE < len(found):
            following = f"/qishan/api/guests?tel={quote(text)}&offset={start + PAGE}"
        return Answer(body={"guests": guests, "links": {"next": following}})

    def release(parsed: ParsedRequest) -> Answer:
        return RELEASED[site.unbind(parsed.path_param("guest"))]

    site.guard(lambda parsed: parsed.has_bearer(TOKEN), _page(401, "请登录"))
    site.route("GET", "/api/guests", lookup)
    site.route("DELETE", "/api/guests/{guest}/tel", release, writes=True)
