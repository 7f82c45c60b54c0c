"""Logging: one line per event, as JSON or for people, with personal data and secrets removed.

Everything takes the same path: our structlog events, the standard logging of libraries, warnings,
and uncaught exceptions. Start uvicorn with `log_config=None`, or it installs its own handlers.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from jiebang.app.logging.redaction import REDACTOR, redact, register_secret

__all__ = ["Format", "configure_logs", "redact", "register_secret"]

Format = Literal["auto", "json", "console"]

#: Libraries with their own handlers, which would bypass ours.
_LIBRARIES_WITH_HANDLERS = ("aiohttp", "asyncio", "pgqueuer", "sqlalchemy", "strawberry", "uvicorn")
#: Libraries that log every single statement, tick, or WebSocket with its URL.
_QUIET_LOGGERS = ("aiohttp.access", "pgqueuer", "sqlalchemy", "uvicorn.error")

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
]


class _RedactingHandler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        # The standard implementation prints the message and its arguments unredacted.
        kind = getattr(sys.exc_info()[0], "__name__", "error")
        place = f"{record.pathname}:{record.lineno}"
        sys.stderr.write(f"A log line of {record.name} could not be written: {kind} at {place}\n")


def configure_logs(
    level: str = "info", log_format: Format = "auto", stream: TextIO | None = None
) -> None:
    """Send every log line of at least `level` to `stream` (standard error). Call it once at start,
    before anything logs; calling it again replaces the configuration."""
    out = stream or sys.stderr
    handler = _RedactingHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                _redact_event,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _renderer(log_format, out),
            ],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _take_over()
    logging.captureWarnings(True)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash
    sys.unraisablehook = _log_unraisable


def _renderer(log_format: Format, out: TextIO) -> Processor:
    terminal = out.isatty()
    if log_format == "console" or (log_format == "auto" and terminal):
        return structlog.dev.ConsoleRenderer(
            colors=terminal, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.processors.JSONRenderer(json.dumps, ensure_ascii=False)


def _redact_event(_: WrappedLogger, __: str, event: EventDict) -> Mapping[str, Any]:
    cleaned = REDACTOR.clean(event)
    return cleaned if isinstance(cleaned, dict) else {}  # pyright: ignore[reportUnknownVariableType] - a dict stays one


def _take_over() -> None:
    for name in (*logging.root.manager.loggerDict, *_LIBRARIES_WITH_HANDLERS):
        if name.partition(".")[0] in _LIBRARIES_WITH_HANDLERS:
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
    for name in _QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("jiebang").critical("The process ends", exc_info=(kind, error, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    error = crash.exc_value
    if error is not None and not isinstance(error, SystemExit):
        logging.getLogger("jiebang").critical("A thread ends", exc_info=error)


def _log_unraisable(problem: sys.UnraisableHookArgs) -> None:
    logging.getLogger("jiebang").error("An error had nowhere to go", exc_info=problem.exc_value)
