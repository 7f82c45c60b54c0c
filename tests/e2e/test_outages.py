"""Platforms that never answer, a database that is down: no false success, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from jiebang_client import RequestFailed
from jiebang_client.documents import RENEWAL
from tests.e2e.conftest import Json, Service, run_service

from jiebang.app.demo.follow import FollowedRenewal, is_at_rest, item_key
from jiebang.app.postgres.embedded import EmbeddedPostgres
from jiebang.gateway.journal.database import migrate


@pytest.fixture
async def database(base: Path) -> AsyncGenerator[EmbeddedPostgres]:
    """A server of this test's own, to be taken down. Migrated."""
    with EmbeddedPostgres(base, {"fsync": "off"}) as server:
        await migrate(server.dsn())
        yield server


async def status_of(service: Service, path: str) -> tuple[int, Json]:
    async with service.session.get(f"{service.url}{path}") as reply:
        return reply.status, await reply.json()


async def test_a_platform_that_never_answers_is_never_fulfilled(service: Service) -> None:
    token = service.holder_token("new_holder")
    accepted = await service.start(token, platforms=["anju", "yunpan"])
    seen: set[str] = set()

    def until(course: FollowedRenewal) -> bool:
        seen.add(course.status)
        tried = {item_key(one): one["outcome"] for one in course.inquiries.values()}
        done = course.actions and all(map(is_at_rest, course.actions.values()))
        return bool(done) and tried["anju"] == "UNKNOWN"

    course = await service.follow_until(token, accepted["renewal"], until)
    (action,) = course.actions.values()
    assert (action["status"], action["verification"]) == ("FULFILLED", "VERIFIED")
    assert "FULFILLED" not in seen
    renewal = (await service.ask(token, RENEWAL, id=course.id))["renewal"]
    assert (renewal["status"], renewal["settled"]) == ("IN_PROGRESS", False)
    silent = next(one for one in renewal["inquiries"] if item_key(one) == "anju")
    assert (silent["outcome"], silent["reason"]) == ("UNKNOWN", "TIMEOUT")
    assert silent["retryAt"] is not None


async def test_a_lost_reply_of_a_platform_that_would_act_twice_is_reconciled(
    service: Service,
) -> None:
    await service.inject_fault("chengshi", "lost_reply")
    token = service.holder_token("new_holder")
    course = await service.renew(token, platforms=["chengshi"])
    (action,) = course.actions.values()
    assert action["verification"] == "VERIFIED"
    assert (await service.inspect("effects", platform="chengshi"))["count"] == 1


async def test_a_database_that_is_down_at_start_is_waited_for(
    database: EmbeddedPostgres, sandbox: str
) -> None:
    dsn = database.dsn()
    await asyncio.to_thread(database.stop_immediately)
    async with run_service(dsn, sandbox, wait_until_ready=False) as service:
        status, answer = await status_of(service, "/readyz")
        assert (status, answer["status"]) == (503, "not ready")
        assert "database" in answer["waiting_for"]
        assert (await status_of(service, "/healthz"))[0] == 200
        status, refused = await service.post(service.token(), {"query": "{ __typename }"})
        assert status == 503
        assert refused["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        await asyncio.to_thread(database.ensure_running)
        await service.components.prepared.wait()
        assert (await status_of(service, "/readyz"))[0] == 200
        await service.renew(service.holder_token("new_holder"), platforms=["yunpan"])


async def test_a_database_that_goes_down_in_between_loses_and_doubles_nothing(
    database: EmbeddedPostgres, sandbox: str
) -> None:
    async with run_service(database.dsn(), sandbox) as service:
        token = service.holder_token("new_holder")
        first = await service.start(token, idempotencyKey="first", platforms=["tiandian"])
        await asyncio.to_thread(database.stop_immediately)
        with pytest.raises(RequestFailed, match="nothing was done"):
            await service.start(token, idempotencyKey="second", platforms=["yunpan"])
        assert (await status_of(service, "/readyz"))[0] == 503
        await asyncio.to_thread(database.ensure_running)
        second = await service.start(token, idempotencyKey="second", platforms=["yunpan"])
        assert second["replayed"] is False
        for accepted in (first, second):
            await service.follow_until(token, accepted["renewal"])
        effects = (await service.inspect("effects"))["effects"]
        assert sorted(one["platform"] for one in effects) == ["tiandian", "yunpan"]
