"""Who is calling, as their token proved it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jiebang.gateway.errors import PermissionDenied, Reason
from jiebang.gateway.tenure import Tenure


class Scope(StrEnum):
    """What a caller may do."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_UNBIND = "accounts:unbind"
    TENURE_ASSERT = "tenure:assert"
    COVERAGE_READ = "coverage:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person whose token proves one number (E.164) and one tenure, and nothing else."""

    number: str = field(repr=False)
    tenure: Tenure


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A service of a tenant (a carrier), or a holder when `holder` is set."""

    tenant: str
    subject: str = field(repr=False)
    scopes: frozenset[Scope]
    holder: Holder | None = None

    def require(self, scope: Scope, *, field: str | None = None) -> None:
        """Raises `PermissionDenied` without the scope."""
        if scope not in self.scopes:
            raise PermissionDenied(
                Reason.SCOPE_MISSING,
                f"This needs the scope {scope.value}.",
                field=field,
                hint="Ask whoever issues your tokens for it.",
            )
