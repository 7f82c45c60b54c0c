"""一览通: an aggregator that lists its apps in pages; the list may change at run time."""

from __future__ import annotations

from typing import cast

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.aggregator_catalogue import CODES, EntryFault
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-yilan-token"  # noqa: S105 - a simulated one
PLATFORM = Platform(
    id="yilan",
    zh="一览通",
    en="Yilan",
    category="tools",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN},
    apps=tuple(CODES.values()),
)
PAGE = 3
KINDS = {"membership": "card", "community": "bbs", "media": "media", "health": "health"}
STATES = {
    OrderOutcome.DONE: "UNBOUND",
    OrderOutcome.ALREADY: "ALREADY",
    OrderOutcome.NO_SUCH_ACCOUNT: "NO_USER",
    OrderOutcome.REFUSED: "REFUSED",
}
INVALID = Answer(400, {"error": "bad request"})
KEY_REUSED = Answer(422, {"error": "key reused"})


def register_routes(site: Site) -> None:
    catalogue = site.world.aggregator_catalogue

    def describe_app(code: str) -> object:
        app = CODES[code]
        title = catalogue.names.get(code, app.zh)
        return {"code": code, "title": title, "title_en": app.en, "kind": KINDS[app.category]}

    def apps(parsed: ParsedRequest) -> Answer:
        start = parsed.query("from") or "0"
        if not start.isdigit():
            return INVALID
        rows = [describe_app(code) for code in catalogue.listed]
        if catalogue.broken:
            rows.append({"title": "?"})
        end = int(start) + PAGE
        more = str(end) if end < len(rows) else None
        return Answer(body={"items": rows[int(start) : end], "next": more})

    def answer_for(code: str, number: str) -> object:
        trouble = catalogue.troubles.get(code)
        if trouble is not None:
            state = "BUSY" if trouble is EntryFault.BUSY else "夢"
            return {"app": code, "state": state, "users": []}
        found = site.world.bound_accounts(CODES[code].id, number)
        users = rows(found, "uid", "nick", "since", formats.day)
        return {"app": code, "state": "FOUND" if users else "NONE", "users": users}

    def check(parsed: ParsedRequest) -> Answer:
        number, asked = formats.d11(parsed.text("phone")), parsed.value("apps")
        if number is None or not isinstance(asked, list):
            return INVALID
        codes = [code for code in cast("list[object]", asked) if code in catalogue.listed]
        answers = [
            answer_for(str(code), number)
            for code in codes
            if catalogue.troubles.get(str(code)) is not EntryFault.MISSING
        ]
        return Answer(body={"answers": answers})

    def unbind(parsed: ParsedRequest) -> Answer:
        number, code = formats.d11(parsed.text("phone")), parsed.text("app")
        uid, key = parsed.text("uid"), parsed.header("idempotency-key")
        if number is None or code not in CODES or not (uid and key):
            return INVALID

        def act() -> Answer:
            account = site.world.find(CODES[code].id, uid, number)
            if account is None:
                return Answer(404, {"state": STATES[OrderOutcome.NO_SUCH_ACCOUNT]})
            outcome = site.world.unbind(account, key, site.platform.id)
            return Answer(
                409 if outcome is OrderOutcome.REFUSED else 200, {"state": STATES[outcome]}
            )

        return site.run_once(key, Operation.UNBIND, f"{code}:{uid}", act, KEY_REUSED)

    site.guard(lambda parsed: parsed.has_bearer(TOKEN), Answer(401, {"error": "unauthorized"}))
    site.route("GET", "/v1/apps", apps)
    site.route("POST", "/v1/check", check)
    site.route("POST", "/v1/unbind", unbind, writes=True)
