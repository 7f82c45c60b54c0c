"""Orders: done once, done to the right account, and said to be done only when they are."""

from __future__ import annotations

import inspect
from dataclasses import replace

from jiebang.conformance.call_record import described
from jiebang.conformance.check import Check
from jiebang.conformance.checks.failures import repeated
from jiebang.conformance.context import NotApplicable, NotRun, Round, Scene
from jiebang.conformance.exchange import Answer, Cut, Exchange, Reaction, Sent
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import Mutant, nothings, scrambled
from jiebang.conformance.replay import always, swapped
from jiebang.conformance.report import Failure
from jiebang.conformance.unbind_scenario import (
    FIRST,
    OTHER,
    Course,
    carried,
    chosen,
    last_write,
    ordered,
    replayed,
    told,
)
from jiebang.sdk import (
    ConnectorError,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    Pending,
)


def failed(sent: str, received: object, expected: str) -> list[Failure]:
    return [Failure(sent=sent, received=str(received), expected=expected)]


async def unbind(scene: Scene) -> list[Failure]:
    """The bound canary's account is unbound, by one request that is not repeated."""
    course = (await told(scene)).first
    failures: list[Failure] = []
    if not isinstance(course.outcome, Done | Pending):
        failures += failed("an order to unbind", course, "Done, or Pending and Done later")
    if again := repeated(course.writes):
        received = f"{again} writes a second time"
        failures += failed("an order to unbind", received, "each write once")
    return failures


async def unbind_twice(scene: Scene) -> list[Failure]:
    """A second order for the same account finds that it is done already."""
    story = await told(scene)
    if story.again is None:
        raise NotApplicable("it may act twice, so nobody orders twice")
    match story.again.outcome:
        case Done(already=True):
            return []
        case Denied(reason=DenyReason.NO_MATCH | DenyReason.DUPLICATE):
            return []
        case _:
            expected = "Done(already=True), or Denied with NO_MATCH"
            return failed("the same order once more, with a new key", story.again, expected)


async def lookup_after_unbind(scene: Scene) -> list[Failure]:
    """What was unbound is gone from the next lookup."""
    story = await told(scene)
    if not scene.spec.stable_handles:
        raise NotApplicable("its handles are not stable")
    if not isinstance(story.first.outcome, Done):
        raise NotRun("the order was not done; see the checks `unbind` and `pending-ends`")
    if story.account.handle not in _handles(story.after) and (
        story.after.bound or story.after.absent
    ):
        return []
    expected = "the handle gone, from an answer that is definite"
    return failed("a lookup after the order was done", story.after, expected)


async def other_accounts(scene: Scene) -> list[Failure]:
    """Unbinding one account leaves the others as they were."""
    story = await told(scene)
    if not scene.spec.stable_handles:
        raise NotApplicable("its handles are not stable")
    others = _handles(story.before) - {story.account.handle}
    if not others:
        raise NotApplicable("the bound canary has no second account")
    if gone := len(others - _handles(story.after)):
        received = f"{gone} other accounts are gone"
        return failed("an order to unbind one account", received, "the others still there")
    return []


def _handles(found: Round) -> set[str]:
    return {account.handle for one in found.bound.values() for account in one.accounts}


async def idempotency_key(scene: Scene) -> list[Failure]:
    """The order's key is sent with it: the same for the same order, another for another."""
    story = await told(scene)
    if scene.spec.idempotency is not Idempotency.KEY:
        raise NotApplicable("it does not declare KEY")
    failures: list[Failure] = []
    courses = [(FIRST, story.first), (FIRST, await replayed(scene, story))]
    other = await carried(scene, story.subject, story.account, OTHER, _as_recorded(story.first))
    for key, course in (*courses, (OTHER, other)):
        writes = course.writes or course.requests
        if not any(one.holds(key) for one in writes):
            received = f"{len(writes)} requests without it"
            failures += failed("an order with a key", received, "the key in the request")
    return failures


def _as_recorded(course: Course) -> _Loose:
    return _Loose(course.exchanges)


class _Loose:
    """Answers by method only, so that another key does not matter."""

    def __init__(self, exchanges: tuple[Exchange, ...]) -> None:
        self._exchanges = exchanges

    async def __call__(self, sent: Sent) -> Reaction:
        for one in self._exchanges:
            if one.sent.is_token_request is sent.is_token_request and (
                one.sent.method == sent.method
            ):
                return one.reaction
        return Answer.of({"error": "this was not asked before"}, 404)


async def single_effect(scene: Scene) -> list[Failure]:
    """The same order again, after its reply was lost, acts once."""
    await told(scene)
    if scene.spec.idempotency is Idempotency.NONE:
        raise NotApplicable("it may act twice, so nobody orders twice")
    if not await scene.renew():
        raise NotRun("nobody can put the platform back: give `reset`, or a function as Application")
    found = await scene.patiently(scene.canaries.bound)
    account, start = chosen(scene, found), await _effects(scene)
    losing = _Losing(scene)
    lost = await ordered(scene, found.subject, account, FIRST, losing)
    again = await ordered(scene, found.subject, account, FIRST)
    failures: list[Failure] = []
    if isinstance(lost.outcome, Done):
        failures += failed("an order whose reply is lost", lost, "no Done")
    if not isinstance(again.outcome, Done | Pending):
        failures += failed("the same order again, after its reply was lost", again, "Done")
    end = await _effects(scene)
    if start is not None and end is not None and end - start != 1:
        received = f"{end - start} effects at the platform"
        failures += failed("the same order twice, with one key", received, "one effect")
    return failures


