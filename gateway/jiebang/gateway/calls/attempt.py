"""One lookup at one connector, once: may it be asked, and is its answer one."""

from __future__ import annotations

from jiebang.gateway.calls.batching import Gathering
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.validation import Answers, checked
from jiebang.gateway.catalogue.catalogue import Registered
from jiebang.gateway.domain.tenure import Basis
from jiebang.sdk import Capability, Guidance, SubjectNeed, Unsupported


async def ask_connector(
    gathering: Gathering,
    question: LookupRequest,
    entry: Registered,
    platforms: frozenset[str],
    *,
    seconds: float,
    callback_url: str | None = None,
) -> Answers:
    """One lookup at one connector, once. Raises `ConnectorError` when it concerns all of
    `platforms`."""
    if not entry.can(Capability.LOOKUP):
        return without_lookup(entry, platforms)
    if (missing := unsupported(question, entry)) is not None:
        raise missing
    limited = min(entry.spec.limits.timeout.total_seconds(), seconds)
    answer = await gathering.lookup(
        entry,
        platforms,
        question.subject_for(entry.spec),
        tenant=question.caller.tenant,
        seconds=limited,
        callback_url=callback_url,
    )
    return checked(entry, platforms, answer)


def unsupported(question: LookupRequest, entry: Registered) -> Unsupported | None:
    """Why this question is not put to this connector at all."""
    spec = entry.spec
    if question.region not in spec.regions:
        return Unsupported("the platform does not serve this region")
    if question.basis is Basis.FORMER and not spec.dates_bindings:
        return Unsupported("the platform does not say when accounts were bound")
    subject = question.subject
    if SubjectNeed.HELD_SINCE in spec.subject_needs and subject.held_since is None:
        return Unsupported("the platform needs the activation date")
    if SubjectNeed.HELD_UNTIL in spec.subject_needs and subject.held_until is None:
        return Unsupported("the platform needs the end of the tenure")
    return None


def without_lookup(entry: Registered, platforms: frozenset[str]) -> Answers:
    """The answer for a connector that nothing can be asked of: its steps by hand, if it has any."""
    if entry.can(Capability.GUIDANCE):
        return {platform: Guidance(guide_id=platform) for platform in platforms}
    return dict.fromkeys(platforms, Unsupported("the connector cannot look accounts up"))
