"""Faulty connectors that do not leave retries, timing and connections to the gateway."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
import urllib.request

from tests.conformance.zoo.acme import Acme, bearer
from tests.conformance.zoo.faulty_connector import FaultyConnector

from jiebang.sdk import (
    Call,
    ConnectorError,
    CredentialsFault,
    LookupAnswer,
    NotBound,
    RateLimited,
    Reply,
    Subject,
    Unavailable,
)


class Retries(Acme):
    """Calls a failing platform three times."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        for _ in range(2):
            try:
                return await super().ask(subject, call)
            except Unavailable:
                continue
        return await super().ask(subject, call)


class RetriesLater(Acme):
    """Retries immediately although the platform said to wait."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        try:
            return await super().ask(subject, call)
        except RateLimited:
            return await super().ask(subject, call)


class RetriesCredential(Acme):
    """Retries a refused credential."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        try:
            return await super().ask(subject, call)
        except CredentialsFault:
            return await super().ask(subject, call)


class OutlivesDeadline(Acme):
    """Waits for a better answer beyond its deadline."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        try:
            return await super().ask(subject, call)
        except ConnectorError:
            await asyncio.sleep(3600)
            raise


class SwallowsCancellation(Acme):
    """Treats its cancellation as a failed call, and answers."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        try:
            return await super().ask(subject, call)
        except asyncio.CancelledError:
            raise Unavailable("the call was cancelled") from None


class LeavesTask(Acme):
    """Sends the request in a task that nobody cancels."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        return await asyncio.shield(asyncio.ensure_future(super().ask(subject, call)))


class OwnSocket(Acme):
    """Contacts a third party."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        with socket.socket() as own:
            own.setblocking(False)
            with contextlib.suppress(OSError):
                own.connect(("127.0.0.1", 9))
        return await super().ask(subject, call)


class OwnThread(Acme):
    """Contacts a third party from a thread of its own."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._tell)
        return await super().ask(subject, call)

    def _tell(self) -> None:
        with contextlib.suppress(OSError), socket.socket() as own:
            own.connect(("127.0.0.1", 9))


class BareThread(OwnThread):
    """Contacts a third party from a `threading.Thread` that it starts."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        thread = threading.Thread(target=self._tell)
        thread.start()
        thread.join()
        return await Acme.ask(self, subject, call)


class OwnName(Acme):
    """Resolves the name of a host it never declared."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(socket.getaddrinfo, "telemetry.invalid", 443)
        return await super().ask(subject, call)


class OwnClient(Acme):
    """Uses an HTTP client of its own, past every limit, and blocks while it waits."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        request = urllib.request.Request(
            f"{call.settings['base_url']}/v1/bindings", headers=bearer(call)
        )
        with contextlib.suppress(OSError):
            urllib.request.urlopen(request).close()  # noqa: ASYNC210
        return await super().ask(subject, call)


class Sleeps(Acme):
    """Blocks everybody's calls while it waits."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        time.sleep(0.3)  # noqa: ASYNC251
        return await super().ask(subject, call)


class LosesWait(Acme):
    """Maps a 429 itself, and loses the time to wait."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        reply = await call.http.send(
            "GET",
            "/v1/bindings",
            params={"phone": subject.number},
            headers=bearer(call),
            accept=(200, 429, 503),
        )
        if reply.status != 200:
            raise RateLimited("too many requests")
        return reply


class EverythingIsDown(Acme):
    """Reports every failure as the same, so that nobody learns of a refused credential."""

    async def ask(self, subject: Subject, call: Call) -> Reply:
        try:
            return await super().ask(subject, call)
        except ConnectorError:
            raise Unavailable("something went wrong") from None


class NeverTooLarge(Acme):
    """Treats an answer that was too large as an empty one."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        try:
            return await super().lookup(subject, call)
        except ConnectorError as error:
            if "too large" in str(error):
                return NotBound("nothing that can be read")
            raise


class TrustsHeaders(Acme):
    """Assumes that every answer declares its content type."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        reply = await self.ask(subject, call)
        if reply.headers["content-type"].split("/")[1] != "json":
            raise ValueError("no JSON")
        return self.outcome(reply.json())


ANIMALS = (
    FaultyConnector(Retries(), "one-attempt"),
    FaultyConnector(RetriesLater(), "one-attempt"),
    FaultyConnector(RetriesCredential(), "credential-refused"),
    FaultyConnector(OutlivesDeadline(), "deadline"),
    FaultyConnector(SwallowsCancellation(), "cancellation"),
    FaultyConnector(LeavesTask(), "cancellation"),
    FaultyConnector(OwnSocket(), "hosts"),
    FaultyConnector(OwnThread(), "hosts"),
    FaultyConnector(BareThread(), "hosts"),
    FaultyConnector(OwnName(), "hosts"),
    FaultyConnector(OwnClient(), "blocking"),
    FaultyConnector(Sleeps(), "blocking"),
    FaultyConnector(LosesWait(), "retry-after"),
    FaultyConnector(EverythingIsDown(), "error-table"),
    FaultyConnector(NeverTooLarge(), "reply-size"),
    FaultyConnector(TrustsHeaders(), "error-table"),
)
