"""The migrations produce the schema of the models."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.journal.database import Database, migrate, pending_migrations, raw_dsn
from jiebang.gateway.journal.models import Table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from jiebang.app.postgres.embedded import EmbeddedPostgres


@pytest.fixture
async def empty(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database without any migrations applied."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(raw_dsn(postgres.dsn()))
    try:
        await admin.execute(f"create database {name}")
        yield postgres.dsn(name)
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    found: list[object] = compare_metadata(context, Table.metadata)
    return found


async def test_migrations_and_models_say_the_same(dsn: str) -> None:
    engine = create_async_engine(dsn)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_migrating_twice_and_at_once_is_harmless(empty: str) -> None:
    assert await pending_migrations(empty)
    await asyncio.gather(*(migrate(empty) for _ in range(3)))
    await migrate(empty)
    assert await pending_migrations(empty) == []


async def test_a_database_that_is_away_is_said_to_be_away(empty: str) -> None:
    database = Database(empty.replace("port=", "port=1"))
    with pytest.raises(ServiceUnavailable):
        await database.ping()
    await database.close()
