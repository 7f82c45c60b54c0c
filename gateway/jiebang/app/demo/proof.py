"""Compare before and after: does the second lookup confirm what the renewal claims?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jiebang_client.results import Action, Inquiry

from jiebang.app.demo.follow import is_answered, is_at_rest, item_key
from jiebang.app.demo.lookup_snapshot import LookupSnapshot, PlatformSnapshot

#: Final statuses that justify a remaining account.
_HONEST = ("DENIED", "REVOKED")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """One platform in the proof. `failure` is a phrase of `texts`, or None if the line is valid.

    `before` counts the eligible accounts in the first lookup, `after` those in the second.
    """

    key: str
    before: int
    after: int | None
    actions: tuple[Action, ...]
    failure: str | None
    failed_action: Action | None = None

    @property
    def unbound_count(self) -> int:
        return sum(action["status"] == "FULFILLED" for action in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalProof:
    """`own` holds the platforms with the person's own accounts and their number in the second
    lookup; `wrongly_removed` the keys of those missing more accounts than were unbound."""

    lines: tuple[ProofLine, ...]
    own: tuple[tuple[PlatformSnapshot, int], ...]
    wrongly_removed: tuple[str, ...]

    @property
    def unbound_count(self) -> int:
        return sum(line.unbound_count for line in self.lines)

    @property
    def missing_own(self) -> list[PlatformSnapshot]:
        """The platforms where one of the person's own accounts is missing."""
        return [finding for finding, after in self.own if after < finding.own_count]

    @property
    def is_valid(self) -> bool:
        broken = (
            self.missing_own or self.wrongly_removed or any(line.failure for line in self.lines)
        )
        return bool(self.unbound_count) and not broken


def prove(
    before: LookupSnapshot,
    after: LookupSnapshot,
    inquiries: Collection[Inquiry],
    actions: Collection[Action],
) -> RenewalProof:
    """Check the second lookup against the actions. Accounts that a platform refused to unbind or
    never answered for may remain; accounts reported as done, or left without a reason, may not."""
    unbinding = [action for action in actions if action["kind"] == "UNBIND"]
    unanswered = {item_key(one) for one in inquiries if not is_answered(one)}
    keys = dict.fromkeys(key for key, one in before.platforms.items() if one.eligible_count)
    keys |= dict.fromkeys(map(item_key, unbinding))
    keys |= dict.fromkeys(key for key, one in after.platforms.items() if one.eligible_count)
    lines = [
        _proof_line(key, before, after, [one for one in unbinding if item_key(one) == key])
        for key in keys
        if key not in unanswered or before.platforms[key].eligible_count
    ]
    own = [
        (finding, after.platforms[key].own_count)
        for key, finding in before.platforms.items()
        if finding.own_count and key in after.platforms
    ]
    return RenewalProof(
        lines=tuple(lines),
        own=tuple(own),
        wrongly_removed=_wrongly_removed(before, after, unbinding),
    )


def _wrongly_removed(
    before: LookupSnapshot, after: LookupSnapshot, actions: list[Action]
) -> tuple[str, ...]:
    found: list[str] = []
    for key, first in before.platforms.items():
        second = after.platforms.get(key)
        done = sum(one["status"] == "FULFILLED" for one in actions if item_key(one) == key)
        comparable = second is not None and first.answered and second.answered
        if second and comparable and len(second.accounts) < len(first.accounts) - done:
            found.append(key)
    return tuple(found)


def _proof_line(
    key: str, before: LookupSnapshot, after: LookupSnapshot, actions: list[Action]
) -> ProofLine:
    first, second = before.platforms.get(key), after.platforms.get(key)
    seen = second.eligible_count if second and second.answered else None
    failure, failed = _failure(seen, actions)
    return ProofLine(
        key=key,
        before=max(first.eligible_count if first else 0, len(actions)),
        after=seen,
        actions=tuple(actions),
        failure=failure,
        failed_action=failed,
    )


def _failure(seen: int | None, actions: list[Action]) -> tuple[str | None, Action | None]:
    undone = next((one for one in actions if not _is_honest(one)), None)
    if undone is not None:
        return "failure_unsettled", undone
    if seen is None:
        return "failure_unseen", None
    staying = sum(action["status"] != "FULFILLED" for action in actions)
    return ("failure_still" if seen > staying else None), None


def _is_honest(action: Action) -> bool:
    """Return whether the action is done, refused, or openly left to a person."""
    if action["status"] in ("FULFILLED", *_HONEST):
        return True
    return is_at_rest(action) and action["status"] == "IN_PROGRESS"
