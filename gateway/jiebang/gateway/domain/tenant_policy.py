"""The rules a tenant sets for its numbers and callers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPolicy:
    """A tenant's (carrier's) rules. `data_lag`: how many days late its activation dates may be.
    `quarantine_early`: unbinding may begin before the last holder's right to reclaim the number
    ends. `lookups_per_minute`: the limit for all its callers together; `lookups_per_holder`: the
    limit for one holder, per minute."""

    data_lag: int = 0
    quarantine_early: bool = False
    lookups_per_minute: int = 600
    lookups_per_holder: int = 30
