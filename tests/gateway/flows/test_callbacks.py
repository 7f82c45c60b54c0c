"""Callbacks: token, signature, once only; then the next step uses them."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook
from tests.gateway.conftest import SECRET, make, started

from jiebang.gateway.domain.status import Outcome, Progress, Status, Verification
from jiebang.gateway.flows.callbacks import CallbackReceipt
from jiebang.gateway.journal.models import Item
from jiebang.gateway.views.renewal_view import RenewalView
from jiebang.sdk import (
    Account,
    Capability,
    Delivery,
    Denied,
    DenyReason,
    Limits,
    NotBound,
    Pending,
    Update,
)

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve, Service, Shop

DONE = {"say": "done", "ref": "r-1"}


Lines = list[tuple[str, str]]


def signed(body: object, name: str = "event-1", secret: str = SECRET) -> tuple[Lines, bytes]:
    raw, now = json.dumps(body), datetime.now(UTC)
    return [
        ("webhook-id", name),
        ("webhook-timestamp", str(int(now.timestamp()))),
        ("webhook-signature", Webhook(secret).sign(name, now, raw)),
    ], raw.encode()


def calling(name: str = "shop", accounts: Collection[Account] = (), **rest: Any) -> Shop:
    shop = make.shop(name, *accounts, extra=(Capability.STATUS, Capability.CALLBACK), **rest).plan(
        "unbind", Pending(remote_ref="r-1")
    )
    return shop


async def waiting(service: Service, shop: Shop) -> tuple[RenewalView, str]:
    """Return a renewal whose order waits for a callback, and the token in its URL."""
    view = await service.start()
    async with service.working():
        view = await service.until(
            view,
            lambda now: (
                bool(now.actions and shop.urls)
                and all(one.progress is Progress.AWAITING_PLATFORM for one in now.actions)
            ),
        )
    return view, token_in(shop.urls[0])


async def told(
    service: Service, token: str, body: object = DONE, name: str = "event-1"
) -> CallbackReceipt:
    """Return the receipt of a callback from the shop."""
    return await service.callbacks.receive("shop", token, *signed(body, name))


def token_in(url: str | None) -> str:
    return str(url).rsplit("/", 1)[1]


async def released(service: Service, item: uuid.UUID) -> bool:
    async with service.database.transaction() as session:
        return (await session.get_one(Item, item)).released is not None


async def test_a_callback_is_kept_once_and_wakes_its_order(serve: Serve) -> None:
    shop = calling()
    service = await serve(shop)
    view, token = await waiting(service, shop)
    assert await told(service, token) is CallbackReceipt.KEPT
    assert await released(service, view.actions[0].id)
    assert await told(service, token) is CallbackReceipt.IGNORED
    end = await service.settle(view)
    assert end.status is Status.FULFILLED
    assert end.actions[0].verification is Verification.VERIFIED
    assert "status" not in shop.calls
    late = await told(service, token, DONE, "event-2")
    assert late is CallbackReceipt.IGNORED
    assert (await service.get(view)).last_event == end.last_event
    assert await service.count("callback where applied_at is null") == 0


async def test_a_forged_token_leads_nowhere(serve: Serve) -> None:
    shop = calling()
    service = await serve(shop, calling("other"))
    _, token = await waiting(service, shop)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    forged = [
        "",
        "x",
        "é" * 43,
        token[:-1],
        token + "AAAA",
        *(
            base64.urlsafe_b64encode(bytes([*raw[:n], raw[n] ^ 1, *raw[n + 1 :]])).decode()
            for n in (0, 15, 16, 31)
        ),
    ]
    for bad in forged:
        assert await told(service, bad) is CallbackReceipt.UNKNOWN
    for connector in ("other", "nobody", ""):
        assert (
            await service.callbacks.receive(connector, token, *signed(DONE))
            is CallbackReceipt.UNKNOWN
        )


@pytest.mark.parametrize("how", ["another secret", "another body", "no headers", "no utf-8"])
async def test_a_bad_signature_is_refused_and_the_platform_itself_is_asked(
    serve: Serve, how: str
) -> None:
    shop = calling()
    service = await serve(shop)
    view, token = await waiting(service, shop)
    assert not await released(service, view.actions[0].id)
    headers, body = signed(DONE, secret="whsec_" + "b3RoZXI=" * 3)
    if how != "another secret":
        headers, body = signed(DONE)
    if how == "another body":
        body = body.replace(b"r-1", b"r-2")
    if how == "no utf-8":
        body = b"\xff"
    if how == "no headers":
        headers = []
    assert await service.callbacks.receive("shop", token, headers, body) is CallbackReceipt.REFUSED
    assert await released(service, view.actions[0].id)
    end = await service.settle(view)
    assert shop.calls.count("status") == 1
    assert end.status is Status.FULFILLED


@pytest.mark.parametrize(
    "body",
    [
        {"nothing": "known"},
        [],
        {"say": "done", "ref": "of another order"},
        {"say": NotBound("a lookup's word").evidence, "ref": "r-1"},
    ],
)
async def test_what_cannot_be_read_says_nothing_and_the_platform_is_asked(
    serve: Serve, body: object
) -> None:
    shop = calling()
    service = await serve(shop)
    view, token = await waiting(service, shop)
    assert await told(service, token, body) is CallbackReceipt.KEPT
    end = await service.settle(view)
    assert end.status is Status.FULFILLED
    assert shop.calls.count("status") == 1


async def test_of_several_callbacks_the_one_that_settles_it_wins(serve: Serve) -> None:
    shop = calling()
    service = await serve(shop)
    view, token = await waiting(service, shop)
    await told(service, token, DONE, "event-1")
    await told(service, token, {"say": "", "ref": "r-1"}, "event-2")
    end = await service.settle(view)
    assert end.status is Status.FULFILLED
    assert "status" not in shop.calls


async def test_a_refusal_may_come_by_callback(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = calling()
    service = await serve(shop)
    view, token = await waiting(service, shop)

    def parse(event: object) -> list[Update]:
        return [Update(outcome=Denied(reason=DenyReason.LEGAL_HOLD))]

    monkeypatch.setattr(shop, "parse_callback", parse)
    await told(service, token, {})
    end = await service.settle(view)
    assert end.actions[0].status is Status.DENIED


async def test_a_connector_without_callbacks_has_no_address(serve: Serve) -> None:
    service = await serve(make.shop())
    assert service.callbacks.url("shop", uuid.uuid4()) is None
    assert service.callbacks.url("nobody", uuid.uuid4()) is None


async def test_a_lost_callback_that_status_cannot_replace_ends_as_expired(serve: Serve) -> None:
    shop = calling(limits=Limits(give_up_after=timedelta(0)))
    service = await serve(shop)
    end = await service.settle()
    assert end.actions[0].status is Status.EXPIRED
    token = token_in(shop.urls[0])
    assert await told(service, token) is CallbackReceipt.IGNORED
    assert (await service.get(end)).actions[0].status is Status.EXPIRED


async def test_an_older_state_never_takes_an_end_back(serve: Serve) -> None:
    shop = calling()
    service = await serve(shop)
    view, token = await waiting(service, shop)
    assert await told(service, token) is CallbackReceipt.KEPT
    end = await service.settle(view)
    for older in ({"say": "", "ref": "r-1"}, {"say": "done", "ref": "r-2"}):
        late = await told(service, token, older, str(older))
        assert late is CallbackReceipt.IGNORED
    assert (await service.get(view)).last_event == end.last_event


async def test_a_callback_before_the_reply_waits_for_it(serve: Serve) -> None:
    shop = calling()
    shop.held = "unbind"
    service, view = await started(serve, shop)
    async with service.working():
        await service.until(view, lambda _: bool(shop.urls))
        token = token_in(shop.urls[0])
        assert await told(service, token) is CallbackReceipt.KEPT
        shop.gate.set()
        end = await service.until(view)
    assert end.actions[0].status is Status.FULFILLED
    assert end.actions[0].verification is Verification.VERIFIED
    assert shop.calls.count("unbind") == 1
    assert "status" not in shop.calls


async def test_what_is_not_stored_yet_is_to_be_sent_again(serve: Serve) -> None:
    service = await serve(calling())
    url = service.callbacks.url("shop", uuid.uuid4())
    assert url is not None
    receipt = await told(service, token_in(url))
    assert receipt is CallbackReceipt.UNKNOWN


async def test_the_address_of_another_order_does_not_carry_this_orders_word(serve: Serve) -> None:
    shop = calling(accounts=(make.account("h-1"), make.account("h-2"))).plan(
        "unbind", Pending(remote_ref="r-2")
    )
    service, view = await started(serve, shop)
    async with service.working():
        await service.until(
            view,
            lambda now: (
                len(now.actions) == 2
                and all(one.progress is Progress.AWAITING_PLATFORM for one in now.actions)
            ),
        )
    first, second = (token_in(url) for url in shop.urls)
    assert await told(service, first, {"say": "done", "ref": "r-2"})
    assert await told(service, second, {"say": "done", "ref": "r-1"})
    end = await service.settle(view)
    assert end.status is Status.FULFILLED
    assert shop.calls.count("status") == 2  # neither was believed, both were asked after


async def test_a_lookups_answer_may_come_by_callback(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = calling(
        delivery={Capability.UNBIND: Delivery.CALLBACK, Capability.LOOKUP: Delivery.CALLBACK}
    )
    shop.plan("lookup", Pending(remote_ref="q-1"))
    service = await serve(shop)
    updates: list[Update] = [
        # One that could be about an order or about a lookup: each reads its own word.
        Update(outcome=Denied(reason=DenyReason.OTHER), remote_ref="q-1"),
        Update(outcome=NotBound("riders == []"), remote_ref="q-1"),
    ]
    view = await service.start()
    (inquiry,) = view.inquiries
    async with service.working():
        await service.until(view, lambda now: now.inquiries[0].outcome is Outcome.PENDING)

    def parse(event: object) -> list[Update]:
        return updates

    monkeypatch.setattr(shop, "parse_callback", parse)
    url = service.callbacks.url("shop", inquiry.id)
    assert url is not None
    assert await told(service, token_in(url), {}) is CallbackReceipt.KEPT
    end = await service.settle(view)
    assert end.inquiries[0].outcome is Outcome.NOT_BOUND
    assert "status" not in shop.calls


async def asked(service: Service) -> Outcome:
    """Return the answer to a lookup without a renewal."""
    view = await service.lookups.ask(make.request(service.catalogue), 5000)
    return view.platforms[0].outcome


def answering(monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A platform that answers lookups by callback: there is no account."""
    shop = calling(delivery={Capability.LOOKUP: Delivery.CALLBACK}).plan(
        "lookup", Pending(remote_ref="q-1")
    )

    def parse(event: object) -> list[Update]:
        return [Update(outcome=NotBound("riders == []"), remote_ref="q-1")]

    monkeypatch.setattr(shop, "parse_callback", parse)
    return shop