class _Losing:
    """Lets the platform act, and cuts the connection before its reply to a write."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def __call__(self, sent: Sent) -> Reaction:
        reaction = await self._scene.backend.answer(sent)
        return Cut() if sent.writes and not sent.is_token_request else reaction


async def _effects(scene: Scene) -> int | None:
    if scene.target.effects is None:
        return None
    count = scene.target.effects()
    return await count if inspect.isawaitable(count) else count


async def cut_after_send(scene: Scene) -> list[Failure]:
    """When the connection breaks after the order was read, it says that it may be done, and
    does not send it again."""
    story = await told(scene)
    place = last_write(story.first.exchanges[: story.first.own])
    course = await replayed(scene, story, swapped(place, Cut()))
    sent = "an order, cut after it was read"
    failures: list[Failure] = []
    error = course.order.error
    writing = story.first.exchanges[place].sent.writes
    if not isinstance(error, ConnectorError) or (writing and not error.maybe_done):
        received = f"{course.order}, maybe_done={getattr(error, 'maybe_done', None)}"
        failures += failed(sent, received, "a ConnectorError with maybe_done=True")
    if len(course.writes) > len(story.first.writes):
        received = f"{len(course.writes)} writes"
        failures += failed(sent, received, "the order sent once")
    return failures


def empties(true: Answer) -> list[Mutant]:
    """Replies to an order that do not say that it was done."""
    mutants = [
        one
        for one in nothings(true)
        if not (one.answer.status == true.status and one.answer.body.strip() == true.body.strip())
        # 204 is HTTP's own word for done, with nothing more to say.
        and one.answer.status != 204
        # Without a body the status is all the platform has to say "done" with.
        and not (not true.body.strip() and not one.answer.body.strip())
    ]
    if (shape := scrambled(true)) is not None and true.status < 300:
        mutants.append(Mutant("the true reply with every value another one", shape))
    return mutants


async def unmapped_write(scene: Scene) -> list[Failure]:
    """No reply that says nothing is read as "done", nor as a refusal."""
    story = await told(scene)
    place = last_write(story.first.exchanges[: story.first.own])
    true = story.first.exchanges[place].answer
    if true is None:
        raise NotRun("the platform gave no reply to the order")
    failures: list[Failure] = []
    for mutant in empties(true):
        course = await replayed(scene, story, swapped(place, mutant.answer))
        sent = f"an order, answered with {mutant.what}"
        if isinstance(course.order.outcome, Done | Denied):
            said = type(course.order.outcome).__name__
            failures += failed(sent, course.order, f"no {said}: the reply does not say so")
        if course.order.foreign:
            failures += failed(sent, course.order, "an outcome or a ConnectorError")
    return failures


async def credential_refused(scene: Scene) -> list[Failure]:
    """A refused credential is the operator's to mend: said so, and not tried again."""
    known = await scene.bound()
    reply = Answer.of({"error": "unauthorized"}, 401)
    found = await scene.question(known.subject.number, always(reply, known.exchanges))
    failures: list[Failure] = []
    sent = "a lookup, answered with HTTP status 401"
    if not all(isinstance(one, CredentialsFault) for one in found.answers.values()):
        failures += failed(sent, found, "CREDENTIALS")
    most = 2 if scene.spec.auth is not None else 1
    if found.asked > most * known.asked:
        failures += failed(sent, f"{found.asked} requests", "no second try")
    return failures


async def platform_codes(scene: Scene) -> list[Failure]:
    """An order about an account that is not there is refused, with a reason."""
    story = await told(scene)
    handle = story.account.handle
    absent = replace(story.account, handle=handle[:-4] + "0000" if len(handle) > 4 else "00000000")
    course = await ordered(scene, story.subject, absent, OTHER)
    match course.outcome:
        case Denied() | Done(already=True):
            return []
        case ConnectorError() as error if not course.last.foreign and error.code != "bug":
            return []
        case other:
            expected = "Denied with a reason, or a ConnectorError"
            return failed("an order about an account that is not there", described(other), expected)


CHECKS = (
    Check("unbind", Level.SILVER, unbind),
    Check("unbind-twice", Level.SILVER, unbind_twice),
    Check("lookup-after-unbind", Level.SILVER, lookup_after_unbind),
    Check("other-accounts", Level.SILVER, other_accounts),
    Check("idempotency-key", Level.SILVER, idempotency_key),
    Check("cut-after-send", Level.SILVER, cut_after_send),
    Check("unmapped-write", Level.SILVER, unmapped_write),
    Check("platform-codes", Level.SILVER, platform_codes),
    Check("credential-refused", Level.SILVER, credential_refused),
    Check("single-effect", Level.SILVER, single_effect),
)
