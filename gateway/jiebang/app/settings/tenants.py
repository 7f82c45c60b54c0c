"""Settings for token issuers and tenants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from jiebang.app.auth.authentication import TrustedIssuer
from jiebang.app.auth.jwks import verification_keys
from jiebang.app.auth.possession_tokens import POSSESSION_ISSUER
from jiebang.app.settings.fields import Tenants
from jiebang.app.settings.sources import parse_json
from jiebang.gateway.domain.tenant_policy import TenantPolicy

FROZEN = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class IssuerSettings(BaseModel):
    """A trusted token issuer. `jwks` is a JWK set; `jwks_file` names a file with one."""

    model_config = FROZEN

    issuer: str = Field(min_length=1, max_length=256)
    audience: str = Field(min_length=1, max_length=256)
    #: The tenants it may issue tokens for; None, written `"*"`, means all.
    tenants: Tenants
    jwks: Annotated[dict[str, Any], BeforeValidator(parse_json)] = Field(repr=False, exclude=True)
    jwks_file: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_jwks_file(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "jwks_file" not in data:
            return data  # pyright: ignore[reportUnknownVariableType] - judged by the fields
        given = cast("dict[str, object]", data)
        if "jwks" in given:
            raise ValueError("has both jwks and jwks_file; give only one of them")
        try:
            text = Path(str(given["jwks_file"])).read_text()
        except (OSError, UnicodeDecodeError):
            raise ValueError("has a jwks_file that cannot be read") from None
        return {**given, "jwks": text}

    @model_validator(mode="after")
    def _require_usable_keys(self) -> Self:
        self.trusted_issuer()
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The symmetric keys, which sign and verify alike."""
        keys = self.jwks.get("keys", ())
        return tuple(str(key["k"]) for key in keys if key.get("kty") == "oct")

    def trusted_issuer(self) -> TrustedIssuer:
        return TrustedIssuer(
            issuer=self.issuer,
            audience=self.audience,
            tenants=self.tenants,
            keys=verification_keys(self.jwks),
        )


class TenantSettings(BaseModel):
    """One tenant's (carrier's) rules."""

    model_config = FROZEN

    data_lag_days: int = Field(default=0, ge=0, le=60)
    quarantine_early: bool = False
    max_lookups_per_minute: int = Field(default=600, ge=1)
    max_lookups_per_holder: int = Field(default=30, ge=1)

    @property
    def policy(self) -> TenantPolicy:
        return TenantPolicy(
            data_lag=self.data_lag_days,
            quarantine_early=self.quarantine_early,
            lookups_per_minute=self.max_lookups_per_minute,
            lookups_per_holder=self.max_lookups_per_holder,
        )


def require_distinct_issuers(issuers: tuple[IssuerSettings, ...]) -> tuple[IssuerSettings, ...]:
    """Raise `ValueError` if an issuer is listed twice or uses the gateway's own name."""
    if any(issuer.issuer == POSSESSION_ISSUER for issuer in issuers):
        raise ValueError(f"lists {POSSESSION_ISSUER}, which is the gateway itself")
    if len({issuer.issuer for issuer in issuers}) < len(issuers):
        raise ValueError("lists an issuer twice")
    return issuers
