"""A failing platform: recognised, asked only once, and never mistaken for an answer."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext
from jiebang.conformance.exchange import Disconnect, Reaction, RecordedRequest, StubResponse
from jiebang.conformance.level import Level
from jiebang.conformance.mutation import PAGE
from jiebang.conformance.report import Failure, failure
from jiebang.sdk import ConnectorError, ErrorCode, failure_for_status

#: Statuses with one meaning everywhere; those of `OWN` a connector may interpret itself.
TABLE = (401, 408, 429, 500, 502, 503, 504)
OWN = (400, 403, 404, 405, 409, 422)


async def check_error_table(context: CheckContext) -> AsyncIterator[Failure]:
    """Failures are reported as the right errors."""
    known, absent = await context.bound_lookup(), await context.unbound_lookup()
    said = {one.response.status for one in absent.exchanges if one.response is not None}
    cases: list[tuple[str, Reaction, frozenset[ErrorCode] | None]] = [
        (
            f"HTTP status {status}",
            StubResponse.from_json({"error": "failed"}, status),
            frozenset({failure_for_status(status).code}),
        )
        for status in TABLE
    ]
    cases += [
        (f"HTTP status {status}", StubResponse.from_json({"error": "failed"}, status), None)
        for status in OWN
        if status not in said
    ]
    limited = StubResponse.from_json({"error": "failed"}, 503).with_headers(Retry_After="3")
    cases += [
        ("HTTP status 503 with Retry-After", limited, frozenset({ErrorCode.RATE_LIMITED})),
        ("a broken connection", Disconnect(), frozenset({ErrorCode.UNAVAILABLE})),
        (
            "a page under status 200",
            StubResponse.from_text(PAGE, "text/html"),
            frozenset({ErrorCode.BLOCKED, ErrorCode.PROTOCOL}),
        ),
    ]
    for what, reaction, codes in cases:
        found = await context.lookup_answered(known, reaction)
        for one in _judge(what, str(found), list(found.answers.values()), codes):
            yield one
        for call in found.calls:
            if call.foreign_error:
                yield failure(f"a lookup, answered with {what}", call, "a ConnectorError")
    for one in await _check_refused_connection(context):
        yield one


async def _check_refused_connection(context: CheckContext) -> Iterator[Failure]:
    """Check a refused connection; the port is reserved, lest another server answers on it."""
    subject = context.subject(context.canaries.bound)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        url = f"http://127.0.0.1:{port}{context.backend.base}"
        call = await context.runner.run(url, "lookup", subject, port=port)
    context.all_calls.append(call)
    answers = list(call.answers(context.entry, context.runner.platforms).values())
    codes = frozenset({ErrorCode.UNAVAILABLE})
    return _judge("a refused connection", str(call), answers, codes)


def _judge(
    what: str, received: str, answers: Sequence[object], codes: frozenset[ErrorCode] | None
) -> Iterator[Failure]:
    wrong = [
        one
        for one in answers
        if not isinstance(one, ConnectorError)
        or one.code is ErrorCode.BUG
        or (codes is not None and one.code not in codes)
    ]
    if not wrong:
        return
    wanted = "a ConnectorError"
    if codes is not None:
        wanted += " with the code " + " or ".join(sorted(code.name for code in codes))
    yield failure(f"a lookup, answered with {what}", received, wanted)


async def check_one_attempt(context: CheckContext) -> AsyncIterator[Failure]:
    """A failing platform is asked once; retrying is up to the gateway."""
    known = await context.bound_lookup()
    for what, reaction in (
        ("HTTP status 500", StubResponse.from_json({"error": "failed"}, 500)),
        (
            "HTTP status 429",
            StubResponse.from_json({"error": "failed"}, 429).with_headers(Retry_After="0"),
        ),
        # Not a broken connection: there the client itself may repeat a GET on a reused one.
    ):
        found = await context.lookup_answered(known, reaction)
        sent = [one.request for one in found.exchanges if not one.request.is_token_request]
        if count_repeats(sent) or len(sent) > known.request_count:
            received = f"{len(sent)} requests, {count_repeats(sent)} of them repeated"
            expected = "no request more than once"
            yield failure(f"a lookup, answered with {what}", received, expected)


def count_repeats(sent: list[RecordedRequest]) -> int:
    """Count the requests that had been made before."""
    return sum(count - 1 for count in Counter(one.fingerprint for one in sent).values())


CHECKS = (
    Check("error-table", Level.BRONZE, check_error_table),
    Check("one-attempt", Level.BRONZE, check_one_attempt),
)
