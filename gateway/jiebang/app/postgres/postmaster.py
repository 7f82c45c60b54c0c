"""Check what a database directory says about its server against the running processes."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from jiebang.app.postgres.binaries import ServerUser

#: A socket's path may have 103 bytes on macOS (107 on Linux), of which its name takes 15.
MAX_SOCKET_DIRECTORY_LENGTH = 85
SOCKET_PREFIX = "jiebang-"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server of the database directory `data`, as described by its postmaster.pid."""

    data: Path

    @property
    def pid_file_lines(self) -> list[str]:
        """The lines of postmaster.pid: process, directory, start, port, sockets, host, memory,
        status. Empty after a clean stop."""
        try:
            text = (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    @property
    def pid(self) -> int | None:
        """The process id, if that process really is this directory's server: after a crash the
        number may have been reused, especially in a container."""
        try:
            process = psutil.Process(int(self.pid_file_lines[0]))
            if (
                process.status() != psutil.STATUS_ZOMBIE
                and process.name() == "postgres"
                and str(self.data) in process.cmdline()
            ):
                return process.pid
        except (psutil.Error, ValueError, IndexError):
            pass
        return None

    @property
    def address(self) -> tuple[str, str] | None:
        """The directory of its socket, and the port in the socket's name."""
        state = self.pid_file_lines
        return (state[4], state[3]) if len(state) >= 5 and state[4] else None

    @property
    def is_ready(self) -> bool:
        state = self.pid_file_lines
        return self.pid is not None and len(state) >= 8 and state[7] == "ready"

    @property
    def fatal_lines(self) -> list[str]:
        """The server's last fatal log lines. Other lines may quote statements."""
        try:
            lines = (self.data / "log").read_text(errors="replace").splitlines()[-50:]
        except OSError:
            return []
        return [line for line in lines if "FATAL:" in line or "PANIC:" in line][-3:]

    def remove_stale_files(self) -> None:
        """Remove what a killed server left behind. A wrong guess is harmless, because a starting
        server also looks for its predecessor's shared memory."""
        if self.pid_file_lines and self.pid is None:
            if self.address is not None:
                self.remove_socket_directory(Path(self.address[0]))
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def make_socket_directory(self, owner: ServerUser | None) -> Path:
        """Return the directory for the socket: the data directory or, if its path is too long, a
        private temporary directory."""
        if len(os.fsencode(self.data)) <= MAX_SOCKET_DIRECTORY_LENGTH:
            return self.data
        directory = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX))
        if owner:
            os.chown(directory, owner.uid, owner.gid)
        return directory

    def remove_socket_directory(self, directory: Path) -> None:
        """Remove a private directory that `make_socket_directory` made."""
        if directory != self.data and directory.name.startswith(SOCKET_PREFIX):
            shutil.rmtree(directory, ignore_errors=True)
