"""The manifest of kind `scim`: the head is enough, everything else has defaults."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from jiebang.connectors.manifest.credential import Auth, Bearer
from jiebang.connectors.manifest.field import Bool, Model, require_entries
from jiebang.connectors.manifest.head import Head
from jiebang.connectors.manifest.setting import Config, ConfigSetting, LimitsSection
from jiebang.sdk import SettingType

#: How the platform writes numbers: +8613800001234, 13800001234, tel:+8613800001234.
Spelling = Literal["e164", "national", "tel"]


def _default_config() -> Config:
    return {
        "base_url": ConfigSetting(type=SettingType.URL),
        "token": ConfigSetting(type=SettingType.SECRET),
    }


class Features(Model):
    """What the server supports. If omitted, the server is asked (ServiceProviderConfig)."""

    filter: Bool = Field(description="true or false")
    patch: Bool = Field(description="true or false")
    etag: Bool = False


class Scim(Head):
    config: Config = Field(default_factory=_default_config)
    auth: Auth = Bearer(scheme="bearer", secret="token")  # noqa: S106 - the name of a setting
    limits: LimitsSection = LimitsSection()
    numbers: Annotated[tuple[Spelling, ...], AfterValidator(require_entries)] = ("e164", "national")
    label: Literal["displayName", "nickName", "userName", "none"] = "displayName"
    #: Only for platforms where an account is created together with its number.
    bound_date: Literal["meta.created"] | None = None
    supports: Features | None = None
