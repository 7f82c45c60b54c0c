"""Live events of renewals, from any process: one LISTEN connection per process wakes the followers,
and each reads the table from its own cursor."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator

import asyncpg
import structlog

from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.journal.database import raw_dsn
from jiebang.gateway.journal.events import CHANNEL
from jiebang.gateway.journal.records import EventRecord
from jiebang.gateway.journal.renewal_store import RenewalStore

log = structlog.get_logger(__name__)

_REREAD = 5.0  # seconds between reads of the table while not listening
#: Followers that read at once. A thousand woken together would occupy every connection, and most of
#: them would time out waiting for one.
_READERS = 4
_ALIVE = 5.0  # seconds between checks of the listening connection, and for its answer
_RECONNECT = 1.0


class EventFeed:
    """New events as they happen. `run` keeps the listening connection; without it followers still
    see every event, but later."""

    def __init__(self, dsn: str, store: RenewalStore) -> None:
        self._dsn = raw_dsn(dsn)
        self._store = store
        self._followers: dict[str, set[asyncio.Event]] = {}
        self._listening = False
        self._reading = asyncio.Semaphore(_READERS)

    @property
    def followers(self) -> int:
        return sum(len(calls) for calls in self._followers.values())

    async def run(self) -> None:
        """Listen until cancelled; reconnect when the connection is lost."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("feed_disconnected", error=type(error).__name__)
            self._wake_all()
            await asyncio.sleep(_RECONNECT)

    async def follow(self, renewal: uuid.UUID, *, after: int) -> AsyncGenerator[EventRecord]:
        """Yield every event after cursor `after`, past ones first, then live ones, without end."""
        call = asyncio.Event()
        followers = self._followers.setdefault(str(renewal), set())
        followers.add(call)
        try:
            while True:
                call.clear()  # before reading: what arrives meanwhile is read next time
                # While listening, the table is only read when something happened.
                again = None if self._listening else _REREAD
                try:
                    async with self._reading:
                        events = await self._store.events(renewal, after=after)
                except ServiceUnavailable:
                    events, again = [], _REREAD
                for event in events:
                    after = event.seq
                    yield event
                if not events:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(call.wait(), again)
        finally:
            followers.discard(call)
            if not followers:
                self._followers.pop(str(renewal), None)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._listening = True
            self._wake_all()
            while not lost.is_set():
                try:
                    await asyncio.wait_for(lost.wait(), _ALIVE)
                except TimeoutError:  # a connection that died silently would go unnoticed
                    await connection.execute("SELECT 1", timeout=_ALIVE)
        finally:
            self._listening = False
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    def _heard(self, connection: object, pid: int, channel: str, payload: object) -> None:
        for call in self._followers.get(str(payload), ()):
            call.set()

    def _wake_all(self) -> None:
        for calls in self._followers.values():
            for call in calls:
                call.set()
