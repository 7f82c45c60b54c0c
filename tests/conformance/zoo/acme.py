"""The good connectors in Python: a plain one, and one for each way a platform may work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from jiebang.connectors.manifest.tree import is_list, is_mapping
from jiebang.sdk import (
    Account,
    ActionOutcome,
    BindingDate,
    Bound,
    Call,
    Capability,
    Category,
    ClientCredentials,
    ConfigFault,
    ConnectorError,
    ConnectorSpec,
    Delivery,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    Limits,
    LookupAnswer,
    LookupOutcome,
    NotBound,
    Order,
    Pending,
    Platform,
    Precedence,
    ProtocolFault,
    Rate,
    Reply,
    Secret,
    Setting,
    SettingType,
    StandardWebhooks,
    Subject,
    Unavailable,
    Update,
    VerifiedCallback,
)

ORDER_STATUSES = (200, 404, 409)
BASE_URL = Setting(name="base_url", type=SettingType.URL)
SECRET_TOKEN = Setting(name="token", type=SettingType.SECRET)
SPEC = ConnectorSpec(
    id="acme",
    version="0.1.0",
    name={"zh-CN": "艾克米商城", "en": "Acme Mall"},
    platforms=(
        Platform(
            id="acme", name={"zh-CN": "艾克米商城", "en": "Acme Mall"}, category=Category.SHOPPING
        ),
    ),
    capabilities=frozenset({Capability.LOOKUP, Capability.UNBIND}),
    limits=Limits(rate=Rate(calls=50, per=timedelta(seconds=1))),
    idempotency=Idempotency.KEY,
    dates_bindings=True,
    settings=(BASE_URL, SECRET_TOKEN),
    owners=("zoo@acme.example",),
    docs="https://acme.example/docs/jiebang",
)


def bearer(call: Call) -> dict[str, str]:
    token = call.settings.get("token")
    if not isinstance(token, Secret):
        raise ConfigFault("the setting token is missing")
    return {"Authorization": f"Bearer {token.reveal()}"}


def field_of(document: object, name: str) -> Any:
    """Return a required field: null is a value, a missing field is an error."""
    if not is_mapping(document) or name not in document:
        raise ProtocolFault(f"the answer does not have a field {name}")
    return document[name]


def text_of(document: object, name: str) -> str:
    value = field_of(document, name)
    if not isinstance(value, str) or not value.strip():
        raise ProtocolFault(f"the field {name} is not a string")
    return value


def rows_of(document: object, name: str) -> list[Any]:
    rows = field_of(document, name)
    if not is_list(rows):
        raise ProtocolFault(f"the field {name} is not a list")
    return rows


class Acme:
    """One request, one answer; orders carry the gateway's key."""

    spec: ConnectorSpec = SPEC

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        return self.outcome((await self.ask(subject, call)).json())

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await call.http.send(
            "GET", "/v1/bindings", params={"phone": subject.number}, headers=bearer(call)
        )

    def outcome(self, document: object) -> LookupOutcome:
        rows = rows_of(document, "bindings")
        if rows == []:
            return NotBound("bindings == []")
        return Bound(accounts=tuple(self.account(row) for row in rows))

    def account(self, row: object) -> Account:
        return Account(
            handle=text_of(row, "id"),
            platform=self.spec.platforms[0].id,
            label=self.label(text_of(row, "nick")),
            bound=self.bound(text_of(row, "bound_at")),
        )

    def label(self, nick: str) -> str:
        return f"{nick[:1]}**"

    def bound(self, instant: str) -> BindingDate:
        try:
            return BindingDate.at(datetime.fromisoformat(instant))
        except ValueError:
            raise ProtocolFault("bound_at is not an instant") from None

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return self.read_reply(await self.send_order(account.handle, call))

    async def send_order(self, handle: str, call: Call) -> Reply:
        return await call.http.send(
            "DELETE",
            f"/v1/bindings/{quote(handle, safe='')}",
            headers=bearer(call) | self.key(call),
            accept=ORDER_STATUSES,
        )

    def key(self, call: Call) -> dict[str, str]:
        return {"Idempotency-Key": call.idempotency_key}

    def read_reply(self, reply: Reply) -> ActionOutcome:
        return order_outcome(reply.status, reply.json())


def order_outcome(status: int, document: object) -> ActionOutcome:
    """Return the outcome of one order, from its own status and state."""
    word = document.get("state", document.get("code")) if is_mapping(document) else None
    match status, word:
        case 200, "UNBOUND":
            return Done()
        case 200, "ALREADY_UNBOUND":
            return Done(already=True)
        case 404, "NO_SUCH_ACCOUNT":
            return Denied(reason=DenyReason.NO_MATCH, platform_code="NO_SUCH_ACCOUNT")
        case _:
            raise ProtocolFault("the answer does not report the order's result", maybe_done=True)


