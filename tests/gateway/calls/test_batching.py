"""Simultaneous calls: one request for many, and an answer of its own for each caller."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from tests.gateway.conftest import make

from jiebang.connectors.kinds import load
from jiebang.connectors.rest import RestKind
from jiebang.gateway.calls.batching import Batcher
from jiebang.gateway.calls.call import CallFactory
from jiebang.gateway.catalogue.catalogue import ConnectorState, RegisteredConnector
from jiebang.gateway.domain.status import Status, Verification
from jiebang.sdk import (
    Account,
    Bound,
    Bug,
    Call,
    Capability,
    Done,
    Idempotency,
    Limits,
    NotBound,
    Order,
    ProtocolFault,
    Rejected,
    Subject,
    TimedOut,
    Unavailable,
)
from jiebang.transport import Transport

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve, Shop

BOTH = (Capability.LOOKUP_BATCH, Capability.UNBIND_BATCH)
LONG = 0.05  # seconds of gathering: what starts in one go is together
SHOP = frozenset({"shop"})


def subject(index: int) -> Subject:
    return Subject(number=f"+86138{index:08d}", region="CN")


def order(index: int, handle: str | None = None, **rest: Any) -> Order:
    return Order(
        subject=subject(index),
        account=Account(handle=handle or f"h-{index}", platform="shop"),
        idempotency_key=f"key-{index}",
        **rest,
    )


class Many:
    """A connector with batch operations. It counts its calls and returns what the test set for a
    number or handle; by default the account has the last digits of the number."""

    def __init__(self, **limits: Any) -> None:
        self.spec = replace(
            make.spec(capabilities={Capability.LOOKUP, Capability.UNBIND, *BOTH}),
            idempotency=Idempotency.NONE,
            limits=Limits(**limits),
        )
        self.batches: list[list[Any]] = []
        self.alone: list[Any] = []
        self.seen: list[Call] = []
        self.answers: dict[str, Any] = {}
        self.whole: Callable[[list[Any]], Any] = list
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered, self.cancelled = asyncio.Event(), asyncio.Event()

    @property
    def entry(self) -> RegisteredConnector:
        return RegisteredConnector(
            connector=self, spec=self.spec, settings={}, state=ConnectorState.ENABLED, source="test"
        )

    async def lookup(self, subject: Subject, call: Call) -> Any:
        self.alone.append(subject)
        self.seen.append(call)
        return self._found(subject)

    async def lookup_batch(self, subjects: Sequence[Subject], call: Call) -> Any:
        return await self._together(list(subjects), call, self._found)

    async def unbind(self, subject: Subject, account: Account, call: Call) -> Any:
        self.alone.append(account)
        self.seen.append(call)
        return self.answers.get(account.handle, Done())

    async def unbind_batch(self, orders: Sequence[Order], call: Call) -> Any:
        def done(order: Order) -> Any:
            return self.answers.get(order.account.handle, Done())

        return await self._together(list(orders), call, done)

    async def _together(self, entries: list[Any], call: Call, one: Callable[[Any], Any]) -> Any:
        self.batches.append(entries)
        self.seen.append(call)
        self.entered.set()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return self.whole([one(entry) for entry in entries])

    def _found(self, subject: Subject) -> Any:
        last = subject.number[-4:]
        return self.answers.get(last, Bound(accounts=(Account(handle=last, platform="shop"),)))


class Counter:
    """Sends many calls to a batcher at once."""

    def __init__(self, batcher: Batcher, entry: RegisteredConnector) -> None:
        self.batcher, self.entry = batcher, entry

    def lookup(
        self, index: int, *, tenant: str = "t", seconds: float = 5, **rest: Any
    ) -> Awaitable[Any]:
        platforms = rest.pop("platforms", SHOP)
        return self.batcher.lookup(
            self.entry, platforms, subject(index), tenant=tenant, seconds=seconds, **rest
        )

    def order(self, order: Order, *, seconds: float = 5) -> Awaitable[Any]:
        return self.batcher.send(self.entry, Capability.UNBIND, order, tenant="t", seconds=seconds)


def batched(max_wait: float = LONG, **limits: Any) -> tuple[Many, Counter]:
    many = Many(**limits)
    return many, Counter(Batcher(make.calls(), max_wait=max_wait), many.entry)


async def both(*calls: Awaitable[Any]) -> list[Any]:
    return list(await asyncio.gather(*calls, return_exceptions=True))


async def test_lookups_of_one_moment_are_one_call_and_each_gets_its_own() -> None:
    many, count = batched()
    answers = await both(*(count.lookup(index) for index in range(30)))
    assert [one.accounts[0].handle for one in answers] == [f"{index:04d}" for index in range(30)]
    assert [len(batch) for batch in many.batches] == [30]
    assert many.alone == []
    assert many.seen[0].platforms == SHOP


async def test_one_alone_goes_the_ordinary_way() -> None:
    many, count = batched()
    assert isinstance(await count.lookup(1), Bound)
    assert await count.order(order(2, callback_url="https://us.example/c")) == Done()
    assert many.batches == []
    assert len(many.alone) == 2
    assert many.seen[1].idempotency_key == "key-2"
    assert many.seen[1].callback_url == "https://us.example/c"


async def test_a_full_batch_does_not_wait() -> None:
    many, count = batched(3600, batch=4)
    await both(*(count.lookup(index) for index in range(8)))
    assert [len(batch) for batch in many.batches] == [4, 4]


async def test_orders_keep_their_keys_and_outcomes() -> None:
    many, count = batched()
    many.answers = {"h-1": ProtocolFault("unmapped", maybe_done=True), "h-2": Rejected("no")}
    answers = await both(*(count.order(order(index)) for index in range(4)))
    assert answers[0] == answers[3] == Done()
    assert (type(answers[1]), answers[1].maybe_done) == (ProtocolFault, True)
    assert (type(answers[2]), answers[2].maybe_done) == (Rejected, False)
    (batch,) = many.batches
    assert [one.idempotency_key for one in batch] == ["key-0", "key-1", "key-2", "key-3"]
    assert many.seen[0].idempotency_key == "", "no key stands for several orders"


WRONG: dict[str, Callable[[list[Any]], Any]] = {
    "short": lambda answers: answers[:-1],
    "long": lambda answers: [*answers, Done()],
    "none": lambda _: None,
    "mapping": lambda answers: dict.fromkeys(range(len(answers))),
}


@pytest.mark.parametrize("whole", WRONG.values(), ids=WRONG.keys())
async def test_another_number_of_answers_is_a_bug_for_all(
    whole: Callable[[list[Any]], Any],
) -> None:
    many, count = batched()
    many.whole = whole
    looked = await both(count.lookup(1), count.lookup(2))
    assert [(type(one), one.maybe_done) for one in looked] == [(Bug, False)] * 2
    ordered = await both(count.order(order(1)), count.order(order(2)))
    assert [(type(one), one.maybe_done) for one in ordered] == [(Bug, True)] * 2


async def test_a_failed_batch_is_an_error_for_each_and_nobodys_but_his_own() -> None:
    many, count = batched()

    def fail(_: object) -> Any:
        raise Unavailable("down", retry_after=7, maybe_done=True)

    many.whole = fail
    first, second = await both(count.order(order(1)), count.order(order(2)))
    assert first is not second
    for error in (first, second):
        assert isinstance(error, Unavailable)
        assert (error.retry_after, error.maybe_done) == (7, True)

    def bug(_: object) -> Any:
        raise KeyError("13800001234")

    many.whole = bug
    error, _ = await both(count.order(order(1)), count.order(order(2)))
    assert (type(error), error.maybe_done) == (Bug, True)
    assert "13800001234" not in str(error)


async def test_a_deadline_cuts_its_own_caller_only() -> None:
    many, count = batched()
    many.gate.clear()
    short = asyncio.ensure_future(count.order(order(1), seconds=0.1))
    patient = asyncio.ensure_future(count.order(order(2), seconds=60))
    with pytest.raises(TimedOut) as caught:
        await short
    assert caught.value.maybe_done, "it had been sent"
    assert not patient.done()
    many.gate.set()
    assert await patient == Done()
    assert len(many.batches) == 1


async def test_who_leaves_before_it_starts_is_not_in_it() -> None:
    many, count = batched(3600, batch=3)
    with pytest.raises(TimedOut) as caught:
        await count.order(order(1), seconds=-1)
    assert not caught.value.maybe_done, "nothing was sent"
    full = [count.order(order(index)) for index in range(2, 4)]
    assert await both(*full) == [Done(), Done()]
    ((first, second),) = many.batches
    assert (first.idempotency_key, second.idempotency_key) == ("key-2", "key-3")


async def test_when_all_have_left_the_call_is_given_up() -> None:
    many, count = batched()
    many.gate.clear()
    calls = [asyncio.ensure_future(count.lookup(index)) for index in range(2)]
    await many.entered.wait()
    for call in calls:
        call.cancel()
    await both(*calls)
    await many.cancelled.wait()


async def test_closing_leaves_nobody_waiting() -> None:
    many, count = batched()
    many.gate.clear()
    calls = [asyncio.ensure_future(count.order(order(index))) for index in range(2)]
    await many.entered.wait()
    await count.batcher.close()
    answers = await both(*calls)
    assert [(type(one), one.maybe_done) for one in answers] == [(TimedOut, True)] * 2


async def test_what_does_not_belong_together_is_not_put_together() -> None:
    many, count = batched()
    await both(
        count.lookup(1),
        count.lookup(2),
        count.lookup(1),  # the same number once more
        count.lookup(3, tenant="other"),
        count.lookup(4, platforms=frozenset({"elsewhere"})),
        count.lookup(5, callback_url="https://us.example/c"),
        count.order(order(6)),
        count.order(order(7)),
        count.order(order(8, "h-6")),  # the same account for another number
    )
    together = sorted(sorted(str(type(one).__name__) for one in batch) for batch in many.batches)
    assert together == [["Order", "Order"], ["Subject", "Subject"]]
    assert len(many.alone) == 5
    assert [call.callback_url for call in many.seen if call.callback_url] == [
        "https://us.example/c"
    ]


async def test_a_connector_that_takes_one_at_a_time_is_not_kept_waiting() -> None:
    shop = make.shop()
    entry = make.catalogue(shop).connectors["shop"]
    count = Counter(Batcher(make.calls(), max_wait=3600), entry)
    assert len(await both(count.lookup(1), count.lookup(2))) == 2
    assert shop.calls == ["lookup", "lookup"]


class Crowd:
    """A shop that takes batches of orders and acts twice if an order is repeated."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.spec = shop, shop.spec
        self.batches: list[int] = []
        self.spoil: Callable[[list[Any]], Any] = list

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shop, name)

    async def unbind_batch(self, orders: Sequence[Order], call: Call) -> Any:
        self.batches.append(len(orders))
        return self.spoil([self._one(one) for one in orders])

    def _one(self, order: Order) -> Any:
        self.shop.effects.append(order.idempotency_key)
        self.shop.accounts.pop(order.account.handle, None)
        return Done()


