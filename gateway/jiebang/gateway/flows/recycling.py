"""Whether a number has changed hands since a date: one verdict, never a bare boolean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.tenure import Current, Departing, Former, Quarantined, today
from jiebang.gateway.domain.wording import Wording


class RecyclingVerdict(StrEnum):
    RECYCLED = "recycled"
    NOT_RECYCLED = "not_recycled"
    DEACTIVATED = "deactivated"
    TRANSFERRED = "transferred"
    NOT_YET_SYNCED = "not_yet_synced"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecyclingView:
    """`reference_date` is the date the verdict is based on; `as_of` the date it was given."""

    verdict: RecyclingVerdict
    since: date
    reference_date: date | None
    as_of: date


def recycling(request: LookupRequest, since: date) -> RecyclingView:
    """Return the verdict from the proven or asserted tenure. A date between two contracts counts as
    recycled, the activation date itself does not (as in CAMARA NumberRecycling). Raises
    `InvalidArgument` for a date in the future."""
    now = today()
    if since > now:
        raise InvalidArgument(
            Reason.DATE_IN_FUTURE, Wording("The date is in the future."), field="since"
        )
    verdict, reference = _verdict(request, since)
    return RecyclingView(verdict=verdict, since=since, reference_date=reference, as_of=now)


def _verdict(request: LookupRequest, since: date) -> tuple[RecyclingVerdict, date | None]:
    match request.tenure:
        case Current() | Departing():
            activated = request.tenure.activated_on
            if activated is None:
                return RecyclingVerdict.NO_DATA, None
            if 0 < abs((since - activated).days) <= request.policy.data_lag:
                return RecyclingVerdict.NOT_YET_SYNCED, activated
            recycled = since < activated
            verdict = RecyclingVerdict.RECYCLED if recycled else RecyclingVerdict.NOT_RECYCLED
            return verdict, activated
        case Former():
            ended = request.tenure.held_until
            if since < ended:
                return RecyclingVerdict.DEACTIVATED, ended
            return RecyclingVerdict.NO_DATA, ended
        case Quarantined():
            return RecyclingVerdict.DEACTIVATED, request.tenure.deactivated_on
