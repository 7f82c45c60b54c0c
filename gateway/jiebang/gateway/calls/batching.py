"""Combine simultaneous calls into one batch call where the connector supports it.

Each call keeps its own content, key, limits and deadline; only the request is shared.
docs/decisions/0011-gathered-calls.md lists what is never combined.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import cast

from jiebang.gateway.calls.call import CallFactory, run_guarded
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.sdk import (
    ERROR_CLASSES,
    METHODS,
    ActionKind,
    Bug,
    Capability,
    ConnectorError,
    Order,
    Subject,
    TimedOut,
)

#: The batch capability for each single capability.
BATCHES = {
    Capability.LOOKUP: Capability.LOOKUP_BATCH,
    **{kind.capability: kind.batch for kind in ActionKind if kind.batch is not None},
}
#: Seconds that an interactive lookup waits for others to share a batch.
LOOKUP_WAIT = 0.003
#: The same for a durable step: nobody is watching, and marking an order as sent takes longer.
STEP_WAIT = 0.02
_GRACE = 0.3  # seconds; longer than the call's own grace, so that its answer comes first


@dataclass(slots=True, eq=False)
class _Waiter:
    """One caller's share of a batch. `deadline` in loop time."""

    content: Subject | Order
    deadline: float
    answer: asyncio.Future[object]


@dataclass(slots=True, eq=False)
class _Batch:
    entry: RegisteredConnector
    capability: Capability
    platforms: frozenset[str]
    #: By what identifies each one at the platform: the number or the account handle.
    waiters: dict[Hashable, _Waiter] = field(default_factory=dict[Hashable, _Waiter])
    sent: bool = False
    timer: asyncio.TimerHandle | None = None
    task: asyncio.Task[None] | None = None

    @property
    def writes(self) -> bool:
        return self.capability is not Capability.LOOKUP

    @property
    def is_abandoned(self) -> bool:
        return all(waiter.answer.done() for waiter in self.waiters.values())


