"""Look a number up: query every platform concurrently and independently, under one deadline.

One platform's failure is data. What the deadline cuts off is UNKNOWN, never NOT_BOUND.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import aclosing
from functools import partial
from typing import Protocol

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.attempt import attempt_lookup, guidance_answers
from jiebang.gateway.calls.batching import LOOKUP_WAIT, Batcher
from jiebang.gateway.calls.call import CallbackRoutes, CallFactory
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.single_flight import SingleFlight
from jiebang.gateway.calls.validation import PlatformAnswer, PlatformAnswers
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.catalogue.demand import Demand
from jiebang.gateway.domain.errors import OutOfRange, Reason, ServiceUnavailable
from jiebang.gateway.domain.metrics import LOOKUP_ANSWERS, LOOKUP_SECONDS
from jiebang.gateway.domain.status import RETRYABLE
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.views.lookup_view import (
    LookupProgress,
    LookupStream,
    LookupView,
    assemble_view,
    split_view,
)
from jiebang.gateway.views.projection import PlatformView, Projector
from jiebang.sdk import (
    Capability,
    ConnectorError,
    Delivery,
    Pending,
    RateLimited,
    TimedOut,
    Unavailable,
    Unsupported,
)

#: Milliseconds that a caller waits for a lookup.
DEFAULT_DEADLINE, MIN_DEADLINE, MAX_DEADLINE = 3000, 100, 15000
_MARGIN = 0.02  # share of the time reserved for assembling the answer


class PendingLookups(Protocol):
    """Stores lookups that platforms answer later, in the journal."""

    async def load(self, request: LookupRequest, platforms: Collection[str]) -> PlatformAnswers:
        """Return what is known of this caller's earlier pending lookups."""
        ...

    async def save(
        self,
        request: LookupRequest,
        connector: str,
        platform: str,
        pending: Pending,
        callback_item: uuid.UUID | None,
    ) -> None:
        """`callback_item`: the item whose callback URL the platform was given; None: poll."""
        ...


