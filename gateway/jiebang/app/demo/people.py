"""The demonstration's people and their tokens, for the page."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import aiohttp
import orjson

from jiebang.app.demo.issuer import DemoIssuer
from jiebang.app.demo.stories import DemoStory, fetch_stories
from jiebang.gateway.domain.caller import Scope
from jiebang.gateway.domain.phone_number import mask_number
from jiebang.gateway.domain.tenure import basis_of


async def write_people(path: Path, sandbox: str, issuer: DemoIssuer) -> None:
    """Write the file, readable only by us, that a gateway serves as `/demo.json`."""
    async with aiohttp.ClientSession() as session:
        stories = await fetch_stories(session, sandbox)
    told = {
        "sandbox": sandbox,
        "inbox": f"{sandbox}/inbox",
        "holders": [_person_entry(story, issuer) for story in stories],
        "operator": issuer.service_token({Scope.COVERAGE_READ}),
    }
    await asyncio.to_thread(_write_atomically, path, orjson.dumps(told))


def _person_entry(story: DemoStory, issuer: DemoIssuer) -> dict[str, object]:
    return {
        "id": story.id,
        "basis": basis_of(story.holder.tenure).name,
        "number": mask_number(story.holder.number),
        "text": dict(story.text),
        "token": issuer.holder_token(story.id, story.holder),
    }


def _write_atomically(path: Path, content: bytes) -> None:
    """Write the whole file or nothing."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
