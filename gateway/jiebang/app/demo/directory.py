"""The demonstration's directory: used by one process at a time, and emptied at the start."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from jiebang.app.postgres.embedded import EmbeddedPostgres


class DemoError(Exception):
    """The demonstration cannot continue; the text says what to do."""


@contextmanager
def claim_directory(data: Path) -> Generator[None]:
    """Lock `data` and remove its database and logs, so that every start begins anew. Raises
    `DemoError`."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "demo.lock").open("a")
    except OSError as error:
        raise DemoError(
            f"The demonstration needs the directory {data}: {error.strerror}. Choose another one "
            "with --data-dir."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"A demonstration is already running in {data}. Stop it, or choose another "
                "directory with --data-dir."
            ) from None
        embedded = EmbeddedPostgres(data)
        if embedded.pid is not None:  # all of its users were killed
            embedded.stop_immediately()
        shutil.rmtree(embedded.data, ignore_errors=True)
        shutil.rmtree(log_directory(data), ignore_errors=True)
        log_directory(data).mkdir(mode=0o700)
        port_file(data).unlink(missing_ok=True)
        people_file(data).unlink(missing_ok=True)
        yield


def log_directory(data: Path) -> Path:
    return data / "logs"


def port_file(data: Path) -> Path:
    """Return the file in which the simulated platforms write their port."""
    return data / "sandbox.port"


def people_file(data: Path) -> Path:
    """Return the file with the demonstration's people, which the gateway serves to the page."""
    return data / "demo.json"
