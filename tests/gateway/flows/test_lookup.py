"""Lookups: one deadline, independent platforms, and no NOT_BOUND without evidence."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.gateway.conftest import NoLog, NoRoutes, make

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.rate_limit import TokenBucket
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.catalogue.demand import Demand
from jiebang.gateway.domain.account_id import AccountIdSealer
from jiebang.gateway.domain.errors import (
    GatewayError,
    OutOfRange,
    Reason,
    ServiceUnavailable,
    TooManyRequests,
)
from jiebang.gateway.domain.metrics import latencies
from jiebang.gateway.domain.status import Outcome, UnknownReason
from jiebang.gateway.domain.tenure import Current, Former
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.lookup import Lookups
from jiebang.gateway.views.lookup_view import LookupView
from jiebang.gateway.views.projection import PlatformView, Projector
from jiebang.sdk import (
    Bound,
    Call,
    Category,
    Limits,
    NotBound,
    Pending,
    RateLimited,
    Rejected,
    Subject,
    SubjectNeed,
    Unavailable,
)

if TYPE_CHECKING:
    from jiebang.gateway.calls.validation import PlatformAnswers

Ask = Callable[[Subject, Call], Awaitable[Any]]


class Plenty:
    """Rate limits that are never reached, or that cannot be read."""

    def __init__(self, *, down: bool = False, calls: int = 1000) -> None:
        self.down, self.calls = down, calls

    async def lease(self, bucket: TokenBucket, want: int) -> tuple[int, float]:
        if self.down:
            raise ServiceUnavailable(Reason.JOURNAL_DOWN, Wording("down"))
        given, self.calls = min(want, self.calls), max(0, self.calls - want)
        return given, 5.0


class Nothing:
    """No lookup was left pending; saving one may fail."""

    def __init__(self, *, down: bool = False, hangs: bool = False) -> None:
        self.down, self.hangs = down, hangs
        self.kept: list[str] = []

    async def load(self, request: LookupRequest, platforms: Collection[str]) -> PlatformAnswers:
        if self.hangs:
            await asyncio.Event().wait()
        if self.down:
            raise ServiceUnavailable(Reason.JOURNAL_DOWN, Wording("down"))
        return {}

    async def save(
        self,
        request: LookupRequest,
        connector: str,
        platform: str,
        pending: Pending,
        callback_item: uuid.UUID | None,
    ) -> None:
        if self.down:
            raise ServiceUnavailable(Reason.JOURNAL_DOWN, Wording("down"))
        self.kept.append(platform)


class Desk:
    """Lookups with connectors made of one function each."""

    def __init__(
        self, *connectors: Any, rates: Plenty | None = None, standing: Nothing | None = None
    ) -> None:
        self.standing = standing or Nothing()
        self.catalogue = make.catalogue(*connectors)
        assert not self.catalogue.problems
        projector = Projector(AccountIdSealer(make.keys, ttl=60))
        self.demand = Demand(self.catalogue, NoLog())
        self.lookups = Lookups(
            make.calls(),
            Admission(rates or Plenty(), str.encode),
            projector,
            self.standing,
            self.demand,
            NoRoutes(),
        )

    async def ask(self, deadline_ms: int = 2000, **about: Any) -> Mapping[str, PlatformView]:
        view = await self.view(deadline_ms, **about)
        return {one.platform.id: one for one in view.platforms}

    async def view(self, deadline_ms: int = 2000, **about: Any) -> LookupView:
        request = make.request(self.catalogue, **about)
        try:
            return await self.lookups.ask(request, deadline_ms)
        finally:
            await self.lookups.close()


def connector(name: str, ask: Ask, **rest: Any) -> Any:
    shop = make.shop(name, **rest)
    shop.lookup = ask  # type: ignore[method-assign, assignment]  # its one interesting method
    return shop


def answering(answer: object) -> Ask:
    async def ask(subject: Subject, call: Call) -> Any:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return ask


async def hang(subject: Subject, call: Call) -> Any:
    await asyncio.Event().wait()


async def will_not_leave(subject: Subject, call: Call) -> Any:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


def wrong_signature(subject: Subject) -> Any:
    """Called with one argument too many."""


async def test_every_kind_of_answer_has_its_outcome() -> None:
    desk = Desk(
        connector("bound", answering(Bound(accounts=(make.account(platform="bound"),)))),
        connector("none", answering(NotBound("[]"))),
        connector("later", answering(Pending(remote_ref="r"))),
        connector("down", answering(Unavailable(retry_after=float("inf")))),
        make.guide(),
    )
    views = await desk.ask()
    assert {name: view.outcome for name, view in views.items()} == {
        "bound": Outcome.BOUND,
        "none": Outcome.NOT_BOUND,
        "later": Outcome.PENDING,
        "down": Outcome.UNKNOWN,
        "byhand": Outcome.GUIDANCE,
    }
    assert views["down"].retry_at is not None
    assert desk.standing.kept == ["later"]


FAULTS: dict[str, Any] = {
    "raises": answering(ValueError("13800001234")),
    "exits": answering(SystemExit(1)),
    "cancels": answering(asyncio.CancelledError()),
    "hangs": hang,
    "will not leave": will_not_leave,
    "nonsense": answering("not bound"),
    "nothing": answering(None),
    "wrong signature": wrong_signature,
    "wrong account": answering(Bound(accounts=(None,))),  # type: ignore[arg-type]  # the point
    "odd fields": answering(Pending(remote_ref=7)),  # type: ignore[arg-type]  # the point
    "endless wait": answering(RateLimited(retry_after=float("nan"))),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_faulty_connector_is_unknown_and_the_others_answer(fault: str) -> None:
    desk = Desk(
        connector("faulty", FAULTS[fault]),
        connector("good", answering(NotBound("[]"))),
        make.shop(),
    )
    views = await desk.ask(deadline_ms=300)
    assert views["good"].outcome is Outcome.NOT_BOUND
    assert views["shop"].outcome is Outcome.BOUND
    assert views["faulty"].outcome is Outcome.UNKNOWN
    assert views["faulty"].reason is not None
    assert "1380000" not in repr(views["faulty"])


async def test_a_flood_is_unknown() -> None:
    flood = tuple(make.account(f"h-{n}", platform="flood") for n in range(5000))
    views = await Desk(connector("flood", answering(Bound(accounts=flood)))).ask()
    assert views["flood"].outcome is Outcome.UNKNOWN
    assert views["flood"].accounts == ()


async def test_what_the_deadline_cuts_off_is_unknown_never_an_absence() -> None:
    view = await Desk(connector("slow", hang), make.shop()).view(deadline_ms=1000)
    outcomes = {one.platform.id: (one.outcome, one.reason) for one in view.platforms}
    assert outcomes["slow"] == (Outcome.UNKNOWN, UnknownReason.TIMEOUT)
    assert (view.summary.asked, view.summary.bound, view.summary.unknown) == (2, 1, 1)
    assert view.summary.not_bound == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (NotBound("[]"), True),
        (None, False),
        ({}, False),
        ([], False),
        ("", False),
        (False, False),
        (Unavailable(), False),
    ],
)
async def test_only_evidence_is_an_absence(answer: object, expected: bool) -> None:
    views = await Desk(connector("shop", answering(answer))).ask()
    assert (views["shop"].outcome is Outcome.NOT_BOUND) is expected


async def test_a_lookup_is_tried_again_as_often_as_the_connector_allows() -> None:
    shop = make.shop(limits=Limits(attempts=3)).plan(
        "lookup", Unavailable(), RateLimited(retry_after=0.01)
    )
    assert (await Desk(shop).ask())["shop"].outcome is Outcome.BOUND
    assert shop.calls.count("lookup") == 3


async def test_what_will_not_get_better_is_not_tried_again() -> None:
    shop = make.shop(limits=Limits(attempts=3)).plan("lookup", *[Rejected()] * 3)
    assert (await Desk(shop).ask())["shop"].outcome is Outcome.UNKNOWN
    assert shop.calls.count("lookup") == 1


async def test_a_former_holder_is_not_asked_about_where_nobody_dates() -> None:
    dates, dateless = make.shop(), make.shop("dateless", dates_bindings=False)
    former = Former(held_from=date(2014, 1, 1), held_until=date(2016, 1, 1))
    views = await Desk(dates, dateless).ask(tenure=former)
    assert views["shop"].outcome is Outcome.BOUND
    assert (views["dateless"].outcome, views["dateless"].reason) == (
        Outcome.UNKNOWN,
        UnknownReason.OUT_OF_RANGE,
    )
    assert dateless.calls == []


async def test_what_a_platform_must_know_and_nobody_proved_is_not_made_up() -> None:
    shop = make.shop(subject_needs=frozenset({SubjectNeed.HELD_SINCE}))
    views = await Desk(shop).ask(tenure=Current())
    assert views["shop"].reason is UnknownReason.OUT_OF_RANGE
    assert shop.calls == []


async def test_a_platform_is_told_no_more_about_the_person_than_it_must_know() -> None:
    told: dict[str, tuple[object, object]] = {}

    def asking(name: str) -> Ask:
        async def ask(subject: Subject, call: Call) -> Any:
            told[name] = (subject.held_since, subject.held_until)
            return NotBound("[]")

        return ask

    needs = frozenset({SubjectNeed.HELD_SINCE})
    curious, plain = asking("curious"), asking("plain")
    await Desk(connector("curious", curious, subject_needs=needs), connector("plain", plain)).ask(
        tenure=Current(activated_on=date(2024, 1, 1))
    )
    assert told == {"curious": (date(2024, 1, 1), None), "plain": (None, None)}


async def test_a_platform_of_another_region_is_not_asked() -> None:
    shop, abroad = make.shop(), make.shop("abroad", regions=frozenset({"HK"}))
    views = await Desk(shop, abroad).ask()
    assert views["abroad"].outcome is Outcome.UNKNOWN
    assert abroad.calls == []


async def test_an_aggregator_is_asked_once_for_all_its_platforms() -> None:
    asked: list[frozenset[str]] = []

    async def ask(subject: Subject, call: Call) -> Any:
        asked.append(call.platforms)
        return {name: NotBound("[]") for name in call.platforms if name != "c"}

    platforms = tuple(make.platform(name) for name in "abc")
    views = await Desk(connector("many", ask, platforms=platforms)).ask()
    assert asked == [frozenset("abc")]
    assert views["a"].outcome is views["b"].outcome is Outcome.NOT_BOUND
    assert views["c"].outcome is Outcome.UNKNOWN


async def test_the_same_question_at_once_is_put_once() -> None:
    shop = make.shop()
    shop.held = "lookup"
    desk = Desk(shop)
    request = make.request(desk.catalogue)
    both = asyncio.gather(*(desk.lookups.ask(request) for _ in range(2)))
    elsewhere = make.request(desk.catalogue, caller=make.caller(tenant="other"))
    other = asyncio.create_task(desk.lookups.ask(elsewhere))
    async with asyncio.timeout(5):
        while len(shop.calls) < 2:  # noqa: ASYNC110 - the platform has no bell
            await asyncio.sleep(0)
    shop.gate.set()
    await asyncio.gather(both, other)
    assert shop.calls == ["lookup", "lookup"]
    await desk.lookups.close()


async def test_progress_shows_each_platform_and_then_everything() -> None:
    lender = connector("lender", answering(Bound(accounts=(make.account(platform="lender"),))),
        category=Category.LENDING,
    )  # fmt: skip
    desk = Desk(lender, make.shop())
    steps = [step async for step in desk.lookups.follow(make.request(desk.catalogue))]
    assert [step.answered for step in steps] == [1, 2, 2]
    shown = [step.platform.platform.id for step in steps if step.platform is not None]
    assert shown == ["shop"]
    assert steps[-1].result is not None
    assert steps[-1].result.sensitive[0].bound == 1
    await desk.lookups.close()


async def test_steps_by_hand_come_after_the_answers_and_wait_for_nobody() -> None:
    desk = Desk(make.guide("a_guide"), connector("zoo", hang))
    request = make.request(desk.catalogue)
    steps = [step async for step in desk.lookups.follow(request, 200)]
    await desk.lookups.close()
    seen = [step.platform for step in steps if step.platform is not None]
    assert [(one.platform.id, one.outcome) for one in seen] == [
        ("zoo", Outcome.UNKNOWN),
        ("a_guide", Outcome.GUIDANCE),
    ]


@pytest.mark.parametrize("deadline", [0, 99, 15_001, -1])
async def test_an_impossible_deadline_is_refused(deadline: int) -> None:
    with pytest.raises(OutOfRange):
        await Desk(make.shop()).view(deadline_ms=deadline)


async def test_without_a_budget_there_is_no_lookup() -> None:
    shop = make.shop()
    with pytest.raises(GatewayError):
        await Desk(shop, rates=Plenty(down=True)).view()
    with pytest.raises(TooManyRequests):
        await Desk(shop, rates=Plenty(calls=0)).view()
    assert shop.calls == []


async def test_a_journal_that_is_away_leaves_what_cannot_be_kept_unknown() -> None:
    later = connector("later", answering(Pending(remote_ref="r")))
    views = await Desk(later, make.shop(), standing=Nothing(down=True)).ask()
    assert views["later"].outcome is Outcome.UNKNOWN
    assert views["shop"].outcome is Outcome.BOUND


async def test_a_journal_that_hangs_does_not_outlast_the_deadline() -> None:
    async with asyncio.timeout(5):
        views = await Desk(make.shop(), standing=Nothing(hangs=True)).ask(deadline_ms=100)
    assert views["shop"].outcome is Outcome.UNKNOWN


async def test_only_platforms_that_were_asked_are_timed() -> None:
    """Including those cut off by the deadline, or the slowest would look fast."""
    names = [f"{name}{uuid.uuid4().hex}" for name in ("quick", "stuck", "abroad", "byhand")]
    quick, stuck, abroad, by_hand = names
    desk = Desk(
        connector(quick, answering(NotBound("[]"))),
        connector(stuck, hang),
        connector(abroad, answering(NotBound("[]")), regions=frozenset({"HK"})),
        make.guide(by_hand),
    )
    await desk.ask(deadline_ms=150)
    found = latencies()
    assert {name for name in names if name in found} == {quick, stuck}
    assert found[quick].p95 <= found[stuck].p50
    assert found[stuck].p95 > 100
