"""The demonstration numbers, as listed by the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from jiebang.gateway.domain.caller import Holder, holder_from_claim
from jiebang.sdk import Text

#: The story of the main job.
NEW_HOLDER = "new_holder"

#: The dates of a proof: the sandbox's names, mapped to those of a token.
_DATES: Mapping[str, Mapping[str, str]] = {
    "current": {"from": "activated_on"},
    "departing": {"from": "activated_on"},
    "former": {"from": "held_from", "to": "held_until"},
    "quarantined": {name: name for name in ("deactivated_on", "reclaimable_until", "reissue_from")},
}


@dataclass(frozen=True, slots=True)
class DemoStory:
    """A number whose history is instructive. The numbers are invented, so they may be shown."""

    id: str
    text: Text
    holder: Holder

    @property
    def number(self) -> str:
        """The number in mainland notation."""
        return self.holder.number.removeprefix("+86")


async def fetch_stories(session: aiohttp.ClientSession, sandbox: str) -> list[DemoStory]:
    """Return every story of the sandbox at this URL; the bulk numbers come last."""
    async with session.get(f"{sandbox}/inspect/stories") as reply:
        reply.raise_for_status()
        told: Mapping[str, Any] = await reply.json()
    return [
        DemoStory(story["id"], story["text"], holder_of(story["number"], story["claim"]))
        for story in told["stories"]
    ]


def holder_of(number: str, claim: Mapping[str, str | None]) -> Holder:
    """Return the holder whose proof `claim` describes."""
    basis = (claim["basis"] or "").lower()
    dates = {ours: claim[theirs] for theirs, ours in _DATES[basis].items()}
    return holder_from_claim({"number": number, "basis": basis, **dates})
