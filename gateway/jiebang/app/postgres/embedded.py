"""A PostgreSQL that starts with us and stops with its last user.

It is a real server from a Python wheel, with its data below `base`. Any number of processes on one
machine may use the same `base`: the kernel counts them by a shared file lock, which it releases
however a process dies, so nothing needs cleaning up after a crash.

Everything here blocks: call it before the event loop runs, or in a thread. Install handlers for
SIGTERM and SIGINT before `start()`, and call `close()` after closing the connection pools.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Generator, Mapping
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self
from urllib.parse import quote

import platformdirs

from jiebang.app.postgres.binaries import MAJOR, Programs, owner_of, reachable_programs
from jiebang.app.postgres.errors import (
    DirectoryUnusable,
    EmbeddedPostgresError,
    InitFailed,
    ProgramsMissing,
    StartFailed,
    StopFailed,
)
from jiebang.app.postgres.postmaster import Postmaster

__all__ = [
    "DirectoryUnusable",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "InitFailed",
    "ProgramsMissing",
    "StartFailed",
    "StopFailed",
    "default_base",
]

#: How to stop a server: see `pg_ctl stop --mode`.
Mode = Literal["smart", "fast", "immediate"]

#: Seconds between attempts to start: after a kill, the old server's processes may take a moment to
#: release its shared memory.
RETRY_DELAYS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 0.0)

#: Several processes share one server, with several pools each.
CONFIGURATION: Mapping[str, str] = MappingProxyType({"max_connections": "200"})


def default_base() -> Path:
    """Return the data directory: /var/lib/jiebang for root, else the user's data directory."""
    if os.geteuid() == 0:
        return Path("/var/lib/jiebang")
    return platformdirs.user_data_path("jiebang")