def crowd(count: int) -> Crowd:
    shop = make.shop(
        "shop",
        *(make.account(f"h-{index}") for index in range(count)),
        idempotency=Idempotency.NONE,
        extra=[Capability.UNBIND_BATCH],
        limits=Limits(concurrency=count),
    )
    return Crowd(shop)


async def test_concurrent_ticks_are_few_requests_and_every_order_is_done_once(serve: Serve) -> None:
    many = crowd(24)
    accounts = list(many.shop.accounts.values())
    service = await serve(many)
    ended = await service.settle(await service.order(*accounts))
    assert {one.status for one in ended.actions} == {Status.FULFILLED}
    assert {one.verification for one in ended.actions} == {Verification.VERIFIED}
    assert sorted(many.shop.effects) == sorted(set(many.shop.effects))
    assert len(many.shop.effects) == 24
    assert len(many.batches) + many.shop.calls.count("unbind") <= 12


async def test_a_batch_that_cannot_be_read_is_looked_after_and_never_sent_again(
    serve: Serve,
) -> None:
    many = crowd(8)
    many.spoil = lambda answers: answers[:-1]
    accounts = list(many.shop.accounts.values())
    service = await serve(many)
    ended = await service.settle(await service.order(*accounts))
    assert {one.status for one in ended.actions} == {Status.FULFILLED}
    assert len(many.shop.effects) == len(set(many.shop.effects)) == 8