async def test_a_callback_ends_a_question_that_nobody_made_a_renewal_of(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = answering(monkeypatch)
    service = await serve(shop)
    assert await asked(service) is Outcome.PENDING
    token = token_in(shop.told[0])
    assert await told(service, token, {}) is CallbackReceipt.KEPT
    assert await told(service, token, {}) is CallbackReceipt.IGNORED
    await service.end_all()
    assert await asked(service) is Outcome.NOT_BOUND
    assert shop.calls == ["lookup"]
    late = await told(service, token, {}, "event-2")
    assert late is CallbackReceipt.IGNORED


async def test_a_callback_before_the_question_is_kept_has_to_come_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = answering(monkeypatch)
    service = await serve(shop)
    shop.held = "lookup"
    platform_calls = asyncio.create_task(asked(service))
    async with asyncio.timeout(10):
        while not shop.told:  # noqa: ASYNC110 - it is being asked
            await asyncio.sleep(0.01)
    token = token_in(shop.told[0])
    assert await told(service, token, {}) is CallbackReceipt.UNKNOWN
    shop.gate.set()
    assert await platform_calls is Outcome.PENDING
    assert await told(service, token, {}) is CallbackReceipt.KEPT


async def test_a_platform_that_answers_at_once_leaves_nothing_behind(serve: Serve) -> None:
    shop = calling(delivery={Capability.LOOKUP: Delivery.CALLBACK})
    service = await serve(shop)
    assert await asked(service) is Outcome.BOUND
    assert shop.told[0] is not None
    assert await service.count("item where not closed") == 0
    token = token_in(shop.told[0])
    assert await told(service, token, {}) is CallbackReceipt.UNKNOWN


def test_a_key_that_cannot_be_one_is_found_at_start() -> None:
    shop = calling()
    settings = {"shop": {"secret": "whsec_!"}}
    (problem,) = make.catalogue(shop, settings=settings).problems
    assert "JIEBANG_CONNECTORS__SHOP__SECRET cannot be used as the callback key" in problem.message
    assert "whsec_!" not in problem.message
