"""Correct answers: bound, not bound, and never "not bound" for lack of anything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from jiebang.conformance.call_record import describe_outcome
from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext, LookupRecord, request_indexes
from jiebang.conformance.exchange import InvalidJson, StubResponse, last_response
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import (
    Mutant,
    is_same,
    meaningless_mutants,
    node_mutants,
    value_at,
)
from jiebang.conformance.replay import replace_reply, respond_always
from jiebang.conformance.report import Failure, failure
from jiebang.sdk import Bug, Capability, Subject

#: The maximum number of mutated replies tried per recording.
MAX_MUTANTS = 260


async def check_bound(context: CheckContext) -> AsyncIterator[Failure]:
    """The bound canary has an account."""
    context.require(Capability.LOOKUP)
    found = await context.cached_lookup(context.canaries.bound)
    wanted = context.canaries.accounts
    if found.bound and wanted is None:
        return
    count = sum(len(one.accounts) for one in found.bound.values())
    if found.bound and (count >= (wanted or 1) or not _is_complete(found)):
        return
    expected = f"{wanted} accounts" if wanted else "Bound with its accounts"
    yield failure("a lookup of the bound canary", found, expected)


def _is_complete(found: LookupRecord) -> bool:
    return all(one.complete for one in found.bound.values())


async def check_not_bound(context: CheckContext) -> AsyncIterator[Failure]:
    """The unbound canary has no account, the answer says why, and looking changes nothing."""
    context.require(Capability.LOOKUP)
    found = await context.cached_lookup(context.canaries.unbound)
    if found.absent and not found.bound:
        again = await context.lookup(context.canaries.unbound)
        if not again.bound:
            return
        expected = "NotBound again: a lookup must not create an account"
        yield failure("the same lookup again", again, expected)
        return
    expected = "NotBound with evidence"
    yield failure("a lookup of the unbound canary", found, expected)


async def check_answers(context: CheckContext) -> AsyncIterator[Failure]:
    """Answers conform to the contract, as the gateway itself validates it."""
    context.require(Capability.LOOKUP)
    for number in (context.canaries.bound, context.canaries.unbound):
        found = await context.cached_lookup(number)
        for platform, answer in found.answers.items():
            if isinstance(answer, Bug):
                expected = "an outcome that the gateway accepts"
                received = f"{platform}: {describe_outcome(answer)}; {found}"
                yield failure("a lookup", received, expected)


async def check_no_default_not_bound(context: CheckContext) -> AsyncIterator[Failure]:
    """A reply that does not say "not bound" is never read so; foreign exceptions are not raised."""
    known, absent = await context.bound_lookup(), await context.unbound_lookup()
    for place, mutant in _reply_mutants(known, absent):
        found = await context.replay_lookup(known, replace_reply(place, mutant.response))
        wrong = sorted(found.absent & known.bound.keys())
        for one in _judge(found, wrong, mutant.description, "the bound canary"):
            yield one
    for mutant in _whole_reply_mutants(absent):
        responder = respond_always(mutant.response, absent.exchanges)
        found = await context.lookup(absent.subject.number, responder)
        for one in _judge(found, sorted(found.absent), mutant.description, "the unbound canary"):
            yield one


def _judge(found: LookupRecord, wrong: Sequence[str], what: str, whose: str) -> Iterator[Failure]:
    sent = f"a lookup of {whose}, answered with {what}"
    if wrong:
        expected = "anything but NotBound, which the reply does not say"
        yield failure(sent, f"{found} for {', '.join(wrong)}", expected)
    for call in found.calls:
        if call.foreign_error is not None:
            expected = "an outcome or a ConnectorError"
            yield failure(sent, call, expected)


def _reply_mutants(known: LookupRecord, absent: LookupRecord) -> list[tuple[int, Mutant]]:
    """Yield the recording's replies, one of them changed in every relevant way; evenly sampled."""
    denials = [absent.exchanges[place].response for place in request_indexes(absent.exchanges)]
    found: list[tuple[int, Mutant]] = []
    for turn, place in enumerate(request_indexes(known.exchanges)):
        original = known.exchanges[place].response
        if original is None:
            continue
        denial = denials[min(turn, len(denials) - 1)] if denials else None
        found += [
            (place, mutant)
            for mutant in (*meaningless_mutants(original), *node_mutants(original))
            if not _is_true_absence(mutant, original, denial, known.subject)
        ]
    step = max(1, -(-len(found) // MAX_MUTANTS))
    return found[::step]


def _whole_reply_mutants(absent: LookupRecord) -> list[Mutant]:
    at_end = last_response(absent.exchanges)
    return [
        one for one in meaningless_mutants(at_end) if not _is_same_response(one.response, at_end)
    ]


def _is_true_absence(
    mutant: Mutant, original: StubResponse, denial: StubResponse | None, subject: Subject
) -> bool:
    """Tell whether the changed reply says, at the changed place, what a true "not bound" says, or
    whether that place identifies whose account it is. Both may be read as an absence."""
    if denial is not None and _is_same_response(mutant.response, denial):
        return True
    if mutant.where is None:
        return False
    document = original.json()
    if any(isinstance(part, int) for part in mutant.where) or not isinstance(
        value_at(document, mutant.where), dict | list
    ):
        entry = mutant.where[:-1] if mutant.where else ()
        if _has_number(value_at(document, mutant.where), subject) or (
            any(isinstance(part, int) for part in entry)
            and _has_number(value_at(document, entry), subject)
        ):
            return True
    if denial is None:
        return False
    try:
        said = value_at(denial.json(), mutant.where)
        return is_same(value_at(mutant.response.json(), mutant.where), said)
    except InvalidJson:
        return False


def _has_number(node: object, subject: Subject) -> bool:
    return subject.national in str(node)


def _is_same_response(one: StubResponse, other: StubResponse) -> bool:
    """Compare two replies; all 2xx statuses are equivalent, the bodies decide."""
    alike = one.status == other.status or (one.status < 300 and other.status < 300)
    if not alike:
        return False
    try:
        return bool(one.json() == other.json())
    except InvalidJson:
        return one.body.strip() == other.body.strip()


CHECKS = (
    Check("bound", Level.BRONZE, check_bound),
    Check("not-bound", Level.BRONZE, check_not_bound),
    Check("no-default-not-bound", Level.BRONZE, check_no_default_not_bound),
    Check("answers", Level.BRONZE, check_answers),
)