class Batcher:
    """Waits up to `max_wait` seconds for more calls, or until a batch is full, then calls once. A
    batch of one is sent as an ordinary call."""

    def __init__(self, calls: CallFactory, *, max_wait: float) -> None:
        self._calls = calls
        self._max_wait = max_wait
        self._open: dict[Hashable, _Batch] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def lookup(
        self,
        entry: RegisteredConnector,
        platforms: frozenset[str],
        subject: Subject,
        *,
        tenant: str,
        seconds: float,
        callback_url: str | None = None,
    ) -> object:
        """Return the connector's unvalidated answer about this number. Raises `ConnectorError`."""
        # A batch has no field for a callback URL.
        if callback_url is None and entry.can(Capability.LOOKUP_BATCH):
            batch = self._open_batch(entry, Capability.LOOKUP, platforms, tenant, subject.number)
            return await self._wait_for_answer(batch, subject.number, subject, seconds)
        call = self._calls.create(entry, platforms, seconds=seconds, callback_url=callback_url)
        method = getattr(entry.connector, METHODS[Capability.LOOKUP])
        return cast(object, await run_guarded(lambda: method(subject, call), seconds))

    async def send(
        self,
        entry: RegisteredConnector,
        capability: Capability,
        order: Order,
        *,
        tenant: str,
        seconds: float,
    ) -> object:
        """Return the connector's unvalidated outcome for this order. Raises `ConnectorError`."""
        platforms, together = frozenset({order.account.platform}), BATCHES.get(capability)
        if together is not None and entry.can(together):
            handle = order.account.handle
            batch = self._open_batch(entry, capability, platforms, tenant, handle)
            return await self._wait_for_answer(batch, handle, order, seconds)
        return await self._call_alone(entry, capability, platforms, order, seconds)

    async def close(self) -> None:
        """Cancel the calls in progress; their callers get an error."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _open_batch(
        self,
        entry: RegisteredConnector,
        capability: Capability,
        platforms: frozenset[str],
        tenant: str,
        name: Hashable,
    ) -> _Batch:
        """Return the open batch for this call; a new one if it already contains `name`, since two
        answers about the same name could not be told apart."""
        key = (entry.spec.id, capability, platforms, tenant)
        batch = self._open.get(key)
        if batch is not None and (name in batch.waiters or batch.entry is not entry):
            self._start(key, batch)
            batch = None
        if batch is None:
            batch = self._open[key] = _Batch(entry, capability, platforms)
            loop = asyncio.get_running_loop()
            batch.timer = loop.call_later(self._max_wait, self._start, key, batch)
        if len(batch.waiters) + 1 >= entry.spec.limits.batch:
            # Full once the present call is added, which happens before `_start` runs.
            asyncio.get_running_loop().call_soon(self._start, key, batch)
            del self._open[key]
        return batch

    async def _wait_for_answer(
        self, batch: _Batch, name: Hashable, content: Subject | Order, seconds: float
    ) -> object:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(content, loop.time() + seconds, loop.create_future())
        batch.waiters[name] = waiter
        try:
            done, _ = await asyncio.wait({waiter.answer}, timeout=max(seconds, 0.0) + _GRACE)
        finally:
            waiter.answer.cancel()
            if batch.is_abandoned and batch.task is not None:
                batch.task.cancel()  # nobody waits for it any more
        if not done:
            raise TimedOut(
                "the connector did not answer in time", maybe_done=batch.writes and batch.sent
            )
        answer = waiter.answer.result()
        if isinstance(answer, ConnectorError):
            raise answer
        return answer

    def _start(self, key: Hashable, batch: _Batch) -> None:
        if self._open.get(key) is batch:
            del self._open[key]
        if batch.timer is not None:
            batch.timer.cancel()
        if batch.task is None:
            batch.task = asyncio.create_task(self._run(batch))
            self._running.add(batch.task)
            batch.task.add_done_callback(self._running.discard)

    async def _run(self, batch: _Batch) -> None:
        """Call once for everybody still waiting, and hand each its own answer."""
        waiters = [waiter for waiter in batch.waiters.values() if not waiter.answer.done()]
        if not waiters:
            return
        batch.sent = True
        answers: Sequence[object] = ()
        try:
            answers = await self._call_together(batch, waiters)
        except ConnectorError as error:
            answers = [_copy_of(error) for _ in waiters]
        finally:
            if not answers:
                gone = TimedOut("the call was cancelled", maybe_done=batch.writes)
                answers = [_copy_of(gone) for _ in waiters]
            for part, answer in zip(waiters, answers, strict=True):
                if not part.answer.done():
                    part.answer.set_result(answer)

    async def _call_together(self, batch: _Batch, waiters: Sequence[_Waiter]) -> Sequence[object]:
        entry, capability, platforms = batch.entry, batch.capability, batch.platforms
        seconds = max(part.deadline for part in waiters) - asyncio.get_running_loop().time()
        if len(waiters) == 1:
            return [
                await self._call_alone(entry, capability, platforms, waiters[0].content, seconds)
            ]
        call = self._calls.create(entry, platforms, seconds=seconds)
        method = getattr(entry.connector, METHODS[BATCHES[capability]])
        contents = [waiter.content for waiter in waiters]
        answers: object = await run_guarded(
            lambda: method(contents, call), seconds, writes=batch.writes
        )
        if not isinstance(answers, Sequence) or len(cast(Sequence[object], answers)) != len(
            waiters
        ):
            raise Bug("answered a batch with the wrong number of answers", maybe_done=batch.writes)
        return cast(Sequence[object], answers)

    async def _call_alone(
        self,
        entry: RegisteredConnector,
        capability: Capability,
        platforms: frozenset[str],
        content: Subject | Order,
        seconds: float,
    ) -> object:
        method = getattr(entry.connector, METHODS[capability])
        if isinstance(content, Subject):
            call = self._calls.create(entry, platforms, seconds=seconds)
            return cast(object, await run_guarded(lambda: method(content, call), seconds))
        call = self._calls.create(
            entry,
            platforms,
            seconds=seconds,
            idempotency_key=content.idempotency_key,
            callback_url=content.callback_url,
        )
        return cast(
            object,
            await run_guarded(
                lambda: method(content.subject, content.account, call), seconds, writes=True
            ),
        )


def _copy_of(error: ConnectorError) -> ConnectorError:
    """Copy the error for another caller: each caller may modify its own."""
    return ERROR_CLASSES[error.code](
        str(error),
        retry_after=error.retry_after,
        maybe_done=error.maybe_done,
        platform_code=error.platform_code,
    )