class EmbeddedPostgres:
    """One user's hold on the embedded server below `base`.

    `base` must be on a local disk and used by one machine (or container) only. The PostgreSQL
    settings in `configuration` apply if this user starts the server.
    """

    def __init__(self, base: Path, configuration: Mapping[str, str] = CONFIGURATION) -> None:
        # PostgreSQL writes the real path into its files, so links are resolved now.
        self.base = base.resolve()
        self.data = self.base / f"postgres-{MAJOR}"
        self._configuration = {**CONFIGURATION, **configuration}
        self._server = Postmaster(self.data)
        self._users_lock: TextIOWrapper | None = None
        self._programs: Programs | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> str:
        """Start the server if it is down, and return the DSN of its first database.

        Idempotent. Raises `EmbeddedPostgresError`.
        """
        self._prepare_base()
        fresh = self._users_lock is None
        if self._users_lock is None:
            self._users_lock = self._open_file("users.lock")
            fcntl.flock(self._users_lock, fcntl.LOCK_SH)
        try:
            with self._start_lock():
                self._ensure_ready()
        except BaseException:
            if fresh:
                self._release()
            raise
        return self.dsn()

    def ensure_running(self) -> str:
        """Restart the server if it went down; call `start()` first.

        Raises `EmbeddedPostgresError`.
        """
        return self.start()

    def close(self, mode: Mode = "fast") -> None:
        """Stop using the server; the last user stops it. Idempotent.

        Raises `StopFailed`.
        """
        if self._users_lock is None:
            return
        with self._start_lock():
            try:
                fcntl.flock(self._users_lock, fcntl.LOCK_UN)
                fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still uses it
            else:
                self._stop(mode)
            finally:
                self._release()

    def stop_immediately(self) -> None:
        """Stop the server like a power cut, whoever uses it, and keep our hold on it.

        For tests; `ensure_running()` starts it again, with crash recovery.
        """
        with self._start_lock():
            self._stop("immediate")

    def dsn(self, database: str = "postgres") -> str:
        """Return the DSN of a database on the running server, for SQLAlchemy with asyncpg."""
        if self._server.address is None:
            raise StartFailed("The embedded PostgreSQL is not running; call start() first.")
        sockets, port = self._server.address
        name, host = quote(database, safe=""), quote(sockets, safe="/")
        return f"postgresql+asyncpg://postgres@/{name}?host={host}&port={port}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._server.pid

    def _prepare_base(self) -> None:
        owner = owner_of(self.data)
        try:
            self.base.mkdir(parents=True, exist_ok=True)
            if owner and not owner.can_enter(self.base):
                self.base.chmod(self.base.stat().st_mode | 0o001)  # ours, and the data are 0700
        except OSError as error:
            raise DirectoryUnusable(
                f"The embedded PostgreSQL needs the directory {self.base}: {error.strerror}. "
                "Choose another one with JIEBANG_DATA_DIR, or set JIEBANG_DATABASE_URL."
            ) from error
        for directory in self.base.parents:
            if owner and not owner.can_enter(directory):
                raise DirectoryUnusable(
                    f"{owner.name}, which runs the embedded PostgreSQL, cannot enter {directory}. "
                    "Choose another directory with JIEBANG_DATA_DIR (for example "
                    "/var/lib/jiebang)."
                )

    def _open_file(self, name: str) -> TextIOWrapper:
        try:
            return (self.base / name).open("a", encoding="ascii")
        except OSError as error:
            raise DirectoryUnusable(
                f"{self.base / name} cannot be written: {error.strerror}. Does another user own "
                "the directory? Choose another one with JIEBANG_DATA_DIR."
            ) from error

    @contextlib.contextmanager
    def _start_lock(self) -> Generator[None]:
        """Hold the lock for starting and stopping the server."""
        with self._open_file("start.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _release(self) -> None:
        if self._users_lock is not None:
            self._users_lock.close()
            self._users_lock = None

    def _locate_programs(self) -> Programs:
        if self._programs is None:
            self._programs = reachable_programs(self.base, owner_of(self.data))
        return self._programs

    def _initialise(self, programs: Programs) -> None:
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if programs.owner:
            os.chown(new, programs.owner.uid, programs.owner.gid)
        # The built-in locale provider sorts and folds case alike on every system.
        options = "-U postgres --auth=trust --encoding=UTF8 --no-instructions --locale=C"
        collation = "--locale-provider=builtin --builtin-locale=C.UTF-8"
        result = programs.run("initdb", "-D", str(new), *options.split(), *collation.split())
        if result.has_failed:
            raise InitFailed(
                f"The database could not be created in {new} (is the disk full?). initdb said:\n"
                f"{result.output[-2000:]}"
            )
        new.rename(self.data)  # never an incomplete directory under the final name

    def _ensure_ready(self) -> None:
        programs = self._locate_programs()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        for pause in RETRY_DELAYS:
            if self._is_ready(programs):
                return
            self._server.remove_stale_files()
            if not self._launch(programs):
                time.sleep(pause)
        if not self._is_ready(programs):
            log = f"The embedded PostgreSQL did not start; its log is {self.data / 'log'}."
            raise StartFailed("\n".join([log, *self._server.fatal_lines]))

    def _launch(self, programs: Programs) -> bool:
        """Try once to start the server, waiting for its crash recovery."""
        sockets = self._server.make_socket_directory(programs.owner)
        settings = [f"-c {name}={shlex.quote(text)}" for name, text in self._configuration.items()]
        server = " ".join(["-h ''", f"-k {shlex.quote(str(sockets))}", *settings])
        where = ["-D", str(self.data), "-l", str(self.data / "log")]
        result = programs.run("pg_ctl", *where, "-w", "-t", "300", "-o", server, "start")
        if self.pid is None:
            self._server.remove_socket_directory(sockets)
        return not result.has_failed

    def _is_ready(self, programs: Programs) -> bool:
        address = self._server.address
        if address is None or not self._server.is_ready:
            return False
        return not programs.run(
            "pg_isready", "-h", address[0], "-p", address[1], "-t", "5"
        ).has_failed

    def _stop(self, mode: Mode) -> None:
        address = self._server.address
        # A session that does not end is not waited for indefinitely: commits are safe anyway.
        for attempt in (mode, "immediate"):
            if self.pid is not None:
                self._locate_programs().run(
                    "pg_ctl", "-D", str(self.data), "-w", "-m", attempt, "stop"
                )
        if self.pid is not None:
            raise StopFailed(
                f"The embedded PostgreSQL (process {self.pid}) does not stop; its log is "
                f"{self.data / 'log'}. End that process manually."
            )
        if address is not None:
            self._server.remove_socket_directory(Path(address[0]))
