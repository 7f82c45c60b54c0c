"""Long answers and odd ones: pages, texts of every kind, dates, blockers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import cast

from jiebang.conformance.check import Check
from jiebang.conformance.checks.orders import failed
from jiebang.conformance.context import NotApplicable, NotRun, Round, Scene, places
from jiebang.conformance.exchange import Answer, Cut, Reaction, Sent, Unreadable
from jiebang.conformance.leak_detector import raw_labels
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import PAGE, at, nodes, replaced
from jiebang.conformance.replay import Replay, swapped
from jiebang.conformance.report import Failure
from jiebang.conformance.text import texts
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.sdk import BindingDate, Bound, ConnectorError, DenyReason, SubjectNeed

#: Requests that reading one endless list may take.
MOST_PAGES = 200
STRANGE = (
    "欧阳娜娜与她的朋友们",
    "😀👨‍👩‍👧‍👦",
    "\u202eمرحبا بالعالم\u202c",
    "a\x00b\r\nc",
    "x" * 10_000,
)


def _paged(found: Round) -> list[int]:
    """The places of the pages: requests for the same path, more than one."""
    about = _distinct(found)
    often = Counter(_page_of(found.exchanges[place].sent) for place in about)
    turned = [place for place in about if often[_page_of(found.exchanges[place].sent)] > 1]
    if len(turned) < 2:
        raise NotApplicable("the bound canary's answer is one page")
    return turned


def _distinct(found: Round) -> list[int]:
    """One place for each question: the same one with the number spelt in another way is no page."""
    spelt = re.compile(rf"(%2B|\+)?(86)?{re.escape(found.subject.national)}", re.IGNORECASE)
    seen: dict[tuple[str, str, str], int] = {}
    for place in places(found.exchanges):
        sent = found.exchanges[place].sent
        body = spelt.sub("", sent.body.decode(errors="replace"))
        seen.setdefault((sent.method, spelt.sub("", sent.target), body), place)
    return list(seen.values())


def _page_of(sent: Sent) -> tuple[str, str]:
    return sent.method, sent.path


async def pages_end(scene: Scene) -> list[Failure]:
    """A platform whose pages never end does not keep the connector for ever."""
    known = await scene.bound()
    turning = _paged(known)[-2]
    page = known.exchanges[turning]
    before = {one.sent.likeness for one in known.exchanges[:turning]}

    async def endless(sent: Sent) -> Reaction:
        if _page_of(sent) == _page_of(page.sent) and sent.likeness not in before:
            return page.reaction
        return await rest(sent)

    rest = Replay(known.exchanges)
    found = await scene.question(known.subject.number, endless)
    failures: list[Failure] = []
    sent = "a lookup, with the last page but one given for ever"
    if found.asked > MOST_PAGES or any(trial.hung for trial in found.trials):
        failures += failed(sent, f"{found.asked} requests", f"an end before {MOST_PAGES}")
    if found.absent or any(one.complete for one in found.bound.values()):
        failures += failed(sent, found, "a ConnectorError, or complete=False")
    return failures


async def pages_whole(scene: Scene) -> list[Failure]:
    """A list of which a page is missing is not called whole."""
    known = await scene.bound()
    failures: list[Failure] = []
    for place in _paged(known)[1:]:
        reactions: tuple[tuple[str, Reaction], ...] = (
            ("HTTP status 500", Answer.of({"error": "failed"}, 500)),
            ("an empty object", Answer.of({})),
            ("a page for people", Answer.text(PAGE, "text/html")),
            ("a cut connection", Cut()),
        )
        for what, reaction in reactions:
            # The client may repeat a read by itself: every try finds the page missing.
            play = Replay(known.exchanges, swapped(place, reaction))
            found = await scene.question(known.subject.number, play)
            fewer = _count(found) < _count(known)
            if found.absent or any(one.complete and fewer for one in found.bound.values()):
                sent = f"a lookup, whose later page is {what}"
                failures += failed(sent, found, "a ConnectorError, or complete=False")
    return failures


def _count(found: Round) -> int:
    return sum(len(one.accounts) for one in found.bound.values())


async def text(scene: Scene) -> list[Failure]:
    """Labels and handles in any writing arrive, or are refused by the contract's errors."""
    known = await scene.bound()
    accounts = [account for one in known.bound.values() for account in one.accounts]
    given = texts(known.exchanges)
    wanted = {account.handle for account in accounts}
    wanted |= {one for account in accounts for one in raw_labels(account, given)}
    failures: list[Failure] = []
    for place in places(known.exchanges):
        true = known.exchanges[place].answer
        if true is None:
            continue
        try:
            document = true.json()
        except Unreadable:
            continue
        for where in [one for one in nodes(document) if str(at(document, one)) in wanted]:
            for strange in STRANGE:
                answer = true.having(replaced(document, where, strange))
                play = Replay(known.exchanges, swapped(place, answer))
                found = await scene.question(known.subject.number, play)
                sent = f"a lookup, with {strange[:12]!r} for a handle or label"
                if found.absent & known.bound.keys():
                    failures += failed(sent, found, "no NotBound")
                failures += [
                    one
                    for trial in found.trials
                    if trial.foreign
                    for one in failed(sent, trial, "an outcome or a ConnectorError")
                ]
    return failures


