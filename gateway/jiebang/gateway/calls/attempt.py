"""Run one lookup against one connector and validate the answer."""

from __future__ import annotations

from jiebang.gateway.calls.batching import Batcher
from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.calls.validation import PlatformAnswers, validate_lookup
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.domain.tenure import Basis
from jiebang.sdk import Capability, Guidance, SubjectNeed, Unsupported


async def attempt_lookup(
    batcher: Batcher,
    request: LookupRequest,
    entry: RegisteredConnector,
    platforms: frozenset[str],
    *,
    seconds: float,
    callback_url: str | None = None,
) -> PlatformAnswers:
    """Run the lookup once. Raises `ConnectorError` when the error concerns all of `platforms`."""
    if not entry.can(Capability.LOOKUP):
        return guidance_answers(entry, platforms)
    if (missing := unsupported_error(request, entry)) is not None:
        raise missing
    limited = min(entry.spec.limits.timeout.total_seconds(), seconds)
    answer = await batcher.lookup(
        entry,
        platforms,
        request.subject_for(entry.spec),
        tenant=request.caller.tenant,
        seconds=limited,
        callback_url=callback_url,
    )
    return validate_lookup(entry, platforms, answer)


def unsupported_error(request: LookupRequest, entry: RegisteredConnector) -> Unsupported | None:
    """Return why this request must not be sent to this connector; None when it may."""
    spec = entry.spec
    if request.region not in spec.regions:
        return Unsupported("the platform does not serve this region")
    if request.basis is Basis.FORMER and not spec.dates_bindings:
        return Unsupported("the platform does not say when accounts were bound")
    subject = request.subject
    if SubjectNeed.HELD_SINCE in spec.subject_needs and subject.held_since is None:
        return Unsupported("the platform needs the activation date")
    if SubjectNeed.HELD_UNTIL in spec.subject_needs and subject.held_until is None:
        return Unsupported("the platform needs the end of the tenure")
    return None


def guidance_answers(entry: RegisteredConnector, platforms: frozenset[str]) -> PlatformAnswers:
    """Return the answer of a connector that cannot look accounts up: its guides, if it has any."""
    if entry.can(Capability.GUIDANCE):
        return {platform: Guidance(guide_id=platform) for platform in platforms}
    return dict.fromkeys(platforms, Unsupported("the connector cannot look accounts up"))
