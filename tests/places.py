"""Directories for the embedded PostgreSQL, and a database in them that was made before."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from jiebang.app.postgres.embedded import EmbeddedPostgres


@contextmanager
def place(made: Path | None = None) -> Generator[Path]:
    """A directory of a test's own; with a copy of the data that were `made` for the whole run, so
    that only those tests wait for initdb which are about it."""
    # Not tmp_path: the path must be short, and its parents open to the server's user.
    directory = Path(tempfile.mkdtemp(prefix="jb-"))
    directory.chmod(0o711)
    try:
        if made is not None:  # -a keeps the owner
            subprocess.run(["cp", "-a", made, directory / made.name], check=True)
        yield directory
    finally:
        shutil.rmtree(directory)


def make_data(base: Path) -> Path:
    """The data below `base` as the first start of a server makes them, with no server running;
    whoever comes first makes them."""
    embedded = EmbeddedPostgres(base)
    base.mkdir(parents=True, exist_ok=True)
    with (base / "made.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not embedded.data.exists():
            embedded.start()
            embedded.close()
    return embedded.data
