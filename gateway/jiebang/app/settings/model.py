"""The settings of a process: one frozen `Settings`, from the environment and a TOML file.

`JIEBANG_<NAME>` sets a value, two underscores address a table's entry, and the environment
overrides the file named by `JIEBANG_CONFIG`. `docs/operations.md` lists all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
)
from sqlalchemy.engine import make_url

from jiebang.app.auth.authentication import TrustedIssuer
from jiebang.app.postgres.embedded import default_base
from jiebang.app.settings.code_limits import CodeLimits
from jiebang.app.settings.fields import (
    Addresses,
    DatabaseUrl,
    KeyList,
    Names,
    Networks,
    Origins,
    Paths,
    Url,
)
from jiebang.app.settings.sources import (
    parse_json,
)
from jiebang.app.settings.tenants import (
    FROZEN,
    IssuerSettings,
    TenantSettings,
    require_distinct_issuers,
)
from jiebang.gateway.domain.tenant_policy import TenantPolicy


class Settings(BaseModel):
    """The operator's settings. Frozen; secrets do not appear in its `repr`."""

    model_config = FROZEN

    database_url: DatabaseUrl | None = Field(
        None,
        description="The PostgreSQL to use. Without it an embedded one starts in `data_dir`.",
        examples=["postgresql://jiebang:password@db/jiebang"],
    )
    data_dir: Path = Field(
        default_factory=default_base,
        description="Directory of the embedded PostgreSQL: a local disk, one machine only.",
        examples=["/var/lib/jiebang"],
    )
    host: str = Field("127.0.0.1", description="The address to listen on.", examples=["0.0.0.0"])  # noqa: S104 - an example
    port: int = Field(
        8000, ge=0, le=65535, description="The port; 0 picks a free one.", examples=["8000"]
    )
    public_url: Url | None = Field(
        None,
        description="The URL at which platforms reach the gateway. Without it callbacks are off.",
        examples=["https://jiebang.example"],
    )
    keys: KeyList = Field(
        (),
        repr=False,
        exclude=True,
        description="The key ring for stored data: `kid:base64` of 32 bytes each; the first one "
        "writes. Required.",
        examples=["k1:<output of jiebang keys>"],
    )
    issuers: Annotated[
        tuple[IssuerSettings, ...],
        BeforeValidator(parse_json),
        AfterValidator(require_distinct_issuers),
    ] = Field(
        (),
        description="The trusted token issuers, as JSON. Required.",
        examples=[
            '[{"issuer": "https://id.example", "audience": "jiebang", "tenants": ["cmcc"], '
            '"jwks_file": "/etc/jiebang/jwks.json"}]'
        ],
    )
    tenants: Annotated[dict[str, TenantSettings], BeforeValidator(parse_json)] = Field(
        default_factory=dict[str, TenantSettings],
        description="Per tenant: `data_lag_days`, `quarantine_early`, `max_lookups_per_minute`, "
        "`max_lookups_per_holder`.",
        examples=['{"cmcc": {"data_lag_days": 7}}'],
    )
    plugins: Names | None = Field(
        None,
        description="The entry points that may be loaded. Default: all.",
        examples=["kinds,one_click"],
    )
    disable: Names = Field((), description="Connectors to disable.", examples=["net_disk,forum"])
    manifests: Paths = Field(
        (),
        description="Manifests, or directories of them, in addition to those shipped.",
        examples=["/etc/jiebang/manifests"],
    )
    guides: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Whether the shipped guides are shown; `auto`: unless the sandbox is in use.",
        examples=["off"],
    )
    allow_code_in_manifests: bool = Field(
        False,
        description="Allow manifests to name Python functions, which then run in this process.",
        examples=["true"],
    )
    connectors: Annotated[dict[str, dict[str, SecretStr]], BeforeValidator(parse_json)] = Field(
        default_factory=dict[str, dict[str, SecretStr]],
        description="Per connector: the settings its specification declares.",
        examples=['{"net_disk": {"api_key": "<key>"}}'],
    )
    sandbox_url: Url | None = Field(
        None,
        description="The URL of the sandbox with the simulated platforms.",
        examples=["http://127.0.0.1:8100"],
    )
    allow_private: Addresses = Field(
        (),
        description="Private addresses that connectors may reach nevertheless.",
        examples=["10.0.0.5:443"],
    )
    introspection: bool = Field(
        False, description="Allow schema introspection without a token.", examples=["true"]
    )
    explorer: bool = Field(False, description="Serve the GraphQL explorer.", examples=["true"])
    page_tenant: str | None = Field(
        None,
        min_length=1,
        max_length=256,
        description="The tenant for which people without a token may prove a number on the page, "
        "by a code sent to it. Without it they cannot.",
        examples=["cmcc"],
    )
    code_limits: Annotated[CodeLimits, BeforeValidator(parse_json)] = Field(
        default_factory=CodeLimits,
        description="Limits on codes sent and wrong guesses, as JSON.",
        examples=['{"number_per_day": 12, "number_caller_per_day": 6}'],
    )
    trusted_proxies: Networks = Field(
        (),
        description="Addresses or networks of the reverse proxies whose X-Forwarded-For is "
        "trusted when page visitors are counted by address.",
        examples=["10.0.0.0/24"],
    )
    allowed_origins: Origins = Field(
        (),
        description="Origins of other web pages that may send requests to /graphql from a "
        "browser, over HTTP and WebSocket.",
        examples=["https://app.example"],
    )
    trusted_documents_only: bool = Field(
        False,
        description="Run only the documents that `jiebang schema documents` lists.",
        examples=["true"],
    )
    account_id_ttl: int = Field(
        1800,
        ge=60,
        le=86400,
        description="Seconds for which the account ids in an answer are valid.",
        examples=["1800"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least severe log lines to write.", examples=["info"]
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto",
        description="`json` for machines, `console` for people; `auto` detects a terminal.",
        examples=["json"],
    )
    demo_file: Path | None = Field(
        None,
        description="The file that `GET /demo.json` serves to the page, written by `jiebang "
        "demo`. Only with `demo`.",
        examples=["/run/jiebang/demo.json"],
    )
    demo: bool = Field(
        False,
        description="Demonstration: start without keys and issuers. Never with real numbers.",
        examples=["true"],
    )

    def trusted_issuers(self) -> tuple[TrustedIssuer, ...]:
        return tuple(issuer.trusted_issuer() for issuer in self.issuers)

    def policies(self) -> dict[str, TenantPolicy]:
        return {name: tenant.policy for name, tenant in self.tenants.items()}

    @property
    def must_show_guides(self) -> bool:
        """Whether to show the guides: simulated and real platforms are not mixed by default."""
        return self.guides == "on" or (self.guides == "auto" and self.sandbox_url is None)

    def connector_settings(self) -> dict[str, dict[str, str]]:
        """Return the values by connector and name, in clear; the spec says which are secrets."""
        return {
            connector: {name: value.get_secret_value() for name, value in values.items()}
            for connector, values in self.connectors.items()
        }

    def secrets(self) -> tuple[str, ...]:
        """Return the values that must never be logged, except for the connectors' own secrets."""
        found = [secret for issuer in self.issuers for secret in issuer.secrets]
        if self.database_url is not None:
            password = make_url(self.database_url.get_secret_value()).password
            found += [str(password)] if password else []
        return tuple(found)
