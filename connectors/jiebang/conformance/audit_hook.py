"""What a connector does besides answering: log, print, warn, connect.

Calls are distinguished by a context variable, which is inherited by the tasks they start and,
during an audit, by their threads.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import sys
import threading
import warnings
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TextIO, cast


@dataclass(slots=True)
class AuditRecord:
    """`port` is the recording server's. `contacts` names other connection targets; `blocking` says
    what held up the event loop."""

    port: int
    logs: list[str] = field(default_factory=list[str])
    printed: list[str] = field(default_factory=list[str])
    connections: list[str] = field(default_factory=list[str])
    blocking: list[str] = field(default_factory=list[str])


TRANSPORT = "jiebang.transport"
RECORD: ContextVar[AuditRecord | None] = ContextVar("record", default=None)


class ForbiddenConnection(ConnectionRefusedError):
    """No connection is allowed except to the recording server."""


class _RecordingHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        kept = RECORD.get()
        if kept is None or (record.name.startswith("asyncio") and record.levelno < logging.WARNING):
            return
        text = self.format(record)
        # What a structured logger would show in addition to the message.
        kept.logs.append(f"{text} {record.args!r} {vars(record).get('extra', '')!r}")


class _Tee:
    """Replaces stdout or stderr: records what a call prints, and forwards the rest."""

    def __init__(self, original: TextIO) -> None:
        self._original = original

    def write(self, text: str) -> int:
        kept = RECORD.get()
        if kept is None:
            return self._original.write(text)
        kept.printed.append(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


_audited = threading.Event()


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        return
    kept = RECORD.get()
    if kept is None:
        return
    if event == "socket.connect":
        _check_connect(kept, *arguments)
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        if host not in (None, "127.0.0.1", b"127.0.0.1") and not _is_from_transport():
            kept.connections.append(f"the name {host!s}")
            raise ForbiddenConnection("only the recording server may be reached")
    else:
        kept.blocking.append(event)


def _check_connect(kept: AuditRecord, connection: Any, address: Any) -> None:
    ours = isinstance(address, tuple) and address[:2] == ("127.0.0.1", kept.port)
    if ours and connection.gettimeout() == 0:
        return
    if ours:
        kept.blocking.append("a connection that blocks")
    elif not _is_from_transport():
        shown = (
            ":".join(map(str, cast(tuple[object, ...], address)[:2]))
            if isinstance(address, tuple)
            else "a local socket"
        )
        kept.connections.append(shown)
    # Refused even if the host is declared: it is somebody's real platform.
    raise ForbiddenConnection("only the recording server may be reached")


def _is_from_transport() -> bool:
    """Tell whether it is the gateway's own client, which connects to declared hosts only."""
    return _is_called_from(TRANSPORT)


def _is_called_from(*modules: str) -> bool:
    """Tell whether the caller, direct or indirect, is in one of these modules."""
    frame = inspect.currentframe()
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(modules):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _propagate_context() -> Generator[None]:
    """While this is open, threads inherit the context of the call that starts them."""
    submit, start = ThreadPoolExecutor.submit, threading.Thread.start

    def submit_in_context(pool: ThreadPoolExecutor, work: Any, /, *rest: Any, **more: Any) -> Any:
        if RECORD.get() is None or _is_from_transport():
            return submit(pool, work, *rest, **more)
        return submit(pool, copy_context().run, work, *rest, **more)

    def start_in_context(thread: threading.Thread) -> None:
        # Threads of a pool outlive the call that needed them.
        if RECORD.get() is not None and not _is_called_from(
            ThreadPoolExecutor.__module__, TRANSPORT
        ):
            changed: Any = thread
            changed.run = partial(copy_context().run, thread.run)
        start(thread)

    patched: Any = ThreadPoolExecutor, threading.Thread
    patched[0].submit, patched[1].start = submit_in_context, start_in_context
    try:
        yield
    finally:
        patched[0].submit, patched[1].start = submit, start


@contextlib.contextmanager
def audit_calls() -> Generator[None]:
    """Audit all calls while this is open."""
    if not _audited.is_set():
        _audited.set()
        sys.addaudithook(_audit)  # it stays installed, and does nothing outside a call
    root, handler = logging.getLogger(), _RecordingHandler(0)
    level, shown, out, err = root.level, warnings.showwarning, sys.stdout, sys.stderr

    def show(message: Warning | str, *rest: Any, **more: Any) -> None:
        kept = RECORD.get()
        if kept is None:
            shown(message, *rest, **more)
        else:
            kept.logs.append(str(message))

    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    sys.stdout, sys.stderr = cast(TextIO, _Tee(out)), cast(TextIO, _Tee(err))
    try:
        with _propagate_context(), warnings.catch_warnings():
            # Record them, even in projects whose tests turn warnings into errors: `leaks` reads
            # them.
            warnings.simplefilter("always")
            warnings.showwarning = show
            yield
    finally:
        sys.stdout, sys.stderr = out, err
        warnings.showwarning = shown
        root.setLevel(level)
        root.removeHandler(handler)