async def blockers(scene: Scene) -> list[Failure]:
    """What keeps an account from being unbound is one of the reasons people can act on."""
    known = await scene.known(scene.canaries.bound)
    # As the connector said it: the gateway believes no answer with another word in it.
    said = known.trials[-1].outcome
    answers: list[object] = list(said.values()) if is_mapping(said) else [said]
    found = [one for each in answers if isinstance(each, Bound) for one in _blockers(each)]
    if not found:
        raise NotApplicable("nothing blocks the bound canary's accounts")
    wrong = [one for one in found if not isinstance(one, DenyReason)]
    return failed("a lookup", wrong, "reasons of the closed list") if wrong else []


def _blockers(bound: Bound) -> Iterator[object]:
    for account in bound.accounts:
        given = cast(object, account.blockers)  # anybody's: it may be one word
        yield from cast(tuple[object, ...], given) if isinstance(given, tuple) else (given,)


async def dates(scene: Scene) -> list[Failure]:
    """An account bound before a day and one bound after it are told apart, the right way round."""
    known = await scene.bound()
    accounts = [account for one in known.bound.values() for account in one.accounts]
    canaries = scene.canaries
    dated = scene.spec.dates_bindings or SubjectNeed.HELD_SINCE in scene.spec.subject_needs
    if not dated and all(account.bound is None for account in accounts):
        raise NotApplicable("it gives no dates")
    day = canaries.held_since
    if canaries.before is None or canaries.after is None or day is None:
        raise NotRun("name numbers in canaries.before and canaries.after, and held_since")
    failures: list[Failure] = []
    for number, early in ((canaries.before, True), (canaries.after, False)):
        found = await scene.known(number)
        told = [account.bound for one in found.bound.values() for account in one.accounts]
        if not told:
            raise NotRun("the dated canaries were not found bound")
        wrong = [one for one in told if not (one and _side(one, early, day.isoformat()))]
        if wrong:
            side = "before" if early else "on or after"
            expected = f"dates {side} {day}"
            failures += failed(f"a number bound {side} {day}", repr(wrong), expected)
    return failures


def _side(one: BindingDate, early: bool, day: str) -> bool:
    if early:
        return one.latest is not None and one.latest.isoformat() < day
    return one.earliest is not None and one.earliest.isoformat() >= day


async def per_platform(scene: Scene) -> list[Failure]:
    """One platform left out or failing harms no other; what was not answered is not absent."""
    if not scene.spec.speaks_for_many:
        raise NotApplicable("it speaks for one platform")
    known = await scene.bound()
    failures: list[Failure] = []
    unasked = sorted(set(known.answers) - scene.trials.platforms)
    if unasked:
        failures += failed("a lookup", unasked, "platforms that the connector declares")
    for place in places(known.exchanges):
        answer = known.exchanges[place].answer
        if answer is None:
            continue
        try:
            document = answer.json()
        except Unreadable:
            continue
        for where in [one for one in nodes(document) if _entries(at(document, one), known)]:
            entries: list[object] = at(document, where)
            for what, changed in _harmed(entries):
                reply = answer.having(replaced(document, where, changed))
                play = Replay(known.exchanges, swapped(place, reply))
                found = await scene.question(known.subject.number, play)
                lost = [
                    name
                    for name, one in known.answers.items()
                    if not isinstance(one, ConnectorError)
                    and isinstance(found.answers.get(name), ConnectorError)
                ]
                sent = f"a lookup, whose answer {what}"
                if (denied := found.absent & known.bound.keys()) or len(lost) > 1:
                    told = f"NotBound for {sorted(denied)}" if denied else f"no answer for {lost}"
                    failures += failed(sent, told, "the others answered, that one unknown")
    return failures


def _harmed(entries: list[object]) -> Iterator[tuple[str, list[object]]]:
    """The entries, each time with one of them left out, or with a part of one unreadable."""
    for place, entry in enumerate(entries):
        before, after = entries[:place], entries[place + 1 :]
        yield "leaves out one platform", [*before, *after]
        if is_mapping(entry):
            for name, value in entry.items():
                if isinstance(value, dict | list):
                    broken = dict(entry) | {name: None}
                    yield "cannot be read for one platform", [*before, broken, *after]


def _entries(node: object, known: Round) -> bool:
    """Is it the list with an entry for each platform? It names no account of a single one."""
    if not isinstance(node, list) or len(known.answers) < 2:
        return False
    answered = sum(
        isinstance(one, Bound) or not isinstance(one, ConnectorError)
        for one in known.answers.values()
    )
    return len(cast(list[object], node)) >= answered


CHECKS = (
    Check("pages-end", Level.SILVER, pages_end),
    Check("pages-whole", Level.SILVER, pages_whole),
    Check("text", Level.SILVER, text),
    Check("dates", Level.SILVER, dates),
    Check("blockers", Level.SILVER, blockers),
    Check("per-platform", Level.SILVER, per_platform),
)
