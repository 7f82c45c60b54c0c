"""The endpoint against the GraphQL over HTTP audits of the working group."""

from __future__ import annotations

import asyncio
import json

from tests.interop.conftest import NODE
from tests.schema.conftest import MemoryRenewals, authenticate, fake_services, serve_view

from jiebang.schema.http.view import GraphQLView

AUDITS = 61


async def test_every_audit_is_passed(node: str) -> None:
    """MUST, SHOULD and MAY; some audits query a type, so introspection is on."""
    view = GraphQLView(
        fake_services(MemoryRenewals()), authenticate=authenticate, introspection=True
    )
    async with serve_view(view) as endpoint:
        running = await asyncio.create_subprocess_exec(
            node,
            NODE / "audit.js",
            endpoint.url,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await running.communicate()
    assert running.returncode == 0
    results = json.loads(told)
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == AUDITS
