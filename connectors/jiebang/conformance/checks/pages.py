"""Long and unusual answers: pages, all kinds of text, dates, blockers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import cast

from jiebang.conformance.check import Check
from jiebang.conformance.context import (
    CheckContext,
    CheckNotApplicable,
    CheckNotRun,
    LookupRecord,
    json_replies,
    request_indexes,
)
from jiebang.conformance.exchange import Disconnect, Reaction, RecordedRequest, StubResponse
from jiebang.conformance.leak_detector import raw_labels
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import PAGE, node_paths, replace_at, value_at
from jiebang.conformance.replay import Replay, replace_reply
from jiebang.conformance.report import Failure, failure
from jiebang.conformance.text import texts
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.sdk import BindingDate, Bound, ConnectorError, DenyReason, SubjectNeed

#: The maximum number of requests for one endless list.
MAX_PAGES = 200
STRANGE = (
    "欧阳娜娜与她的朋友们",
    "😀👨‍👩‍👧‍👦",
    "\u202eمرحبا بالعالم\u202c",
    "a\x00b\r\nc",
    "x" * 10_000,
)


def _page_indexes(found: LookupRecord) -> list[int]:
    """Return the indexes of the page requests: several requests for the same path."""
    about = _distinct_indexes(found)
    often = Counter(_page_key(found.exchanges[place].request) for place in about)
    turned = [place for place in about if often[_page_key(found.exchanges[place].request)] > 1]
    if len(turned) < 2:
        raise CheckNotApplicable("the bound canary's answer is one page")
    return turned


def _distinct_indexes(found: LookupRecord) -> list[int]:
    """Return one index per lookup: a repetition with another spelling is not another page."""
    spelt = re.compile(rf"(%2B|\+)?(86)?{re.escape(found.subject.national)}", re.IGNORECASE)
    seen: dict[tuple[str, str, str], int] = {}
    for place in request_indexes(found.exchanges):
        sent = found.exchanges[place].request
        body = spelt.sub("", sent.body.decode(errors="replace"))
        seen.setdefault((sent.method, spelt.sub("", sent.target), body), place)
    return list(seen.values())


def _page_key(sent: RecordedRequest) -> tuple[str, str]:
    return sent.method, sent.path


async def check_pages_end(context: CheckContext) -> AsyncIterator[Failure]:
    """Endless pages do not keep the connector busy for ever."""
    known = await context.bound_lookup()
    turning = _page_indexes(known)[-2]
    page = known.exchanges[turning]
    before = {one.request.fingerprint for one in known.exchanges[:turning]}

    async def answer_endlessly(sent: RecordedRequest) -> Reaction:
        if _page_key(sent) == _page_key(page.request) and sent.fingerprint not in before:
            return page.reaction
        return await rest(sent)

    rest = Replay(known.exchanges)
    found = await context.lookup(known.subject.number, answer_endlessly)
    sent = "a lookup, with the last page but one repeated for ever"
    if found.request_count > MAX_PAGES or any(call.hung for call in found.calls):
        yield failure(
            sent, f"{found.request_count} requests", f"an end before {MAX_PAGES} requests"
        )
    if found.absent or any(one.complete for one in found.bound.values()):
        yield failure(sent, found, "a ConnectorError, or complete=False")


async def check_pages_whole(context: CheckContext) -> AsyncIterator[Failure]:
    """A list with a missing page is not reported as complete."""
    known = await context.bound_lookup()
    for place in _page_indexes(known)[1:]:
        reactions: tuple[tuple[str, Reaction], ...] = (
            ("HTTP status 500", StubResponse.from_json({"error": "failed"}, 500)),
            ("an empty object", StubResponse.from_json({})),
            ("an HTML page", StubResponse.from_text(PAGE, "text/html")),
            ("a broken connection", Disconnect()),
        )
        for what, reaction in reactions:
            # The client may repeat a read by itself: the page is missing on every attempt.
            found = await context.replay_lookup(known, replace_reply(place, reaction))
            fewer = len(found.accounts) < len(known.accounts)
            if found.absent or any(one.complete and fewer for one in found.bound.values()):
                sent = f"a lookup, whose later page is {what}"
                yield failure(sent, found, "a ConnectorError, or complete=False")


async def check_text(context: CheckContext) -> AsyncIterator[Failure]:
    """Labels and handles in any script are passed on, or refused by the contract's errors."""
    known = await context.bound_lookup()
    given = texts(known.exchanges)
    wanted = known.handles
    wanted |= {one for account in known.accounts for one in raw_labels(account, given)}
    for place, original, document in json_replies(known.exchanges):
        for where in [
            one for one in node_paths(document) if str(value_at(document, one)) in wanted
        ]:
            for strange in STRANGE:
                answer = original.with_json(replace_at(document, where, strange))
                found = await context.replay_lookup(known, replace_reply(place, answer))
                sent = f"a lookup, with {strange[:12]!r} for a handle or label"
                if found.absent & known.bound.keys():
                    yield failure(sent, found, "no NotBound")
                for call in found.calls:
                    if call.foreign_error:
                        yield failure(sent, call, "an outcome or a ConnectorError")


