"""飞鹳快递: every request is signed (HMAC-SHA256 over method, path, query, time, nonce and body),
and each nonce is accepted once. Failures are XML."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import parse_qsl, quote

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

APP, SECRET = "sandbox-feiguan-app", "sandbox-feiguan-secret"
PLATFORM = Platform(
    id="feiguan",
    zh="飞鹳快递",
    en="Feiguan Express",
    category="utilities",
    number_format="D86",
    date_format="ymd",
    idempotency="key",
    credentials={"app": APP, "secret": SECRET},
)
#: Seconds by which a timestamp may differ.
WINDOW = 300


def _xml(status: int, code: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code></Error>\n'
    return Answer(status, body, media_type="application/xml")


def _ok(result: str) -> Answer:
    return Answer(body={"code": "OK", "result": result})


NOT_FOUND = Answer(404, {"code": "NoSuchRecipient"})
REMOVED = {
    OrderOutcome.DONE: _ok("REMOVED"),
    OrderOutcome.ALREADY: _ok("REMOVED_EARLIER"),
    OrderOutcome.NO_SUCH_ACCOUNT: NOT_FOUND,
}
SILENT = {
    OrderOutcome.DONE: _ok("SILENT"),
    OrderOutcome.ALREADY: _ok("SILENT_EARLIER"),
    OrderOutcome.NO_SUCH_ACCOUNT: NOT_FOUND,
}
KEY_REUSED = _xml(422, "IdempotencyKeyReused")


def signature(parsed: ParsedRequest) -> str:
    """Return the expected signature of the request."""
    url = parsed.request.url
    pairs = sorted(
        (quote(name, safe=""), quote(value, safe=""))
        for name, value in parse_qsl(url.query, keep_blank_values=True)
    )
    lines = (
        parsed.request.method,
        quote(url.path, safe="/~"),
        "&".join(f"{name}={value}" for name, value in pairs),
        parsed.header("x-feiguan-time"),
        parsed.header("x-feiguan-nonce"),
        hashlib.sha256(parsed.raw).hexdigest(),
    )
    return hmac.digest(SECRET.encode(), "\n".join(lines).encode(), "sha256").hex()


def register_routes(site: Site) -> None:
    nonces: set[str] = set()

    def is_signed(parsed: ParsedRequest) -> bool:
        stamp, nonce = parsed.header("x-feiguan-time"), parsed.header("x-feiguan-nonce")
        if parsed.header("x-feiguan-app") != APP or not nonce or nonce in nonces:
            return False
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > WINDOW:
            return False
        if not hmac.compare_digest(parsed.header("x-feiguan-sign"), signature(parsed)):
            return False
        nonces.add(nonce)
        return True

    def lookup(parsed: ParsedRequest) -> Answer:
        found = site.bound_accounts(require(formats.d86(parsed.query("phone"))))
        recipients = rows(found, "recipientNo", "name", "since", formats.compact_day)
        return Answer(body={"code": "OK", "recipients": recipients})

    def order(parsed: ParsedRequest) -> Order:
        number = require(formats.d86(parsed.text("phone")))
        return Order(parsed.header("idempotency-key"), parsed.path_param("recipient"), number)

    recipient = "/parcel/recipients/{recipient}"
    site.guard(is_signed, _xml(401, "SignatureDoesNotMatch"), _xml(400, "InvalidArgument"))
    site.route("GET", "/parcel/recipients", lookup)
    site.order_route(
        "POST", f"{recipient}/phone-removals", Operation.UNBIND, order, REMOVED, KEY_REUSED
    )
    site.order_route(
        "POST", f"{recipient}/silences", Operation.CONTACT_STOP, order, SILENT, KEY_REUSED
    )
