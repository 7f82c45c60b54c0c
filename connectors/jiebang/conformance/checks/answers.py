"""Right answers: bound, not bound, and never the second for want of the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jiebang.conformance.call_record import described
from jiebang.conformance.check import Check
from jiebang.conformance.context import Round, Scene, places
from jiebang.conformance.exchange import Answer, Exchange, Unreadable
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import Mutant, at, faults, nothings, same
from jiebang.conformance.replay import always, swapped
from jiebang.conformance.report import Failure
from jiebang.sdk import Bug, Capability, Subject

#: Mutated replies of one recording that are tried, at most.
MOST_MUTANTS = 260


async def bound(scene: Scene) -> list[Failure]:
    """The bound canary has an account."""
    scene.require(Capability.LOOKUP)
    found = await scene.known(scene.canaries.bound)
    wanted = scene.canaries.accounts
    if found.bound and wanted is None:
        return []
    count = sum(len(one.accounts) for one in found.bound.values())
    if found.bound and (count >= (wanted or 1) or not _whole(found)):
        return []
    expected = f"{wanted} accounts" if wanted else "Bound with its accounts"
    return [Failure(sent="the bound canary's number", received=str(found), expected=expected)]


def _whole(found: Round) -> bool:
    return all(one.complete for one in found.bound.values())


async def not_bound(scene: Scene) -> list[Failure]:
    """The unbound canary has none, the answer says why, and asking has changed nothing."""
    scene.require(Capability.LOOKUP)
    found = await scene.known(scene.canaries.unbound)
    if found.absent and not found.bound:
        again = await scene.question(scene.canaries.unbound)
        if not again.bound:
            return []
        expected = "NotBound again: a lookup makes no account"
        return [Failure(sent="the same number again", received=str(again), expected=expected)]
    expected = "NotBound with evidence"
    return [Failure(sent="the unbound canary's number", received=str(found), expected=expected)]


async def answers(scene: Scene) -> list[Failure]:
    """What comes back keeps to the contract, as the gateway itself checks it."""
    scene.require(Capability.LOOKUP)
    failures: list[Failure] = []
    for number in (scene.canaries.bound, scene.canaries.unbound):
        found = await scene.known(number)
        for platform, answer in found.answers.items():
            if isinstance(answer, Bug):
                expected = "an outcome that the gateway can take"
                received = f"{platform}: {described(answer)}; {found}"
                failures.append(Failure(sent="a lookup", received=received, expected=expected))
    return failures


async def no_default_not_bound(scene: Scene) -> list[Failure]:
    """No reply that does not say "not bound" is read so, and nothing foreign is raised."""
    known, absent = await scene.bound(), await scene.unbound()
    failures: list[Failure] = []
    for place, mutant in _changes(known, absent):
        found = await scene.again(known, swapped(place, mutant.answer))
        wrong = sorted(found.absent & known.bound.keys())
        failures += _judged(found, wrong, mutant.what, "the bound canary")
    for mutant in _whole_changes(absent):
        play = always(mutant.answer, absent.exchanges)
        found = await scene.question(absent.subject.number, play)
        failures += _judged(found, sorted(found.absent), mutant.what, "the unbound canary")
    return failures


def _judged(found: Round, wrong: Sequence[str], what: str, whose: str) -> Iterator[Failure]:
    sent = f"a lookup of {whose}, answered with {what}"
    if wrong:
        expected = "anything but NotBound: the reply does not say so"
        yield Failure(sent=sent, received=f"{found} for {', '.join(wrong)}", expected=expected)
    for trial in found.trials:
        if trial.foreign is not None:
            expected = "an outcome or a ConnectorError"
            yield Failure(sent=sent, received=str(trial), expected=expected)


def _changes(known: Round, absent: Round) -> list[tuple[int, Mutant]]:
    """Each reply of the recording in turn, changed in every way that matters; evenly thinned."""
    denials = [absent.exchanges[place].answer for place in places(absent.exchanges)]
    found: list[tuple[int, Mutant]] = []
    for turn, place in enumerate(places(known.exchanges)):
        true = known.exchanges[place].answer
        if true is None:
            continue
        denial = denials[min(turn, len(denials) - 1)] if denials else None
        found += [
            (place, mutant)
            for mutant in (*nothings(true), *faults(true))
            if not _says_so(mutant, true, denial, known.subject)
        ]
    step = max(1, -(-len(found) // MOST_MUTANTS))
    return found[::step]


def _whole_changes(absent: Round) -> list[Mutant]:
    at_end = _last(absent.exchanges)
    return [one for one in nothings(at_end) if not _same_answer(one.answer, at_end)]


def _last(exchanges: Sequence[Exchange]) -> Answer:
    told = [one.answer for one in exchanges if one.answer is not None]
    return told[-1] if told else Answer()


def _says_so(mutant: Mutant, true: Answer, denial: Answer | None, subject: Subject) -> bool:
    """Does the changed reply, where it was changed, say what a true "not bound" says? And is the
    changed place one that says whose the account is? Both may be read as an absence."""
    if denial is not None and _same_answer(mutant.answer, denial):
        return True
    if mutant.where is None:
        return False
    document = true.json()
    if any(isinstance(part, int) for part in mutant.where) or not isinstance(
        at(document, mutant.where), dict | list
    ):
        entry = mutant.where[:-1] if mutant.where else ()
        if _holds(at(document, mutant.where), subject) or (
            any(isinstance(part, int) for part in entry) and _holds(at(document, entry), subject)
        ):
            return True
    if denial is None:
        return False
    try:
        said = at(denial.json(), mutant.where)
        return same(at(mutant.answer.json(), mutant.where), said)
    except Unreadable:
        return False


def _holds(node: object, subject: Subject) -> bool:
    return subject.national in str(node)


def _same_answer(one: Answer, other: Answer) -> bool:
    """A 2xx is as good as another; what the body says counts."""
    alike = one.status == other.status or (one.status < 300 and other.status < 300)
    if not alike:
        return False
    try:
        return bool(one.json() == other.json())
    except Unreadable:
        return one.body.strip() == other.body.strip()


CHECKS = (
    Check("bound", Level.BRONZE, bound),
    Check("not-bound", Level.BRONZE, not_bound),
    Check("no-default-not-bound", Level.BRONZE, no_default_not_bound),
    Check("answers", Level.BRONZE, answers),
)