async def check_blockers(context: CheckContext) -> AsyncIterator[Failure]:
    """The blockers of an account are reasons that people can act on."""
    known = await context.cached_lookup(context.canaries.bound)
    # As returned by the connector: the gateway would reject an answer with an unknown reason.
    said = known.calls[-1].outcome
    answers: list[object] = list(said.values()) if is_mapping(said) else [said]
    found = [one for each in answers if isinstance(each, Bound) for one in _blockers(each)]
    if not found:
        raise CheckNotApplicable("nothing blocks the bound canary's accounts")
    wrong = [one for one in found if not isinstance(one, DenyReason)]
    if wrong:
        yield failure("a lookup", wrong, "reasons of the closed list")


def _blockers(bound: Bound) -> Iterator[object]:
    for account in bound.accounts:
        given = cast(object, account.blockers)  # it may be a bare string
        yield from cast(tuple[object, ...], given) if isinstance(given, tuple) else (given,)


async def check_dates(context: CheckContext) -> AsyncIterator[Failure]:
    """Accounts bound before and after a day get dates on the correct side of it."""
    known = await context.bound_lookup()
    canaries = context.canaries
    dated = context.spec.dates_bindings or SubjectNeed.HELD_SINCE in context.spec.subject_needs
    if not dated and all(account.bound is None for account in known.accounts):
        raise CheckNotApplicable("it gives no dates")
    day = canaries.held_since
    if canaries.before is None or canaries.after is None or day is None:
        raise CheckNotRun("name numbers in canaries.before and canaries.after, and held_since")
    for number, early in ((canaries.before, True), (canaries.after, False)):
        found = await context.cached_lookup(number)
        told = [account.bound for account in found.accounts]
        if not told:
            raise CheckNotRun("the dated canaries were not found bound")
        wrong = [one for one in told if not (one and _is_on_side(one, early, day.isoformat()))]
        if wrong:
            side = "before" if early else "on or after"
            expected = f"dates {side} {day}"
            yield failure(f"a number bound {side} {day}", repr(wrong), expected)


def _is_on_side(one: BindingDate, early: bool, day: str) -> bool:
    if early:
        return one.latest is not None and one.latest.isoformat() < day
    return one.earliest is not None and one.earliest.isoformat() >= day


async def check_per_platform(context: CheckContext) -> AsyncIterator[Failure]:
    """One platform missing or failing does not affect the others, and does not count as absent."""
    if not context.spec.speaks_for_many:
        raise CheckNotApplicable("it speaks for one platform")
    known = await context.bound_lookup()
    unasked = sorted(set(known.answers) - context.runner.platforms)
    if unasked:
        yield failure("a lookup", unasked, "platforms that the connector declares")
    for place, answer, document in json_replies(known.exchanges):
        for where in [
            one for one in node_paths(document) if _is_entry_list(value_at(document, one), known)
        ]:
            entries: list[object] = value_at(document, where)
            for what, changed in _damaged_lists(entries):
                reply = answer.with_json(replace_at(document, where, changed))
                found = await context.replay_lookup(known, replace_reply(place, reply))
                lost = [
                    name
                    for name, one in known.answers.items()
                    if not isinstance(one, ConnectorError)
                    and isinstance(found.answers.get(name), ConnectorError)
                ]
                sent = f"a lookup, whose answer {what}"
                if (denied := found.absent & known.bound.keys()) or len(lost) > 1:
                    told = f"NotBound for {sorted(denied)}" if denied else f"no answer for {lost}"
                    yield failure(sent, told, "the others answered, this one unknown")


def _damaged_lists(entries: list[object]) -> Iterator[tuple[str, list[object]]]:
    """Yield the entries with one of them left out, or with a part of one unreadable."""
    for place, entry in enumerate(entries):
        before, after = entries[:place], entries[place + 1 :]
        yield "leaves out one platform", [*before, *after]
        if is_mapping(entry):
            for name, value in entry.items():
                if isinstance(value, dict | list):
                    broken = dict(entry) | {name: None}
                    yield "cannot be read for one platform", [*before, broken, *after]


def _is_entry_list(node: object, known: LookupRecord) -> bool:
    """Tell whether it is the list with one entry per platform, not the accounts of a single one."""
    if not isinstance(node, list) or len(known.answers) < 2:
        return False
    answered = sum(
        isinstance(one, Bound) or not isinstance(one, ConnectorError)
        for one in known.answers.values()
    )
    return len(cast(list[object], node)) >= answered


CHECKS = (
    Check("pages-end", Level.SILVER, check_pages_end),
    Check("pages-whole", Level.SILVER, check_pages_whole),
    Check("text", Level.SILVER, check_text),
    Check("dates", Level.SILVER, check_dates),
    Check("blockers", Level.SILVER, check_blockers),
    Check("per-platform", Level.SILVER, check_per_platform),
)
