"""The demonstration's own directory: for one at a time, and empty of what was before."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from jiebang.app.postgres.embedded import EmbeddedPostgres


class DemoError(Exception):
    """The demonstration cannot go on; the text says what to do."""


@contextmanager
def claim_directory(data: Path) -> Generator[None]:
    """`data` for us alone, with no database and no logs in it: every start tells its stories
    from the beginning. Raises `DemoError`."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "demo.lock").open("a")
    except OSError as error:
        raise DemoError(
            f"The demonstration needs the directory {data}: {error.strerror}. "
            "Name another one with --data-dir."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"A demonstration runs in {data} already. Stop it, or name another directory "
                "with --data-dir."
            ) from None
        embedded = EmbeddedPostgres(data)
        if embedded.pid is not None:  # everybody who used it was killed
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
    """Where the pretend platforms write their port."""
    return data / "sandbox.port"


def people_file(data: Path) -> Path:
    """What the gateway tells the page about the demonstration's people."""
    return data / "demo.json"
