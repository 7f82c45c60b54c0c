"""An unbinding told from its beginning to its end, once, for the checks about orders."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from jiebang.conformance.call_record import USUAL, Trial
from jiebang.conformance.context import PASSING, NotRun, Round, Scene
from jiebang.conformance.exchange import Exchange, Sent
from jiebang.conformance.recording_server import CALLBACKS, Play, Stage
from jiebang.conformance.replay import Change, Replay, unchanged
from jiebang.gateway.calls.validation import validate_action
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Capability,
    ConnectorError,
    Delivery,
    Idempotency,
    NeedsAction,
    Pending,
    Subject,
)

#: The keys of the orders that the kit gives.
FIRST, SECOND, OTHER = (f"0190c0de-0000-4000-8000-00000000000{digit}" for digit in "123")
_POLLS = 60
_TRIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One order up to its end: the call, the polls after it, the callbacks that came."""

    order: Trial
    polls: tuple[Trial, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    #: How many of the exchanges belong to the call itself.
    own: int
    callbacks: tuple[Sent, ...] = field(repr=False)
    callback_url: str = field(repr=False)

    @property
    def last(self) -> Trial:
        return self.polls[-1] if self.polls else self.order

    @property
    def outcome(self) -> ActionOutcome | ConnectorError:
        """What became of it, held against the contract."""
        if (failure := self.last.failure) is not None:
            return failure
        try:
            return validate_action(self.last.outcome)
        except ConnectorError as error:
            return error

    @property
    def pending(self) -> Pending | None:
        return self.order.outcome if isinstance(self.order.outcome, Pending) else None

    @property
    def requests(self) -> list[Sent]:
        """What the call itself asked, token requests left out."""
        return [one.sent for one in self.exchanges[: self.own] if not one.sent.is_token_request]

    @property
    def writes(self) -> list[Sent]:
        return [one for one in self.requests if one.writes]

    def __str__(self) -> str:
        return " then ".join(map(str, (self.order, *self.polls[-1:])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`again` is the same order given anew under another key; None where it may act twice."""

    subject: Subject
    account: Account
    before: Round
    first: Course
    after: Round
    again: Course | None


async def told(scene: Scene) -> Story:
    """The story, told at the first call and remembered. Raises `NotRun`."""
    scene.require(Capability.UNBIND)
    kept = scene.kept.get("story")
    if not isinstance(kept, Story):
        kept = scene.kept["story"] = await _told(scene)
    return kept


async def _told(scene: Scene) -> Story:
    if scene.target.is_recorded:
        raise NotRun("recorded exchanges have no state: give an Application or an Upstream")
    await scene.bound()
    await scene.renew()
    before = await scene.patiently(scene.canaries.bound)
    subject, account = before.subject, chosen(scene, before)
    first = await ordered(scene, subject, account, FIRST)
    after = await scene.patiently(scene.canaries.bound)
    again = None
    if scene.spec.idempotency is not Idempotency.NONE:
        again = await ordered(scene, subject, account, SECOND)
    return Story(
        subject=subject, account=account, before=before, first=first, after=after, again=again
    )


def chosen(scene: Scene, found: Round) -> Account:
    """The account to unbind: the one that is named, else the first that nothing blocks."""
    accounts = [one for each in found.bound.values() for one in each.accounts]
    named = scene.canaries.account
    fitting = [
        one for one in accounts if (one.handle == named if named is not None else not one.blockers)
    ]
    if not fitting:
        raise NotRun("no account that may be unbound: name one in canaries.account")
    return fitting[0]


async def ordered(
    scene: Scene, subject: Subject, account: Account, key: str, play: Play | None = None
) -> Course:
    """Give the order as the gateway would: again after what passes and has done nothing."""
    course = await carried(scene, subject, account, key, play)
    for turn in range(_TRIES):
        error = course.order.failure
        safe = error is not None and (
            not error.maybe_done or scene.spec.idempotency is not Idempotency.NONE
        )
        if play is not None or error is None or error.code not in PASSING or not safe:
            break
        await asyncio.sleep(min(1.0, error.retry_after or 0.0) if turn else 0)
        course = await carried(scene, subject, account, key, play)
    return course


async def carried(
    scene: Scene,
    subject: Subject,
    account: Account,
    key: str,
    play: Play | None = None,
    *,
    seconds: float = USUAL,
) -> Course:
    """One order, up to its end."""
    async with scene.stage(play) as stage:
        url = f"{stage.origin}{CALLBACKS}/{key}"
        order = await scene.trials.make(
            stage, "unbind", subject, account, seconds=seconds, key=key, callback_url=url
        )
        own, polls = len(stage.exchanges), list[Trial]()
        if play is None:
            await _called_back(scene, stage, order)
        while isinstance(pending := (polls or [order])[-1].outcome, Pending):
            if len(polls) == _POLLS or Capability.STATUS not in scene.spec.capabilities:
                break
            if polls and play is None:
                await asyncio.sleep(min(0.05 * len(polls), 0.5))
            arguments = (subject, pending, Capability.UNBIND)
            polls.append(await scene.trials.make(stage, "status", *arguments, key=key))
        exchanges, callbacks = tuple(stage.exchanges), tuple(stage.callbacks)
    scene.made += [order, *polls]
    return Course(
        order=order,
        polls=tuple(polls),
        exchanges=exchanges,
        own=own,
        callbacks=callbacks,
        callback_url=url,
    )


async def replayed(scene: Scene, story: Story, change: Change = unchanged) -> Course:
    """The first order against its recording, with replies changed."""
    play = Replay(story.first.exchanges, change)
    return await carried(scene, story.subject, story.account, FIRST, play)


def last_write(exchanges: Sequence[Exchange]) -> int:
    """The place of the request that carried the order."""
    about = [at for at, one in enumerate(exchanges) if not one.sent.is_token_request]
    writes = [at for at in about if exchanges[at].sent.writes]
    if not about:
        raise NotRun("the order asked nothing of the platform")
    return (writes or about)[-1]


async def _called_back(scene: Scene, stage: Stage, order: Trial) -> None:
    """Leave the platform time for its callback, if that is how it answers."""
    delivery = scene.spec.delivery_of(Capability.UNBIND)
    if delivery is Delivery.CALLBACK and isinstance(order.outcome, Pending | NeedsAction):
        try:
            await asyncio.wait_for(stage.called_back.wait(), 2.0)
        except TimeoutError:
            return