class Natural(Acme):
    """The platform does not know keys, and itself reports that nothing was left to do."""

    spec = replace(SPEC, idempotency=Idempotency.NATURAL)

    def key(self, call: Call) -> dict[str, str]:
        return {}


class Unkeyed(Acme):
    """The platform does not know keys, and cannot distinguish a second order from a wrong one."""

    spec = replace(SPEC, idempotency=Idempotency.NONE)

    async def send_order(self, handle: str, call: Call) -> Reply:
        return await call.http.send(
            "POST", "/v1/detach", json={"id": handle}, headers=bearer(call), accept=ORDER_STATUSES
        )


class Worded(Acme):
    """The platform states explicitly whether there is an account, and what blocks it."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await call.http.send(
            "GET", "/v1/state", params={"phone": subject.national}, headers=bearer(call)
        )

    def outcome(self, document: object) -> LookupOutcome:
        rows = rows_of(document, "bindings")
        match text_of(document, "state"):
            case "REGISTERED" if rows:
                return Bound(accounts=tuple(self.account(row) for row in rows))
            case "NOT_REGISTERED" if rows == []:
                return NotBound("state == 'NOT_REGISTERED'")
            case _:
                raise ProtocolFault("a state nobody mapped")

    def account(self, row: object) -> Account:
        return replace(super().account(row), blockers=self.blockers(field_of(row, "held")))

    def blockers(self, word: object) -> tuple[DenyReason, ...]:
        match word:
            case None:
                return ()
            case "BALANCE":
                return (DenyReason.FUNDS_OR_DEBT_OUTSTANDING,)
            case _:
                raise ProtocolFault("a word nobody mapped")


class OAuth(Acme):
    """OAuth: the client fetches and sends the tokens; the connector needs no code for it."""

    spec = replace(
        SPEC,
        settings=(
            BASE_URL,
            Setting(name="client"),
            Setting(name="pin", type=SettingType.SECRET),
        ),
        auth=ClientCredentials(token="/oauth/token", client_id="client", client_secret="pin"),
    )

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await call.http.send("GET", "/v1/bindings", params={"phone": subject.number})

    async def send_order(self, handle: str, call: Call) -> Reply:
        path = f"/v1/bindings/{quote(handle, safe='')}"
        return await call.http.send("DELETE", path, headers=self.key(call), accept=ORDER_STATUSES)


class Paged(Acme):
    """One account per page. Reads at most `most` pages, and then says that it is incomplete."""

    most = 8

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        accounts: list[Account] = []
        cursor, seen = "", set[str]()
        for _ in range(self.most):
            document = await self.page(subject, cursor, call)
            accounts += [self.account(row) for row in rows_of(document, "bindings")]
            following = field_of(document, "next")
            if following is None:
                return self.complete_outcome(accounts)
            if not isinstance(following, str) or not following or following in seen:
                raise ProtocolFault("the cursor is invalid")
            seen.add(following)
            cursor = following
        if not accounts:
            raise ProtocolFault("nothing on many pages, and more to come")
        return Bound(accounts=tuple(accounts), complete=False)

    async def page(self, subject: Subject, cursor: str, call: Call) -> object:
        params = {"phone": subject.number} | ({"cursor": cursor} if cursor else {})
        reply = await call.http.send("GET", "/v1/pages", params=params, headers=bearer(call))
        document: object = reply.json()
        return document

    def complete_outcome(self, accounts: list[Account]) -> LookupOutcome:
        if not accounts:
            return NotBound("bindings == [] and next == null")
        if len({one.handle for one in accounts}) < len(accounts):
            raise ProtocolFault("an account came twice")
        return Bound(accounts=tuple(accounts))


class Polled(Acme):
    """An order is a case that can be polled."""

    spec = replace(
        SPEC,
        capabilities=SPEC.capabilities | {Capability.STATUS},
        delivery={Capability.UNBIND: Delivery.POLL},
    )

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        body = {"id": account.handle} | self.report(call)
        reply = await call.http.send(
            "POST", "/v1/cases", json=body, headers=bearer(call) | self.key(call), accept=(202, 404)
        )
        document = reply.json()
        if reply.status == 404:
            return order_outcome(404, document)
        if text_of(document, "state") != "OPEN":
            raise ProtocolFault("a new case that is not open", maybe_done=True)
        return Pending(remote_ref=text_of(document, "case"))

    def report(self, call: Call) -> dict[str, str]:
        return {}

    async def status(
        self, subject: Subject, pending: Pending, asked: Capability, call: Call
    ) -> ActionOutcome | LookupOutcome:
        path = f"/v1/cases/{quote(pending.remote_ref, safe='')}"
        reply = await call.http.send("GET", path, headers=bearer(call))
        return self.case(reply.json())

    def case(self, document: object) -> ActionOutcome:
        match text_of(document, "state"):
            case "OPEN":
                return Pending(remote_ref=text_of(document, "case"))
            case "DONE":
                return Done()
            case "ALREADY":
                return Done(already=True)
            case _:
                raise ProtocolFault("a state nobody mapped")


class Reported(Polled):
    """A signed callback reports the end of an order; the case can still be polled."""

    spec = replace(
        SPEC,
        capabilities=SPEC.capabilities | {Capability.STATUS, Capability.CALLBACK},
        delivery={Capability.UNBIND: Delivery.CALLBACK},
        settings=(
            *SPEC.settings,
            Setting(name="callback_secret", type=SettingType.SECRET),
        ),
        callback_auth=StandardWebhooks(key="callback_secret"),
    )

    def report(self, call: Call) -> dict[str, str]:
        return {"notify_url": call.callback_url} if call.callback_url else {}

    def parse_callback(self, event: VerifiedCallback) -> Sequence[Update]:
        return (Update(outcome=self.case(event.json), remote_ref=text_of(event.json, "case")),)


class Apps(Acme):
    """Speaks for two platforms; one that fails does not affect the other."""

    spec = replace(
        SPEC,
        id="acme_apps",
        platforms=(
            Platform(
                id="acme_shop",
                name={"zh-CN": "艾购", "en": "Acme Shop"},
                category=Category.SHOPPING,
            ),
            Platform(
                id="acme_pay", name={"zh-CN": "艾付", "en": "Acme Pay"}, category=Category.FINANCE
            ),
        ),
        precedence=Precedence.AGGREGATOR,
    )

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        asked = sorted(call.platforms & self.spec.platform_ids)
        body = {"phone": subject.number, "apps": asked}
        reply = await call.http.send("POST", "/v1/apps", json=body, headers=bearer(call))
        return self.answers(rows_of(reply.json(), "results"), asked)

    def answers(self, results: list[Any], asked: list[str]) -> LookupAnswer:
        found: dict[str, LookupOutcome | ConnectorError] = {}
        for entry in results:
            app = text_of(entry, "app")
            if app not in asked:
                continue
            try:
                found[app] = self.answer(entry, app)
            except ConnectorError as error:
                found[app] = error
        return found

    def answer(self, entry: Mapping[str, Any], app: str) -> LookupOutcome:
        rows = rows_of(entry, "accounts")
        match text_of(entry, "state"):
            case "REGISTERED" if rows:
                return Bound(
                    accounts=tuple(replace(self.account(row), platform=app) for row in rows)
                )
            case "NOT_REGISTERED" if rows == []:
                return NotBound("state == 'NOT_REGISTERED'")
            case "BUSY":
                raise Unavailable("the platform behind it is busy")
            case _:
                raise ProtocolFault("a state nobody mapped")


class Batched(Acme):
    """Many numbers or accounts in one request; one answer each, in order."""

    spec = replace(
        SPEC,
        capabilities=SPEC.capabilities | {Capability.LOOKUP_BATCH, Capability.UNBIND_BATCH},
    )

    async def lookup_batch(
        self, subjects: Sequence[Subject], call: Call
    ) -> Sequence[LookupAnswer | ConnectorError]:
        phones = [subject.number for subject in subjects]
        reply = await call.http.send(
            "POST", "/v1/many", json={"phones": phones}, headers=bearer(call)
        )
        return self.sort_answers(rows_of(reply.json(), "answers"), phones)

    def sort_answers(
        self, answers: list[Any], phones: list[str]
    ) -> Sequence[LookupAnswer | ConnectorError]:
        by_phone = {one["phone"]: one for one in answers if is_mapping(one) and "phone" in one}
        return [self.answer_for(by_phone.get(phone)) for phone in phones]

    def answer_for(self, answer: object) -> LookupAnswer | ConnectorError:
        try:
            return self.outcome(answer)
        except ConnectorError as error:
            return error

    async def unbind_batch(
        self, orders: Sequence[Order], call: Call
    ) -> Sequence[ActionOutcome | ConnectorError]:
        wishes = [{"id": one.account.handle, "key": one.idempotency_key} for one in orders]
        reply = await call.http.send(
            "POST", "/v1/items", json={"items": wishes}, headers=bearer(call)
        )
        items = rows_of(reply.json(), "items")
        by_id = {one["id"]: one for one in items if is_mapping(one) and "id" in one}
        return [self.item_outcome(by_id.get(one.account.handle)) for one in orders]

    def item_outcome(self, item: object) -> ActionOutcome | ConnectorError:
        try:
            return order_outcome(field_of(item, "status"), field_of(item, "said"))
        except ConnectorError as error:
            error.maybe_done = True
            return error
