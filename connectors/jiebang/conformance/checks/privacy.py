"""Personal data and secrets do not leak; labels are masked."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator

from jiebang.conformance.call_record import CallRecord, describe_outcome
from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext
from jiebang.conformance.exchange import Disconnect, StubResponse, last_response
from jiebang.conformance.level import Level
from jiebang.conformance.report import Failure, failure
from jiebang.conformance.text import texts
from jiebang.sdk import Capability

_MARKS = "*＊•…●×"


async def check_leaks(context: CheckContext) -> AsyncIterator[Failure]:
    """Logs, output, errors and outcomes do not contain a number, handle, raw label or secret.

    Inspects all calls made so far, and failing ones of its own.
    """
    known = await context.bound_lookup()
    await context.cached_lookup(context.canaries.unbound)
    echo = StubResponse.from_text(f"no such number {known.subject.national}", "text/plain", 400)
    broken = StubResponse(status=200, body=last_response(known.exchanges).body[:-2] + b"]]")
    for reaction in (
        echo,
        broken,
        Disconnect(),
        StubResponse.from_json({"error": "failed"}, 500),
        StubResponse.from_json({}),
    ):
        await context.lookup_answered(known, reaction)
    seen: set[tuple[str, str]] = set()
    for call in context.all_calls:
        for where, text in _outlets(call):
            for kind in context.leak_detector.find_leaks(text):
                if (where, kind) not in seen:
                    seen.add((where, kind))
                    received = f"the {kind} in {where}: {text.strip()[:200]}"
                    expected = f"no {kind} there"
                    yield failure(f"a {call.method}", received, expected)


def _outlets(call: CallRecord) -> list[tuple[str, str]]:
    found = [("a log record", line) for line in call.audit.logs]
    found += [("the output", line) for line in call.audit.printed]
    found += [("a contact", line) for line in call.audit.connections]
    if call.outcome is not None:
        found.append(("the outcome's text", describe_outcome(call.outcome)))
    error = call.error
    if error is not None:
        found.append(("the error's text", f"{error} {error!r}"))
        found.append(("the error's notes", repr(getattr(error, "__notes__", ""))))
        found.append(("the error's platform code", str(getattr(error, "platform_code", ""))))
        last = traceback.TracebackException.from_exception(error)
        said = "\n".join(last.format_exception_only())
        inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if inner is not None:
            said += f"\n{inner} {inner!r}"
        found.append(("the error's traceback", said))
    return found


async def check_masking(context: CheckContext) -> AsyncIterator[Failure]:
    """A label is not the platform's text as it stands, unless that is already masked."""
    context.require(Capability.LOOKUP)
    known = await context.bound_lookup()
    given = texts(known.exchanges)
    clear = [
        account
        for account in known.accounts
        if account.label is not None and _is_clear(account.label, given)
    ]
    if not clear:
        return
    received = f"{len(clear)} labels as the platform gave them"
    yield failure("a lookup", received, "a masked label, such as 张**")


def _is_clear(label: str, given: frozenset[str]) -> bool:
    """Tell whether it is a text of the platform as it stands, or with marks around it."""
    if label in given:
        return not any(mark in label for mark in _MARKS)
    inner = label.strip(_MARKS + " ()[]（）")
    return len(inner) > 1 and not any(mark in inner for mark in _MARKS) and inner in given


CHECKS = (
    Check("leaks", Level.BRONZE, check_leaks),
    Check("masking", Level.BRONZE, check_masking),
)
