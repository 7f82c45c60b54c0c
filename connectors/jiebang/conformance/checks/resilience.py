"""Random faults, concurrency, and what only people can attest."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext, CheckNotApplicable, CheckNotRun
from jiebang.conformance.exchange import (
    Disconnect,
    Exchange,
    Reaction,
    RecordedRequest,
    StubResponse,
)
from jiebang.conformance.level import Level
from jiebang.conformance.replay import Replay
from jiebang.conformance.report import Failure, failure
from jiebang.sdk import (
    Bound,
    Capability,
    ClientCredentials,
    ConnectorError,
    Secret,
)

#: Lookups in bad weather, unless somebody asks for fewer.
LOOKUPS = 200
SEED = 20_260_601


async def check_token_refresh(context: CheckContext) -> AsyncIterator[Failure]:
    """Concurrent calls share one token, and fetch one new token after it is refused."""
    if not isinstance(context.spec.auth, ClientCredentials):
        raise CheckNotApplicable("it fetches no token")
    known = await context.bound_lookup()
    subject = context.subject(known.subject.number)
    refusing: set[str] = set()
    calm = Replay(known.exchanges)

    async def responder(sent: RecordedRequest) -> Reaction:
        if sent.is_token_request:
            await asyncio.sleep(0.02)
        elif refusing and sent.headers.get("authorization", "") in refusing:
            refusing.clear()
            return StubResponse.from_json({"error": "expired"}, 401)
        return await calm(sent)

    async with context.start_server(responder) as server:
        await asyncio.gather(*(context.runner.run(server, "lookup", subject) for _ in range(5)))
        fetched = sum(one.request.is_token_request for one in server.exchanges)
        if fetched != 1:
            yield failure("five lookups at once", f"{fetched} tokens fetched", "one")
        refusing.update(one.headers.get("authorization", "") for one in server.requests)
        call = await context.runner.run(server, "lookup", subject)
        renewed = sum(one.request.is_token_request for one in server.exchanges) - fetched
        if renewed != 1 or call.error is not None:
            received = f"{call}, {renewed} tokens fetched"
            yield failure("a lookup whose token has expired", received, "one new token")


async def check_chaos(context: CheckContext) -> AsyncIterator[Failure]:
    """Under random faults answers are right or honest errors, never wrong."""
    known, absent = await context.bound_lookup(), await context.unbound_lookup()
    dice = random.Random(SEED)  # noqa: S311 - the same faults each time
    wrong, errors, storms, lookups = 0, 0, 0, context.lookups
    for turn in range(lookups):
        meant = known if turn % 2 else absent
        drawn = [dice.random() for _ in meant.exchanges]

        def weather(place: int, one: Exchange, drawn: list[float] = drawn) -> Reaction:
            if drawn[place] < 0.05:
                return Disconnect()
            return (
                StubResponse.from_json({"error": "failed"}, 502)
                if drawn[place] < 0.1
                else one.reaction
            )

        storms += any(one < 0.1 for one in drawn)
        found = await context.replay_lookup(meant, weather)
        for platform, answer in meant.answers.items():
            said = found.answers[platform]
            if isinstance(said, ConnectorError):
                errors += not isinstance(answer, ConnectorError)
            elif type(said) is not type(answer):
                wrong += 1
            elif isinstance(said, Bound) and isinstance(answer, Bound):
                wrong += said.complete and len(said.accounts) != len(answer.accounts)
    if wrong:
        received = f"{wrong} wrong answers"
        yield failure(f"{lookups} lookups, some hit by faults", received, "none")
    if errors > (storms + max(1, lookups // 100)) * max(1, len(known.answers)):
        received = f"{errors} errors for {storms} lookups hit by faults"
        yield failure(f"{lookups} lookups, some hit by faults", received, "at most as many errors")


async def check_rate(context: CheckContext) -> AsyncIterator[Failure]:
    """It declares how often the platform may be called."""
    context.require(Capability.LOOKUP, Capability.UNBIND)
    if context.spec.limits.rate is not None:
        return
    yield failure("nothing; the declaration: limits", "no rate", "limits.rate")


async def check_docs(context: CheckContext) -> AsyncIterator[Failure]:
    """A page documents the connector and whom to contact."""
    if context.spec.capabilities <= {Capability.GUIDANCE}:
        raise CheckNotApplicable("a guide is its own page")
    if context.spec.docs and context.spec.docs.startswith("https://"):
        return
    yield failure("nothing; the declaration: docs", context.spec.docs, "an https address")


async def check_diagnostics(context: CheckContext) -> AsyncIterator[Failure]:
    """The connector's diagnostic representation does not contain secrets."""
    secrets = [one.reveal() for one in context.entry.settings.values() if isinstance(one, Secret)]
    # Again after a call, in which it has received them.
    with contextlib.suppress(CheckNotRun, CheckNotApplicable):
        await context.bound_lookup()
    shown = f"{context.target.connector!r} {context.entry!r} {context.entry.settings!r}"
    if any(one in shown for one in secrets):
        yield failure("nothing; its text", "a secret", "no secret")


async def check_fresh(context: CheckContext) -> AsyncIterator[Failure]:
    """It has been run against the platform's own test environment, and names the report."""
    if context.spec.capabilities <= {Capability.GUIDANCE}:
        raise CheckNotApplicable("a guide does not call a platform")
    if context.target.attested is None:
        raise CheckNotRun("name the report of a run against the platform itself in `attested`")
    failures: tuple[Failure, ...] = ()  # it holds, or it was not run
    for one in failures:
        yield one


CHECKS = (
    Check("token-refresh", Level.SILVER, check_token_refresh),
    Check("chaos", Level.GOLD, check_chaos),
    Check("rate", Level.GOLD, check_rate),
    Check("docs", Level.GOLD, check_docs),
    Check("diagnostics", Level.GOLD, check_diagnostics),
    Check("fresh", Level.GOLD, check_fresh),
)
