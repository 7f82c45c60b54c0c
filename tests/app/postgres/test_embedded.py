"""The embedded PostgreSQL: a real server each time, in its own directory."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from tests.places import place

from jiebang.app import databases
from jiebang.app.postgres.binaries import SERVER_USERS, ServerUser, owner_of
from jiebang.app.postgres.embedded import (
    DirectoryUnusable,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    StartFailed,
    default_base,
)
from jiebang.app.settings.loading import load_settings
from jiebang.gateway.journal.database import migrate, pending_migrations

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another")

HOLD_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from jiebang.app.postgres.embedded import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def base(made: Path) -> Iterator[Path]:
    """A directory with data, as a start has left them."""
    with place(made) as directory:
        yield directory
        EmbeddedPostgres(directory).stop_immediately()


@pytest.fixture
def empty() -> Iterator[Path]:
    """A directory as before the very first start."""
    with place() as directory:
        yield directory
        EmbeddedPostgres(directory).stop_immediately()


async def execute(dsn: str, statement: str) -> object:
    engine = create_async_engine(dsn)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(sa.text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        await engine.dispose()


def is_running(embedded: EmbeddedPostgres) -> bool:
    return embedded.pid is not None


def server_of(embedded: EmbeddedPostgres) -> psutil.Process:
    assert embedded.pid is not None
    return psutil.Process(embedded.pid)


async def test_a_fresh_directory_becomes_a_running_server(empty: Path) -> None:
    with EmbeddedPostgres(empty) as embedded:
        version = await execute(embedded.dsn(), "show server_version_num")
    assert str(version).startswith("18")


async def test_the_address_serves_other_databases_too(base: Path) -> None:
    with EmbeddedPostgres(base) as embedded:
        engine = create_async_engine(embedded.dsn(), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(sa.text('create database "a b"'))
        await engine.dispose()
        assert await execute(embedded.dsn("a b"), "select current_database()") == "a b"


async def test_what_was_written_is_there_at_the_next_start(base: Path) -> None:
    with EmbeddedPostgres(base) as first:
        await execute(first.dsn(), "create table kept as select 7 as number")
    assert not is_running(first)
    with EmbeddedPostgres(base) as second:
        assert await execute(second.dsn(), "select number from kept") == 7


async def test_the_server_listens_on_no_network(base: Path) -> None:
    with EmbeddedPostgres(base) as embedded:
        assert await execute(embedded.dsn(), "show listen_addresses") == ""


async def test_settings_reach_the_server(base: Path) -> None:
    with EmbeddedPostgres(base, {"work_mem": "5MB"}) as embedded:
        assert await execute(embedded.dsn(), "show work_mem") == "5MB"


def test_our_environment_stays_out_of_the_server(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEBANG_KEYS", "a-secret")
    monkeypatch.setenv("PGPORT", "1")
    with EmbeddedPostgres(base) as embedded:
        environment = server_of(embedded).environ()
        assert "JIEBANG_KEYS" not in environment
        assert "port=5432" in embedded.dsn()


def test_two_users_share_one_server_and_the_last_one_stops_it(base: Path) -> None:
    first, second = EmbeddedPostgres(base), EmbeddedPostgres(base)
    assert first.start() == second.start()
    assert first.pid == second.pid
    first.close()
    assert is_running(second)
    second.close()
    assert not is_running(second)


def test_closing_twice_or_unused_is_harmless(base: Path) -> None:
    embedded = EmbeddedPostgres(base)
    embedded.close()
    embedded.start()
    embedded.close()
    embedded.close()
    assert not is_running(embedded)


def test_starting_twice_holds_it_once(base: Path) -> None:
    embedded = EmbeddedPostgres(base)
    assert embedded.start() == embedded.start()
    embedded.close()
    assert not is_running(embedded)


async def test_a_killed_server_starts_again_with_every_commit(base: Path) -> None:
    embedded = EmbeddedPostgres(base)
    await execute(embedded.start(), "create table kept as select 7 as number")
    server = server_of(embedded)
    os.kill(server.pid, signal.SIGKILL)
    psutil.wait_procs([server], timeout=60)
    assert await execute(embedded.ensure_running(), "select number from kept") == 7
    assert embedded.pid != server.pid
    embedded.close()


async def test_an_immediate_stop_keeps_the_use_and_the_commits(base: Path) -> None:
    embedded = EmbeddedPostgres(base)
    await execute(embedded.start(), "create table kept as select 7 as number")
    embedded.stop_immediately()
    assert not is_running(embedded)
    assert await execute(embedded.ensure_running(), "select number from kept") == 7
    other = EmbeddedPostgres(base)
    other.start()
    other.close()
    assert is_running(embedded)
    embedded.close()
    assert not is_running(embedded)


def test_a_killed_user_no_longer_counts(base: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_UNTIL_KILLED, str(base)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"started\n"
        user.kill()
    left_running = EmbeddedPostgres(base).pid
    assert left_running is not None
    with EmbeddedPostgres(base) as embedded:
        assert embedded.pid == left_running
    assert not is_running(embedded)


def test_a_process_id_of_somebody_else_is_not_taken_for_the_server(base: Path) -> None:
    embedded = EmbeddedPostgres(base)
    embedded.start()
    embedded.close()
    lines = [str(os.getpid()), str(embedded.data), "1", "5432", str(embedded.data), "", "1 1"]
    (embedded.data / "postmaster.pid").write_text("\n".join([*lines, "ready", ""]))
    assert not is_running(embedded)
    embedded.start()
    assert embedded.pid not in (None, os.getpid())
    embedded.close()


def test_a_half_made_directory_is_made_anew(empty: Path) -> None:
    embedded = EmbeddedPostgres(empty)
    half = embedded.data.with_name(embedded.data.name + ".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    embedded.start()
    embedded.close()
    assert not half.exists()


def test_a_long_path_with_spaces_works_and_leaves_no_sockets_behind(empty: Path) -> None:
    with EmbeddedPostgres(empty / ("a long name " * 8).strip()) as embedded:
        assert asyncio.run(execute(embedded.dsn(), "select 1")) == 1
        state = (embedded.data / "postmaster.pid").read_text().splitlines()
    sockets = Path(state[4])
    assert sockets != embedded.data
    assert not sockets.exists()


def test_a_server_that_cannot_start_says_why(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiebang.app.postgres.embedded.RETRY_DELAYS", (0.0,))
    with pytest.raises(StartFailed, match=r"(?s)its log is .*FATAL:.*no_such_setting") as failure:
        EmbeddedPostgres(base, {"no_such_setting": "1"}).start()
    assert isinstance(failure.value, EmbeddedPostgresError)


def test_a_failed_start_holds_nothing(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiebang.app.postgres.embedded.RETRY_DELAYS", (0.0,))
    broken = EmbeddedPostgres(empty, {"no_such_setting": "1"})
    with pytest.raises(StartFailed):
        broken.start()
    with EmbeddedPostgres(empty) as sound:
        pass
    assert not is_running(sound)


def test_a_file_where_the_directory_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DirectoryUnusable, match="JIEBANG_DATA_DIR"):
        EmbeddedPostgres(tmp_path / "file" / "base").start()


def test_an_address_without_a_server_is_refused(base: Path) -> None:
    with pytest.raises(StartFailed, match="start"):
        EmbeddedPostgres(base).dsn()


@as_root
def test_root_runs_the_server_as_somebody_else(empty: Path) -> None:
    with EmbeddedPostgres(empty) as embedded:
        owner = owner_of(embedded.data)
        assert owner is not None
        assert server_of(embedded).uids().effective == owner.uid != 0
        assert embedded.data.stat().st_mode & 0o777 == 0o700


@as_root
def test_a_closed_parent_is_named_and_not_opened(empty: Path) -> None:
    closed = empty / "closed"
    closed.mkdir(mode=0o700)
    empty.chmod(0o755)
    with pytest.raises(DirectoryUnusable, match=r"cannot enter .*closed"):
        EmbeddedPostgres(closed / "base").start()
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
async def test_programs_out_of_reach_are_copied(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jiebang.app.postgres import binaries

    installed = binaries._installation()  # pyright: ignore[reportPrivateUsage] - the seam
    hidden = base / "private"
    libraries = f"{binaries.PACKAGE}.libs"
    shutil.copytree(installed, hidden / binaries.PACKAGE / installed.name, symlinks=True)
    shutil.copytree(installed.parents[1] / libraries, hidden / libraries, symlinks=True)
    hidden.chmod(0o700)
    monkeypatch.setattr(
        binaries, "_installation", lambda: hidden / binaries.PACKAGE / installed.name
    )
    with EmbeddedPostgres(base) as embedded:
        assert await execute(embedded.dsn(), "select 1") == 1
        assert base in Path(server_of(embedded).exe()).parents
        assert hidden not in Path(server_of(embedded).exe()).parents
    assert hidden.stat().st_mode & 0o777 == 0o700


def test_root_keeps_its_data_in_var_and_others_in_their_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_base() == Path("/var/lib/jiebang")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_base().name == "jiebang"
    assert default_base() != Path("/var/lib/jiebang")


def test_an_ordinary_user_runs_the_server_as_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert owner_of(Path("/nowhere")) is None


def test_a_directory_keeps_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    if tmp_path.stat().st_uid == 0:
        os.chown(tmp_path, 12345, 12345)
    status = tmp_path.stat()
    assert owner_of(tmp_path) == ServerUser(f"user {status.st_uid}", status.st_uid, status.st_gid)
    fresh = owner_of(tmp_path / "fresh")
    assert fresh is not None
    assert fresh.name in SERVER_USERS


async def test_a_server_that_dies_during_the_migration_is_started_again(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = iter([True, True])

    async def interrupt(dsn: str) -> None:
        if next(deaths, False):
            await asyncio.to_thread(EmbeddedPostgres(base).stop_immediately)
        await migrate(dsn)

    monkeypatch.setattr(databases, "migrate", interrupt)
    settings = load_settings({"JIEBANG_DATA_DIR": str(base)}, serves=False)
    async with databases.database_dsn(settings) as dsn:
        assert await pending_migrations(dsn) == []
    assert next(deaths, None) is None
