"""Manual steps: checked off one by one, undone, and never more than the person's statement."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.gateway.conftest import make, started

from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.errors import NotFound, OutOfRange, PermissionDenied, Reason
from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.domain.tenure import Current, Quarantined, today
from jiebang.gateway.views.checklist_view import REMIND_AFTER, ChecklistState, ChecklistView
from jiebang.sdk import SHANGHAI, Category, CredentialsFault, Guide

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve, Service

    from jiebang.gateway.views.renewal_view import InquiryView, RenewalView

NUMBER = "+8613800001234"
LONG_AGO = date(2020, 1, 1)
QUARANTINE = Quarantined(
    deactivated_on=LONG_AGO, reclaimable_until=date(2020, 2, 1), reissue_from=date(2099, 1, 1)
)


def by_hand(view: RenewalView, platform: str = "byhand") -> InquiryView:
    return next(one for one in view.inquiries if one.platform and one.platform.id == platform)


def listed(view: RenewalView, platform: str = "byhand") -> ChecklistView:
    found = by_hand(view, platform).checklist
    assert found is not None
    return found


def ids(view: RenewalView) -> list[str]:
    return [one.step.id for one in listed(view).steps]


async def tick(service: Service, view: RenewalView, step: str, *, done: bool = True) -> RenewalView:
    caller = make.caller()
    return await service.handwork.tick(caller, by_hand(view).id, step, done=done)


async def test_a_platform_with_steps_only_waits_for_a_person_at_once(serve: Serve) -> None:
    _, view = await started(serve, make.guide(), make.shop("able"))
    inquiry = by_hand(view)
    assert (inquiry.outcome, inquiry.status) == (Outcome.GUIDANCE, Status.IN_PROGRESS)
    assert listed(view).state is ChecklistState.TO_DO
    assert [one.step.text["en"] for one in listed(view).steps] == [
        "Open the site",
        "Change the number",
    ]
    assert by_hand(view, "able").checklist is None


async def test_steps_come_after_answers(serve: Serve) -> None:
    _, view = await started(serve, make.guide("a_guide"), make.shop("zoo"))
    assert [one.platform.id for one in view.inquiries if one.platform] == ["zoo", "a_guide"]


async def test_the_last_step_confirms_the_whole_and_each_leaves_an_event(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    assert view.status is Status.PARTIALLY_FULFILLED
    first, second = ids(view)
    begun = await tick(service, view, first)
    assert listed(begun).state is ChecklistState.BEGUN
    assert begun.status is Status.PARTIALLY_FULFILLED
    ended = await tick(service, begun, second)
    assert listed(ended).state is ChecklistState.ATTESTED
    assert by_hand(ended).confirmed_at is not None
    assert ended.status is Status.FULFILLED
    assert not ended.actions, "a person's word verifies nothing"
    told = await service.store.events(view.id, after=view.last_event)
    assert [(one.item_id, one.status) for one in told] == [
        (by_hand(view).id, Status.IN_PROGRESS),
        (by_hand(view).id, Status.FULFILLED),
    ]


async def test_ticking_twice_changes_nothing_more(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    once = await tick(service, view, ids(view)[0])
    assert await tick(service, view, ids(view)[0]) == once


async def test_a_step_taken_back_takes_the_confirmation_back(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    confirmed = await service.handwork.confirm(make.caller(), by_hand(view).id)
    assert all(one.done_at for one in listed(confirmed).steps)
    back = await tick(service, view, ids(view)[1], done=False)
    assert by_hand(back).confirmed_at is None
    assert by_hand(back).status is Status.IN_PROGRESS
    assert back.status is Status.PARTIALLY_FULFILLED
    assert await tick(service, view, ids(view)[1], done=False) == back
    again = await tick(service, view, ids(view)[1])
    assert again.status is Status.FULFILLED
    assert listed(again).steps[0].done_at == listed(confirmed).steps[0].done_at


async def test_where_nobody_answered_a_step_taken_back_leaves_it_failed(serve: Serve) -> None:
    shop = make.shop().plan("lookup", CredentialsFault())
    service = await serve(shop)
    view = await service.settle()
    assert listed(view, "shop").steps == (), "nobody wrote them down"
    end = await service.handwork.confirm(make.caller(), by_hand(view, "shop").id)
    assert listed(end, "shop").state is ChecklistState.ATTESTED


async def test_both_last_steps_at_once_confirm_it_once(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    await asyncio.gather(*(tick(service, view, step) for step in ids(view) * 3))
    end = await service.get(view)
    assert end.status is Status.FULFILLED
    assert end.last_event == view.last_event + 2


async def test_a_guide_worded_anew_asks_again(serve: Serve) -> None:
    guide = make.guide()
    service, view = await started(serve, guide)
    old = ids(view)
    await tick(service, view, old[0])
    steps = {"zh-CN": ("打开应用", "换号"), "en": ("Open the app", "Change the number")}
    guide.guide = lambda platform: Guide(id=platform, steps=steps)  # type: ignore[attr-defined]  # set by its constructor
    now = await service.get(view)
    assert [one.done_at for one in listed(now).steps] == [None, None]
    assert ids(now)[1] == old[1]
    with pytest.raises(NotFound) as caught:
        await tick(service, view, old[0])
    assert (caught.value.reason, caught.value.field) == (Reason.STEP_UNKNOWN, "stepId")


async def test_a_reminder_is_offered_chosen_and_ends_with_the_work(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    offered = view.created_at.astimezone(SHANGHAI).date() + REMIND_AFTER
    assert listed(view).remind_on == offered
    caller, inquiry = make.caller(), by_hand(view).id
    later = today() + timedelta(days=40)
    chosen = await service.handwork.remind(caller, inquiry, later)
    assert listed(chosen).remind_on == later
    assert await service.handwork.remind(caller, inquiry, later) == chosen
    with pytest.raises(OutOfRange) as caught:
        await service.handwork.remind(caller, inquiry, today() - timedelta(days=1))
    assert caught.value.reason is Reason.REMINDER_PAST
    assert listed(await service.handwork.remind(caller, inquiry, None)).remind_on == offered
    assert listed(await service.handwork.confirm(caller, inquiry)).remind_on is None


async def test_only_whoever_may_act_on_the_renewal_ticks(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    inquiry, step = by_hand(view).id, ids(view)[0]
    strangers = [
        make.caller(tenant="other"),
        make.caller(holder=Holder(number="+8613900004321", tenure=Current())),
    ]
    for stranger in strangers:
        with pytest.raises(NotFound):
            await service.handwork.tick(stranger, inquiry, step, done=True)
        with pytest.raises(NotFound):
            await service.handwork.remind(stranger, inquiry, None)
    reader = replace(make.caller(), scopes=frozenset({Scope.ACCOUNTS_READ}))
    with pytest.raises(PermissionDenied):
        await service.handwork.tick(reader, inquiry, step, done=True)
    with pytest.raises(NotFound):
        await service.handwork.tick(make.caller(), uuid.uuid4(), step, done=True)
    assert (await service.get(view)).last_event == view.last_event


async def test_a_sensitive_platform_shows_no_checklist_and_takes_no_tick(serve: Serve) -> None:
    guide = make.guide("clinic", category=Category.HEALTH)
    service, view = await started(serve, guide)
    (inquiry,) = view.inquiries
    assert (inquiry.platform, inquiry.guide, inquiry.checklist) == (None, None, None)
    with pytest.raises(NotFound):
        await service.handwork.confirm(make.caller(), inquiry.id)


async def test_what_was_withdrawn_takes_no_tick(serve: Serve) -> None:
    service, view = await started(serve, make.guide())
    await service.renewals.withdraw(make.caller(), view.id)
    with pytest.raises(NotFound):
        await tick(service, view, ids(view)[0])


async def test_in_quarantine_nobody_is_there_to_take_steps(serve: Serve) -> None:
    service = await serve(make.guide(), make.shop())
    view = await service.start(tenure=QUARANTINE)
    assert [one.platform.id for one in view.inquiries if one.platform] == ["shop"]
    named = await service.start(tenure=QUARANTINE, platforms=["byhand"])
    assert by_hand(named).outcome is Outcome.GUIDANCE


async def test_nothing_asked_is_nothing_fulfilled(serve: Serve) -> None:
    service = await serve(make.guide())
    view = await service.start(tenure=QUARANTINE)
    assert view.status is Status.PARTIALLY_FULFILLED
