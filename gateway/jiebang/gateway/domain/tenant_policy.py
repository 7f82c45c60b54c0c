"""The rules a tenant sets for its numbers and callers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPolicy:
    """What one tenant, a carrier, has set in `JIEBANG_TENANTS`.

    A tenant without an entry has these defaults.
    """

    #: How many days late the tenant's activation dates may be.
    data_lag: int = 0
    #: Whether unbinding may begin before the last holder's right to reclaim the number ends.
    quarantine_early: bool = False
    #: The limit for all callers of the tenant together.
    lookups_per_minute: int = 600
    #: The limit for one holder, per minute.
    lookups_per_holder: int = 30
