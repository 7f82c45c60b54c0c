"""The PostgreSQL connection: engine, sessions, migrations, and the error when it is down."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from jiebang.gateway.domain.errors import Reason, ServiceUnavailable
from jiebang.gateway.domain.wording import Wording

QUEUE_SCHEMA = "jbq"
os.environ.setdefault("PGQUEUER_SCHEMA", QUEUE_SCHEMA)  # read by pgqueuer on import

_MIGRATIONS = Path(__file__).parent / "migrations"
_INSTALL_LOCK = 0x4A42_4D  # one installer at a time

#: What SQLAlchemy and asyncpg raise when the server is down, restarting or refusing connections.
DOWN: tuple[type[BaseException], ...] = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    ConnectionError,
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


class Database:
    """`dsn` is ``postgresql+asyncpg://…``. Call `close` at the end."""

    def __init__(self, dsn: str, *, pool: int = 8) -> None:
        self.dsn = dsn
        self.engine: AsyncEngine = create_async_engine(
            dsn, pool_size=pool, max_overflow=pool, pool_timeout=5, pool_pre_ping=True
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, *, snapshot: bool = False) -> AsyncGenerator[AsyncSession]:
        """Open a session that commits at the end, all or nothing. `snapshot`: all statements see
        the same state (REPEATABLE READ). Raises `ServiceUnavailable` when the database cannot be
        reached."""
        try:
            async with self._sessions() as session, session.begin():
                if snapshot:
                    level = {"isolation_level": "REPEATABLE READ"}
                    await session.connection(execution_options=level)
                yield session
        except DOWN as error:
            raise _unavailable() from error
        except DBAPIError as error:
            if error.connection_invalidated or is_down(error):
                raise _unavailable() from error
            raise

    async def ping(self) -> None:
        """Raise `ServiceUnavailable` when the database cannot be reached."""
        async with self.transaction() as session:
            await session.execute(text("select 1"))

    async def close(self) -> None:
        await self.engine.dispose()

    def raw_dsn(self) -> str:
        """The DSN for asyncpg itself."""
        return raw_dsn(self.dsn)


def raw_dsn(dsn: str) -> str:
    url = make_url(dsn).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def is_down(error: BaseException) -> bool:
    """Return whether an error, or its cause, means that the server is down."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, DOWN):
            return True
        seen = getattr(seen, "orig", None) or seen.__cause__
    return False


async def migrate(dsn: str) -> None:
    """Migrate the schema: our tables with Alembic, the queue's with PgQueuer. Idempotent and safe
    to run concurrently."""
    connection = await asyncpg.connect(raw_dsn(dsn))
    try:
        await connection.execute("select pg_advisory_lock($1)", _INSTALL_LOCK)
        await asyncio.to_thread(command.upgrade, _alembic(dsn), "head")
        await _install_queue(connection)
    finally:
        await connection.close()


async def pending_migrations(dsn: str) -> list[str]:
    """Return the revisions still to be applied, oldest first. Raises `ServiceUnavailable`."""
    engine = create_async_engine(dsn)
    try:
        async with engine.connect() as connection:
            heads = await connection.run_sync(_heads)
    except Exception as error:
        if is_down(error):
            raise _unavailable() from error
        raise
    finally:
        await engine.dispose()
    scripts = ScriptDirectory.from_config(_alembic(dsn))
    applied = {
        revision.revision for head in heads for revision in scripts.iterate_revisions(head, "base")
    }
    every = [revision.revision for revision in scripts.walk_revisions()]
    return [revision for revision in reversed(every) if revision not in applied]


def _heads(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _alembic(dsn: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["dsn"] = dsn
    return config


async def _install_queue(connection: asyncpg.Connection) -> None:
    from pgqueuer.queries import Queries  # after PGQUEUER_SCHEMA is set

    queries = Queries.from_asyncpg_connection(connection)
    async with connection.transaction():
        if await queries.schema_is_installed():
            await queries.upgrade()
        else:
            await queries.install()
        await queries.optimize_autovacuum()


def _unavailable() -> ServiceUnavailable:
    return ServiceUnavailable(
        Reason.JOURNAL_DOWN,
        Wording("The journal cannot be reached at the moment; nothing was done."),
        hint=Wording(
            "Send the same request again in a few seconds, with the same idempotency key."
        ),
    )