MANIFEST = """\
manifest: 1
kind: rest
id: shop
version: 0.1.0
name: {zh-CN: 店, en: Shop}
platform: {category: shopping}
config: {base_url: {type: url}}
idempotency: {mode: none}
lookup:
  request: {method: GET, path: "/b/${subject.national}"}
  outcomes: &found
    - {when: {jmespath: "length(ids) > `0`"}, bound: {each: "ids[].{id: @}", handle: id}}
    - {when: {jmespath: "ids == `[]`"}, not_bound: {}}
lookup_batch:
  request: {method: POST, path: /many, json: {phones: {$each: "${subject.national}"}}}
  entries: found
  key: {from: phone, is: "${subject.national}"}
  outcomes: *found
"""


async def test_a_real_platform_gets_one_request_for_many_lookups(tmp_path: Path) -> None:
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.path)
        phones: list[str] = json.loads(await request.read())["phones"]
        found: list[Mapping[str, object]] = [
            {"phone": phone, "ids": [phone[-2:]] if int(phone[-1]) % 2 else []}
            for phone in reversed(phones)
        ]
        return web.json_response({"found": [one for one in found if one["ids"] != ["05"]]})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    path = tmp_path / "shop.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    connector = load(path, {"rest": RestKind()})
    entry = RegisteredConnector(
        connector=connector,
        spec=connector.spec,
        settings={"base_url": f"http://127.0.0.1:{runner.addresses[0][1]}"},
        state=ConnectorState.ENABLED,
        source="test",
    )
    async with Transport(allow_private=["127.0.0.1"]) as transport:
        count = Counter(Batcher(CallFactory(transport), max_wait=LONG), entry)
        answers = await both(*(count.lookup(index) for index in range(10)))
    await runner.cleanup()
    assert seen == ["/many"]
    for index, answer in enumerate(answers):
        match index:
            case 5:
                assert isinstance(answer, ProtocolFault), "the platform left it out"
            case _ if index % 2:
                assert [one.handle for one in answer.accounts] == [f"0{index}"]
            case _:
                assert isinstance(answer, NotBound)
