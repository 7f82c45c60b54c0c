"""One call to a connector: its context, and the guard that ends it with an answer or a
`ConnectorError`, nothing else."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.catalogue.configuration import SettingValues
from jiebang.sdk import Bug, ConnectorError, ConnectorSpec, Http, Secret, TimedOut

T = TypeVar("T")

_GRACE = 0.25  # seconds a connector may spend on its own clean-up after its deadline


class HttpProvider(Protocol):
    """Provides a client bound to a connector's hosts, limits and deadline (loop time)."""

    def bind(
        self, spec: ConnectorSpec, settings: Mapping[str, str | Secret], *, deadline: float
    ) -> Http: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundCall:
    """Implements the sdk's `Call`."""

    http: Http
    settings: SettingValues = field(repr=False)
    platforms: frozenset[str]
    deadline: datetime
    idempotency_key: str = ""
    callback_url: str | None = field(default=None, repr=False)


class CallbackRoutes(Protocol):
    def url(self, connector: str, item: uuid.UUID) -> str | None:
        """Return the URL at which the platform may report on this item; None when callbacks are
        off."""
        ...


class CallFactory:
    """Creates the context of each call, with its HTTP client."""

    def __init__(self, http: HttpProvider) -> None:
        self._http = http

    def create(
        self,
        entry: RegisteredConnector,
        platforms: frozenset[str],
        *,
        seconds: float,
        idempotency_key: str = "",
        callback_url: str | None = None,
    ) -> BoundCall:
        deadline = asyncio.get_running_loop().time() + seconds
        return BoundCall(
            http=self._http.bind(entry.spec, entry.settings, deadline=deadline),
            settings=entry.settings,
            platforms=platforms,
            deadline=datetime.now(UTC) + timedelta(seconds=seconds),
            idempotency_key=idempotency_key,
            callback_url=callback_url,
        )


async def run_guarded(
    ask: Callable[[], Awaitable[T]], seconds: float, *, writes: bool = False
) -> T:
    """Return the connector's answer. Raises nothing but `ConnectorError`: `TimedOut` when it takes
    longer than `seconds`, `Bug` for any other exception. A connector that ignores cancellation is
    abandoned. `writes`: a failure may hide a completed order."""
    task = asyncio.create_task(_capture_error(ask, writes))
    try:
        done, _ = await asyncio.wait({task}, timeout=max(seconds, 0.0) + _GRACE)
    finally:
        task.cancel()
    if not done:
        raise TimedOut("the connector did not answer in time", maybe_done=writes)
    answer = task.result()
    if isinstance(answer, ConnectorError):
        raise answer
    return answer


async def _capture_error(ask: Callable[[], Awaitable[T]], writes: bool) -> T | ConnectorError:
    try:
        return await ask()
    except ConnectorError as error:
        return error
    except TimeoutError:
        return TimedOut("the connector ran out of time", maybe_done=writes)
    except (Exception, SystemExit, asyncio.CancelledError) as error:
        # The message may hold personal data: only the type is kept. A connector that raises
        # CancelledError must not look like a caller who left.
        return Bug(f"the connector raised {type(error).__name__}", maybe_done=writes)