class Lookups:
    def __init__(
        self,
        calls: CallFactory,
        admission: Admission,
        projector: Projector,
        pending_lookups: PendingLookups,
        demand: Demand,
        routes: CallbackRoutes,
    ) -> None:
        self._admission = admission
        self._projector = projector
        self._pending_lookups = pending_lookups
        self._demand = demand
        self._routes = routes
        self._batcher = Batcher(calls, max_wait=LOOKUP_WAIT)
        self._single_flight: SingleFlight[tuple[str, PlatformAnswer]] = SingleFlight()

    async def begin(self, request: LookupRequest, deadline_ms: int | None = None) -> LookupStream:
        """Authorize the lookup. Platforms are queried once the answer is read. Raises `OutOfRange`
        for an invalid deadline, `TooManyRequests`."""
        milliseconds = resolve_deadline(deadline_ms)
        await self._admission.charge(request)
        if request.named:
            self._demand.note(request.platforms)
        caller = request.caller
        key = (
            caller.tenant,
            caller.subject,
            request.number,
            request.tenure,
            request.platforms,
            request.catalogue.edition,
            milliseconds,
        )
        start = partial(self._stream_answers, request, milliseconds / 1000)
        return LookupStream(request, self._projector, partial(self._single_flight.join, key, start))

    async def ask(self, request: LookupRequest, deadline_ms: int | None = None) -> LookupView:
        """Return the complete answer. Raises the same errors as `begin`."""
        return await (await self.begin(request, deadline_ms)).complete_view()

    async def follow(
        self, request: LookupRequest, deadline_ms: int | None = None
    ) -> AsyncGenerator[LookupProgress]:
        """Yield the answer as it arrives; the last item contains all of it."""
        views: list[PlatformView] = []
        asked = len(request.platforms)
        answer = await self.begin(request, deadline_ms)
        async with aclosing(answer.platform_views()) as coming:
            async for view in coming:
                views.append(view)
                shown, _ = split_view(request, view)
                yield LookupProgress(asked=asked, answered=len(views), platform=shown)
        yield LookupProgress(asked=asked, answered=asked, result=assemble_view(request, views))

    async def close(self) -> None:
        await self._single_flight.close()
        await self._batcher.close()

    async def _stream_answers(
        self, request: LookupRequest, seconds: float
    ) -> AsyncIterator[tuple[str, PlatformAnswer]]:
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds * (1 - _MARGIN)
        known = await self._load_pending(request, deadline)
        for platform, answer in known.items():
            yield platform, answer
        groups = _group_by_connector(
            request, [name for name in request.platforms if name not in known]
        )
        began = clock()
        tasks = {
            asyncio.create_task(self._ask(request, entry, platforms, deadline)): platforms
            for entry, platforms in groups
            if entry.can(Capability.LOOKUP)
        }
        try:
            while tasks:
                done, _ = await asyncio.wait(
                    tasks, timeout=max(deadline - clock(), 0), return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    break
                for task in done:
                    del tasks[task]
                    took = clock() - began
                    for platform, answer in task.result().items():
                        yield platform, _count_answer(platform, answer, took)
            for platforms in tasks.values():
                for platform in sorted(platforms):
                    late = TimedOut("the lookup's deadline passed")
                    yield platform, _count_answer(platform, late, clock() - began)
            # Manual steps come last, and there may be many: nobody waits for them.
            for entry, platforms in groups:
                if not entry.can(Capability.LOOKUP):
                    for platform, answer in guidance_answers(entry, platforms).items():
                        yield platform, _count_answer(platform, answer)
        finally:
            for task in tasks:
                task.cancel()

    async def _ask(
        self,
        request: LookupRequest,
        entry: RegisteredConnector,
        platforms: frozenset[str],
        deadline: float,
    ) -> PlatformAnswers:
        attempts = max(1, entry.spec.limits.attempts)
        while True:
            attempts -= 1
            # Created before the call: the callback may arrive before the reply.
            item = uuid.uuid4()
            url = self._callback_url(entry, platforms, item)
            answers = await self._attempt(request, entry, platforms, deadline, url)
            errors = [a for a in answers.values() if isinstance(a, ConnectorError)]
            again = errors and len(errors) == len(answers) and errors[0].code in RETRYABLE
            wait = (errors[0].retry_after or 0.05) if again else 0.0
            if not again or not attempts or asyncio.get_running_loop().time() + wait >= deadline:
                break
            await asyncio.sleep(wait)
        return {
            platform: await self._save_pending(
                request, entry, platform, answer, item if url else None
            )
            for platform, answer in answers.items()
        }

    async def _load_pending(self, request: LookupRequest, deadline: float) -> PlatformAnswers:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._pending_lookups.load(request, request.platforms)
        except (ServiceUnavailable, TimeoutError):
            return {}  # the platforms are queried again

    async def _save_pending(
        self,
        request: LookupRequest,
        entry: RegisteredConnector,
        platform: str,
        answer: PlatformAnswer,
        callback_item: uuid.UUID | None,
    ) -> PlatformAnswer:
        """Store a pending answer for the caller; if that fails, the answer becomes unknown."""
        if not isinstance(answer, Pending):
            return answer
        try:
            await self._pending_lookups.save(
                request, entry.spec.id, platform, answer, callback_item
            )
        except ServiceUnavailable:
            return Unavailable("the journal could not store the pending lookup")
        return answer

    def _callback_url(
        self, entry: RegisteredConnector, platforms: frozenset[str], item: uuid.UUID
    ) -> str | None:
        """Return a callback URL, which stands for one item and platform; several platforms are
        polled."""
        called = entry.spec.delivery_of(Capability.LOOKUP) is Delivery.CALLBACK
        return self._routes.url(entry.spec.id, item) if called and len(platforms) == 1 else None

    async def _attempt(
        self,
        request: LookupRequest,
        entry: RegisteredConnector,
        platforms: frozenset[str],
        deadline: float,
        callback_url: str | None,
    ) -> PlatformAnswers:
        try:
            async with self._admission.enter(entry.spec, deadline=deadline):
                left = deadline - asyncio.get_running_loop().time()
                return await attempt_lookup(
                    self._batcher,
                    request,
                    entry,
                    platforms,
                    seconds=left,
                    callback_url=callback_url,
                )
        except ConnectorError as error:
            return dict.fromkeys(platforms, error)
        except ServiceUnavailable:
            # Without the shared budget the platform's limit might be exceeded.
            return dict.fromkeys(
                platforms, RateLimited("the rate limit cannot be read at the moment")
            )


def _group_by_connector(
    request: LookupRequest, platforms: Sequence[str]
) -> list[tuple[RegisteredConnector, frozenset[str]]]:
    groups: dict[str, tuple[RegisteredConnector, set[str]]] = {}
    for platform in platforms:
        entry = request.catalogue.speaker(platform)
        groups.setdefault(entry.spec.id, (entry, set()))[1].add(platform)
    return [(entry, frozenset(names)) for entry, names in groups.values()]


def _count_answer(
    platform: str, answer: PlatformAnswer, seconds: float | None = None
) -> PlatformAnswer:
    """`seconds`: the time taken, for a platform that was queried."""
    label = answer.code if isinstance(answer, ConnectorError) else type(answer).__name__.lower()
    LOOKUP_ANSWERS.labels(platform=platform, answer=label).inc()
    if seconds is not None and not isinstance(answer, Unsupported):
        LOOKUP_SECONDS.labels(platform=platform).observe(seconds)
    return answer


def resolve_deadline(milliseconds: int | None) -> int:
    """Return the deadline in milliseconds. Raises `OutOfRange`."""
    if milliseconds is None:
        return DEFAULT_DEADLINE
    if not MIN_DEADLINE <= milliseconds <= MAX_DEADLINE:
        raise OutOfRange(
            Reason.DEADLINE_OUT_OF_RANGE,
            Wording(
                "A deadline must be between {least} and {most} ms.",
                least=MIN_DEADLINE,
                most=MAX_DEADLINE,
            ),
            field="deadlineMs",
            hint=Wording("Omit it for {usual} ms.", usual=DEFAULT_DEADLINE),
        )
    return milliseconds
