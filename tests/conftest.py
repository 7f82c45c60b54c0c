"""What holds for every test: the namespace is whole, slow machines do not fail properties, and
one real PostgreSQL serves the whole run."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings
from tests.composing import compose_once
from tests.places import make_data
from tests.serving import hurry

from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.gateway.journal.database import migrate, raw_dsn
from jiebang.sandbox import Pace, populate, run_sandbox
from jiebang.sdk import SHANGHAI

REPOSITORY = Path(__file__).parents[1]

# A shared machine stalls at will; a limit on the time of one example would measure the machine.
settings.register_profile("jiebang", deadline=None, print_blob=True)
settings.load_profile("jiebang")
hurry()
compose_once()

#: Where below the run's own directory the data are that tests copy.
_MADE = "made"
_TEMPLATE = "jiebang_template"
_TEMPLATE_LOCK = 4711


def pytest_configure(config: pytest.Config) -> None:
    # A stray file here hides two thirds of the namespace, and mypy and ruff stay silent about it.
    # As an ordinary test this would never run: collection fails first.
    strays = [*REPOSITORY.glob("*/jiebang/__init__.py"), *REPOSITORY.glob("*/__init__.py")]
    if strays:
        found = strays[0].relative_to(REPOSITORY)
        raise pytest.UsageError(f"jiebang is a namespace package; delete {found}")
    if _is_first(config) and config.getoption("testrunuid", None) is None:
        config.option.testrunuid = uuid.uuid4().hex  # known here and to every worker


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: most tests wait for a socket or for PostgreSQL."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(trylast=True)  # once the order is random
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not _is_first(config):  # what takes long begins early, or one worker ends alone with it
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_first(config):
        return
    base = _base_directory(config)
    if base.exists():
        for place in (base, base / _MADE):
            if place.exists():
                EmbeddedPostgres(place).stop_immediately()  # also after a worker that was killed
        shutil.rmtree(base)


def _is_first(config: pytest.Config) -> bool:
    """Whether this is the process that was called, not one of xdist's workers."""
    return not hasattr(config, "workerinput")


def _base_directory(config: pytest.Config) -> Path:
    given: dict[str, str] = getattr(config, "workerinput", {})
    run = given.get("testrunuid") or str(config.getoption("testrunuid", ""))
    # Not below tmp_path: the path must be short, and its parents open to the server's user.
    return Path(tempfile.gettempdir()) / f"jb-{run[:12]}"


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Generator[EmbeddedPostgres]:
    """A running server; one for the whole run, whoever comes first starts it."""
    with EmbeddedPostgres(_base_directory(request.config), {"fsync": "off"}) as server:
        yield server


@pytest.fixture(scope="session")
def made(request: pytest.FixtureRequest) -> Path:
    """A server's data, to be copied; once for the whole run."""
    return make_data(_base_directory(request.config) / _MADE)


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """The name of a database that is migrated and that nobody is connected to."""
    with ThreadPoolExecutor(1) as thread:  # a thread, because the tests' own loop may exist
        thread.submit(asyncio.run, _make_template(postgres)).result()
    return _TEMPLATE


async def _make_template(postgres: EmbeddedPostgres) -> None:
    admin = await asyncpg.connect(raw_dsn(postgres.dsn()))
    try:
        await admin.execute("select pg_advisory_lock($1)", _TEMPLATE_LOCK)
        if await admin.fetchval("select 1 from pg_database where datname = $1", _TEMPLATE):
            return
        draft = f"{_TEMPLATE}_{uuid.uuid4().hex[:8]}"
        await admin.execute(f"create database {draft}")
        await migrate(postgres.dsn(draft))
        await admin.execute(f"alter database {draft} rename to {_TEMPLATE}")
    finally:
        await admin.close()


@pytest.fixture
async def dsn(postgres: EmbeddedPostgres, template: str) -> AsyncGenerator[str]:
    """The address of a migrated, empty database of this test's own, for SQLAlchemy."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(raw_dsn(postgres.dsn()))
    try:
        await admin.execute(f"create database {name} with template {template}")
        yield postgres.dsn(name)
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture
async def sandbox() -> AsyncGenerator[str]:
    """The URL of a fleet of its own, quick and without whims, as of today."""
    population = populate(1, datetime.now(SHANGHAI).date(), numbers=30)
    pace = Pace(slow_seconds=0.02, callback_seconds=0.02, flaky_rate=0)
    async with run_sandbox(population, seed=1, pace=pace) as url:
        yield url
