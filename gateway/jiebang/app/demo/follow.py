"""Follow a renewal until everything that can settle has settled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from jiebang_client import Client, RequestFailed
from jiebang_client.documents import RENEWAL, RENEWAL_PROGRESS
from jiebang_client.results import Action, Inquiry, Renewal, RenewalProgress

#: Seconds: the minimum for platforms in trouble to recover, and the maximum for everything.
RECOVERY_TIMEOUT, FOLLOW_TIMEOUT = 12.0, 35.0
_POLL_SECONDS = 0.5

_ENDED = ("FULFILLED", "DENIED", "REVOKED", "EXPIRED", "FAILED")
_PARKED = ("MANUAL_TASK", "NEED_USER_VERIFICATION")


@dataclass(slots=True)
class FollowedRenewal:
    """A renewal as of its latest event, items by id."""

    id: str
    cursor: str
    status: str
    inquiries: dict[str, Inquiry] = field(default_factory=dict[str, Inquiry])
    actions: dict[str, Action] = field(default_factory=dict[str, Action])

    @classmethod
    def of(cls, renewal: Renewal) -> FollowedRenewal:
        return cls(
            renewal["id"],
            renewal["cursor"],
            renewal["status"],
            {one["id"]: one for one in renewal["inquiries"]},
            {one["id"]: one for one in renewal["actions"]},
        )

    async def refresh(self, client: Client) -> None:
        """Load the present state. An event covers one item; the action that follows from an answer
        has its own event, which may not have arrived yet."""
        renewal = (await client.ask(RENEWAL({"id": self.id})))["renewal"]
        if renewal is None:
            raise RequestFailed(())
        now = FollowedRenewal.of(renewal)
        self.status, self.inquiries, self.actions = now.status, now.inquiries, now.actions

    def apply_event(self, event: RenewalProgress) -> None:
        self.cursor, self.status = event["cursor"], event["renewal"]["status"]
        if inquiry := event["inquiry"]:
            self.inquiries[inquiry["id"]] = inquiry
        if action := event["action"]:
            self.actions[action["id"]] = action

    def is_settled(self, *, awaits_recovery: bool) -> bool:
        """Whether nothing is in progress. `awaits_recovery`: failing platforms may recover."""
        return all(is_at_rest(action) for action in self.actions.values()) and all(
            is_answered(inquiry) or (not awaits_recovery and is_failing(inquiry))
            for inquiry in self.inquiries.values()
        )


def is_at_rest(action: Action) -> bool:
    """Return whether an action has ended or waits for a person."""
    return action["status"] in _ENDED or action["progress"] in _PARKED


def is_answered(inquiry: Inquiry) -> bool:
    """Return whether nothing more happens to an inquiry automatically."""
    return inquiry["status"] in _ENDED or inquiry["outcome"] in ("GUIDANCE", "NEEDS_ACTION")


def is_failing(inquiry: Inquiry) -> bool:
    """Return whether the platform has failed so far and is queried again."""
    return not is_answered(inquiry) and inquiry["outcome"] == "UNKNOWN"


def item_key(item: Inquiry | Action) -> str:
    """Return the platform's id, or the category if only that is visible."""
    platform = item["platform"]
    return platform["id"] if platform else item["category"]


async def follow_renewal(
    client: Client,
    followed: FollowedRenewal,
    on_event: Callable[[RenewalProgress], None],
    on_drop: Callable[[], None],
) -> None:
    """Follow until everything that can settle has settled, or `FOLLOW_TIMEOUT` is over."""
    started = asyncio.get_running_loop().time()
    listening = asyncio.create_task(_listen(client, followed, on_event, on_drop))

    def is_over(spent: float) -> bool:
        settled = followed.is_settled(awaits_recovery=spent < RECOVERY_TIMEOUT)
        return settled or spent > FOLLOW_TIMEOUT

    try:
        while True:
            spent = asyncio.get_running_loop().time() - started
            if is_over(spent):
                await followed.refresh(client)
                if is_over(spent):
                    return
            done, _ = await asyncio.wait({listening}, timeout=_POLL_SECONDS)
            if done:
                return await listening
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _listen(
    client: Client,
    followed: FollowedRenewal,
    on_event: Callable[[RenewalProgress], None],
    on_drop: Callable[[], None],
) -> None:
    """Apply every event once, across broken connections; ends with the renewal."""
    asked = RENEWAL_PROGRESS({"id": followed.id, "after": followed.cursor})
    async with contextlib.aclosing(client.follow(asked, on_reconnect=on_drop)) as events:
        async for data in events:
            followed.apply_event(data["renewalProgress"])
            on_event(data["renewalProgress"])
