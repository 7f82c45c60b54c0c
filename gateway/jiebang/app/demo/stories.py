"""The demonstration numbers, as the sandbox tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from jiebang.gateway.domain.caller import Holder, holder_from_claim
from jiebang.sdk import Text

#: The main job's story.
NEW_HOLDER = "new_holder"

#: What the sandbox calls the dates of a proof, in the words of a token.
_DATES: Mapping[str, Mapping[str, str]] = {
    "current": {"from": "activated_on"},
    "departing": {"from": "activated_on"},
    "former": {"from": "held_from", "to": "held_until"},
    "quarantined": {name: name for name in ("deactivated_on", "reclaimable_until", "reissue_from")},
}


@dataclass(frozen=True, slots=True)
class DemoStory:
    """A number whose history shows something. The numbers are invented, so they may be shown."""

    id: str
    text: Text
    holder: Holder

    @property
    def number(self) -> str:
        """As people write it in the mainland."""
        return self.holder.number.removeprefix("+86")


async def fetch_stories(session: aiohttp.ClientSession, sandbox: str) -> list[DemoStory]:
    """Every story of the sandbox at this URL; that of the bulk numbers comes last."""
    async with session.get(f"{sandbox}/inspect/stories") as reply:
        reply.raise_for_status()
        told: Mapping[str, Any] = await reply.json()
    return [
        DemoStory(story["id"], story["text"], holder_of(story["number"], story["claim"]))
        for story in told["stories"]
    ]


def holder_of(number: str, claim: Mapping[str, str | None]) -> Holder:
    """The holder whose proof the sandbox describes by `claim`."""
    basis = (claim["basis"] or "").lower()
    dates = {ours: claim[theirs] for theirs, ours in _DATES[basis].items()}
    return holder_from_claim({"number": number, "basis": basis, **dates})
