"""One call of a connector, made as the gateway makes it, and everything that resulted from it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from jiebang.conformance.audit_hook import RECORD, AuditRecord
from jiebang.conformance.recording_server import RecordingServer
from jiebang.conformance.target import Target, fill_settings
from jiebang.gateway.calls.call import CallFactory
from jiebang.gateway.calls.validation import PlatformAnswers, validate_lookup
from jiebang.gateway.catalogue.catalogue import ConnectorState, RegisteredConnector
from jiebang.gateway.catalogue.configuration import configure
from jiebang.sdk import Bug, ConnectorError, TimedOut
from jiebang.transport import Transport

#: Seconds a call may exceed its deadline by before it counts as hung.
HANG_TIMEOUT = 10.0
#: Seconds a call gets in the normal case.
DEFAULT_TIMEOUT = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """`outcome` is what the connector returned; `error` what it raised instead. `hung`: the call
    did not end, not even when it was cancelled."""

    method: str
    outcome: Any = field(repr=False)
    error: BaseException | None = field(repr=False)
    audit: AuditRecord = field(repr=False)
    hung: bool = False

    @property
    def foreign_error(self) -> str | None:
        """The type of an exception that is not one of the contract's."""
        if self.error is None or isinstance(self.error, ConnectorError):
            return None
        return type(self.error).__name__

    @property
    def failure(self) -> ConnectorError | None:
        """The error as the gateway would see it."""
        if self.hung:
            return TimedOut("the connector did not answer in time")
        if self.error is None or isinstance(self.error, ConnectorError):
            return self.error
        return Bug(f"the connector raised {type(self.error).__name__}")

    def answers(self, entry: RegisteredConnector, platforms: frozenset[str]) -> PlatformAnswers:
        """Return a lookup's answer for each platform, validated against the contract."""
        if (failure := self.failure) is not None:
            return dict.fromkeys(platforms, failure)
        return validate_lookup(entry, platforms, self.outcome)

    def __str__(self) -> str:
        if self.hung:
            return "nothing; the call never ended"
        if isinstance(self.error, ConnectorError):
            return f"{self.error.code.name}: {self.error}"
        return (
            f"{self.foreign_error} was raised"
            if self.foreign_error
            else describe_outcome(self.outcome)
        )


def describe_outcome(outcome: object) -> str:
    """Describe an outcome in one line; its `repr` does not show handles, labels or references."""
    if isinstance(outcome, Mapping):
        parts = (f"{name}: {describe_outcome(one)}" for name, one in outcome.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - anybody's
        return "{" + ", ".join(parts) + "}"
    if isinstance(outcome, ConnectorError):
        return f"{outcome.code.name}: {outcome}"
    return repr(outcome)


class CallRunner:
    """Makes calls to one target's connector."""

    def __init__(self, target: Target, transport: Transport) -> None:
        self.target = target
        #: The platforms to request: the declared ones, and those that were discovered.
        self.platforms = target.spec.platform_ids
        self._transport = transport

    def entry(self, server: RecordingServer | str) -> RegisteredConnector:
        """The connector as the registry would hold it. Raises `ConfigurationError`."""
        spec = self.target.spec
        url = server if isinstance(server, str) else server.url
        return RegisteredConnector(
            connector=self.target.connector,
            spec=spec,
            settings=configure(spec, fill_settings(spec, self.target.settings, url)),
            state=ConnectorState.ENABLED,
            source="conformance",
        )

    async def run(
        self,
        server: RecordingServer | str,
        method: str,
        *arguments: object,
        seconds: float = DEFAULT_TIMEOUT,
        key: str = "",
        callback_url: str | None = None,
        port: int | None = None,
    ) -> CallRecord:
        """Call `method` with these arguments and the call context, and wait for its end."""
        task, record = self.start(
            server,
            method,
            *arguments,
            seconds=seconds,
            key=key,
            callback_url=callback_url,
            port=port,
        )
        done, _ = await asyncio.wait({task}, timeout=seconds + HANG_TIMEOUT)
        if not done:
            task.cancel()
            await asyncio.wait({task}, timeout=1.0)
            return CallRecord(method=method, outcome=None, error=None, audit=record, hung=True)
        if task.cancelled():
            error: BaseException = asyncio.CancelledError()
            return CallRecord(method=method, outcome=None, error=error, audit=record)
        outcome = task.result()
        if isinstance(outcome, _Raised):
            return CallRecord(method=method, outcome=None, error=outcome.error, audit=record)
        return CallRecord(method=method, outcome=outcome, error=None, audit=record)

    def start(
        self,
        server: RecordingServer | str,
        method: str,
        *arguments: object,
        seconds: float = DEFAULT_TIMEOUT,
        key: str = "",
        callback_url: str | None = None,
        port: int | None = None,
        without_timeout: bool = False,
    ) -> tuple[asyncio.Task[Any], AuditRecord]:
        """Start the call as a task of its own. `without_timeout`: only the check ends it."""
        entry = self.entry(server)
        if without_timeout:
            limits = replace(entry.spec.limits, timeout=timedelta(seconds=seconds))
            entry = replace(entry, spec=replace(entry.spec, limits=limits))
        reached = server.port if isinstance(server, RecordingServer) else (port or 0)
        record = AuditRecord(port=reached)

        async def call() -> Any:
            RECORD.set(record)
            made = CallFactory(self._transport).create(
                entry,
                self.platforms,
                seconds=seconds,
                idempotency_key=key,
                callback_url=callback_url,
            )
            try:
                return await getattr(entry.connector, method)(*arguments, made)
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                return _Raised(error)

        return asyncio.create_task(call()), record


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException
