"""What a connector does besides answering: log, print, warn, connect.

Each trial is told apart by a context variable, which the tasks it starts inherit, and while they
are watched its threads.
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
    """`port` is the stage's. `contacts` names what else was connected to; `blocking` says how
    the loop was held up."""

    port: int
    logs: list[str] = field(default_factory=list[str])
    printed: list[str] = field(default_factory=list[str])
    connections: list[str] = field(default_factory=list[str])
    blocking: list[str] = field(default_factory=list[str])


TRANSPORT = "jiebang.transport"
RECORD: ContextVar[AuditRecord | None] = ContextVar("record", default=None)


class ForbiddenConnection(ConnectionRefusedError):
    """No connection is made to anything but the stage."""


class _RecordingHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        kept = RECORD.get()
        if kept is None or (record.name.startswith("asyncio") and record.levelno < logging.WARNING):
            return
        text = self.format(record)
        # What a structured logger would show beside the message.
        kept.logs.append(f"{text} {record.args!r} {vars(record).get('extra', '')!r}")


class _Tee:
    """Stands for stdout or stderr: keeps what a trial prints, passes on the rest."""

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
            raise ForbiddenConnection("only the stage may be reached")
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
    # Refused in any case: a declared host is somebody's real platform.
    raise ForbiddenConnection("only the stage may be reached")


def _is_from_transport() -> bool:
    """Is it the gateway's own client, which keeps to the declared hosts?"""
    return _is_called_from(TRANSPORT)


def _is_called_from(*modules: str) -> bool:
    """Was this called, however indirectly, from one of these modules?"""
    frame = inspect.currentframe()
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(modules):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _propagate_context() -> Generator[None]:
    """While this is open, what a trial hands to a thread is the trial's, too."""
    submit, start = ThreadPoolExecutor.submit, threading.Thread.start

    def submit_in_context(pool: ThreadPoolExecutor, work: Any, /, *rest: Any, **more: Any) -> Any:
        if RECORD.get() is None or _is_from_transport():
            return submit(pool, work, *rest, **more)
        return submit(pool, copy_context().run, work, *rest, **more)

    def start_in_context(thread: threading.Thread) -> None:
        # The threads of a pool outlive the trial that needed one more.
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
    """While this is open, trials are watched."""
    if not _audited.is_set():
        _audited.set()
        sys.addaudithook(_audit)  # it stays, and does nothing outside a trial
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
            # Kept, not raised as errors where the tests of a project do so: `leaks` reads them.
            warnings.simplefilter("always")
            warnings.showwarning = show
            yield
    finally:
        sys.stdout, sys.stderr = out, err
        warnings.showwarning = shown
        root.setLevel(level)
        root.removeHandler(handler)
