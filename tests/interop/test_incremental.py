"""@defer and @stream with third-party clients."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.interop.conftest import NODE
from tests.schema.conftest import (
    MemoryRenewals,
    authenticate,
    fake_connector,
    fake_services,
    serve_view,
)
from tests.schema.extensions.test_incremental import (
    ABOUT,
    LOOKUP_STREAM,
    SECRET,
    GatedConnector,
    gated_connector,
)

from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.http.view import GraphQLView
from jiebang.sdk import Category, NotBound

DEFERRED = """
query ($number: String, $tenure: TenureInput, $deadlineMs: Int) {
  platforms { edges { node { id } } }
  ... @defer {
    registeredAccounts(number: $number, tenure: $tenure, deadlineMs: $deadlineMs) {
      platforms { platform { id } outcome }
    }
  }
}
"""


@asynccontextmanager
async def run_client(
    node: str, client: str, url: str, query: str, variables: Any
) -> AsyncGenerator[AsyncGenerator[Any]]:
    """Yield what the client shows, whenever that changes."""
    running = await asyncio.create_subprocess_exec(
        node,
        NODE / "incremental.js",
        client,
        url,
        "carrier",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    told = running.stdout
    running.stdin.write(json.dumps({"query": query, "variables": variables}).encode())
    running.stdin.close()

    async def states() -> AsyncGenerator[Any]:
        while line := await told.readline():
            yield json.loads(line)

    yield states()
    assert await running.wait() == 0


@asynccontextmanager
async def serve_two_connectors() -> AsyncGenerator[tuple[str, GatedConnector]]:
    """Serve one platform that answers at once and one that waits for the test."""
    late, quick = gated_connector("late"), fake_connector("quick", Category.TOOLS, NotBound("[]"))
    view = GraphQLView(fake_services(MemoryRenewals(), [late, quick]), authenticate=authenticate)
    async with serve_view(view) as endpoint:
        yield endpoint.url, late


def platform_ids(state: Any) -> list[str]:
    found = state["data"]["registeredAccounts"]
    return [one["platform"]["id"] for one in found["platforms"]] if found else []


async def test_apollo_client_shows_each_platform_as_it_answers(node: str) -> None:
    async with (
        serve_two_connectors() as (url, late),
        run_client(node, "apollo", url, LOOKUP_STREAM, ABOUT) as states,
    ):
        seen = [await anext(states)]
        while platform_ids(seen[-1]) != ["quick"]:
            seen.append(await anext(states))
        assert seen[-1]["more"]
        late.opened.set()
        seen += [state async for state in states]
    assert platform_ids(seen[-1]) == ["quick", "late"]
    assert seen[-1]["data"]["registeredAccounts"]["summary"]["notBound"] == 2
    assert [state["error"] for state in seen] == [None] * len(seen)
    assert not seen[-1]["more"]


@pytest.mark.parametrize("client", ["apollo", "urql"])
async def test_what_is_deferred_comes_later(node: str, client: str) -> None:
    async with (
        serve_two_connectors() as (url, late),
        run_client(node, client, url, DEFERRED, ABOUT) as states,
    ):
        first = await anext(states)
        assert len(first["data"]["platforms"]["edges"]) == 2
        assert "registeredAccounts" not in first["data"]
        assert first["more"]
        late.opened.set()
        rest = [state async for state in states]
    assert platform_ids(rest[-1]) == ["late", "quick"]


async def test_a_client_of_the_older_form_gets_the_whole(node: str) -> None:
    async with (
        serve_two_connectors() as (url, late),
        run_client(node, "apollo-2022", url, LOOKUP_STREAM, ABOUT) as states,
    ):
        late.opened.set()
        (only,) = [state async for state in states]
    assert sorted(platform_ids(only)) == ["late", "quick"]
    assert not only["more"]


@pytest.mark.parametrize("client", ["apollo", "urql"])
async def test_a_fault_in_what_is_deferred_is_shown_without_its_text(
    node: str, client: str
) -> None:
    renewals = MemoryRenewals()
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    renewals.fault = RuntimeError(SECRET)
    query = f'{{ coverage {{ __typename }} ... @defer {{ renewal(id: "{id}") {{ id }} }} }}'
    view = GraphQLView(fake_services(renewals), authenticate=authenticate)
    async with (
        serve_view(view) as endpoint,
        run_client(node, client, endpoint.url, query, {}) as states,
    ):
        seen = [state async for state in states]
    assert "An internal error occurred." in seen[-1]["error"]
    assert SECRET not in json.dumps(seen)
