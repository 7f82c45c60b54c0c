"""Before against after: does the second lookup bear out what the renewal claims?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jiebang_client.results import Action, Inquiry

from jiebang.app.demo.follow import answers, rests, same_item
from jiebang.app.demo.lookup_snapshot import Finding, Picture

#: Ends that are honest about an account that stays.
_HONEST = ("DENIED", "REVOKED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One platform in the proof. `failure` is a phrase of `texts`, or None where it holds.

    `before` counts the accounts that could be unbound at first, `after` those that still can.
    """

    key: str
    before: int
    after: int | None
    actions: tuple[Action, ...]
    failure: str | None
    failed: Action | None = None

    @property
    def unbound(self) -> int:
        return sum(action["status"] == "FULFILLED" for action in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`own` has those platforms at which the person's own accounts are, with how many there were
    the second time; `touched` the keys of those that lack more accounts than were unbound."""

    lines: tuple[Line, ...]
    own: tuple[tuple[Finding, int], ...]
    touched: tuple[str, ...]

    @property
    def unbound(self) -> int:
        return sum(line.unbound for line in self.lines)

    @property
    def lost(self) -> list[Finding]:
        """Where an account of the person's own is missing."""
        return [finding for finding, after in self.own if after < finding.own]

    @property
    def holds(self) -> bool:
        broken = self.lost or self.touched or any(line.failure for line in self.lines)
        return bool(self.unbound) and not broken


def prove(
    before: Picture, after: Picture, inquiries: Collection[Inquiry], actions: Collection[Action]
) -> Proof:
    """Hold the second lookup against the actions. What a platform refused or never answered may
    stay; what is called done, or was left undone without a reason, may not."""
    unbinding = [action for action in actions if action["kind"] == "UNBIND"]
    unanswered = {same_item(one) for one in inquiries if not answers(one)}
    keys = dict.fromkeys(key for key, one in before.findings.items() if one.eligible)
    keys |= dict.fromkeys(map(same_item, unbinding))
    keys |= dict.fromkeys(key for key, one in after.findings.items() if one.eligible)
    lines = [
        _line(key, before, after, [one for one in unbinding if same_item(one) == key])
        for key in keys
        if key not in unanswered or before.findings[key].eligible
    ]
    own = [
        (finding, after.findings[key].own)
        for key, finding in before.findings.items()
        if finding.own and key in after.findings
    ]
    return Proof(lines=tuple(lines), own=tuple(own), touched=_touched(before, after, unbinding))


def _touched(before: Picture, after: Picture, actions: list[Action]) -> tuple[str, ...]:
    found: list[str] = []
    for key, first in before.findings.items():
        second = after.findings.get(key)
        done = sum(one["status"] == "FULFILLED" for one in actions if same_item(one) == key)
        comparable = second is not None and first.answered and second.answered
        if second and comparable and len(second.accounts) < len(first.accounts) - done:
            found.append(key)
    return tuple(found)


def _line(key: str, before: Picture, after: Picture, actions: list[Action]) -> Line:
    first, second = before.findings.get(key), after.findings.get(key)
    seen = second.eligible if second and second.answered else None
    failure, failed = _failure(seen, actions)
    return Line(
        key=key,
        before=max(first.eligible if first else 0, len(actions)),
        after=seen,
        actions=tuple(actions),
        failure=failure,
        failed=failed,
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
    """Done, refused, or plainly left to a person."""
    if action["status"] in ("FULFILLED", *_HONEST):
        return True
    return rests(action) and action["status"] == "IN_PROGRESS"
