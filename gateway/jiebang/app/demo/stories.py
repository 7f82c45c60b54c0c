"""The demonstration numbers, as the sandbox tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from jiebang.gateway.caller import Holder, holder_from_claim
from jiebang.sdk import Text

#: The main job's story.
NEW_HOLDER = "new_holder"


@dataclass(frozen=True, slots=True)
class Story:
    """A number whose history shows something. The numbers are invented, so they may be shown."""

    id: str
    text: Text
    holder: Holder

    @property
    def number(self) -> str:
        """As people write it in the mainland."""
        return self.holder.number.removeprefix("+86")


async def read_stories(session: aiohttp.ClientSession, sandbox: str) -> list[Story]:
    """Every story of the sandbox at this URL, the bulk numbers' one last."""
    async with session.get(f"{sandbox}/inspect/stories") as reply:
        reply.raise_for_status()
        told: Mapping[str, Any] = await reply.json()
    return [
        Story(story["id"], story["text"], _holder(story["number"], story["claim"]))
        for story in told["stories"]
    ]


def _holder(number: str, claim: Mapping[str, str]) -> Holder:
    """The sandbox's words for a proof, in those of a token."""
    basis = claim["basis"].lower()
    names = {"from": "held_from", "to": "held_until"} if basis == "former" else {}
    if basis in ("current", "departing"):
        names = {"from": "activated_on"}
    dates = {
        names.get(name, name): day
        for name, day in claim.items()
        if day and name != "basis" and (basis == "former" or name != "to")
    }
    return holder_from_claim({"number": number, "basis": basis, **dates})
