"""The settings a manifest declares, and its limits: the sections `config` and `limits`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from jiebang.connectors.manifest.credential_check import is_credential_name
from jiebang.connectors.manifest.field import Duration, Int, Model, RateField, Str
from jiebang.connectors.manifest.head import Identifier
from jiebang.connectors.manifest.template import Values
from jiebang.sdk import ConfigFault, Limits, Secret, Setting, SettingType


def _check_base_url(value: str) -> None:
    """Raise ValueError unless it is the base address of an interface, without a secret in it."""
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*)?", value):
        raise ValueError(
            "expected an address such as https://api.acme.example/v1, "
            "without user, password, query or fragment"
        )


class ConfigSetting(Model):
    type: SettingType = Field(description="text, url or secret")
    default: Str | None = None
    description: Str = "-"

    @model_validator(mode="after")
    def _check_default(self) -> ConfigSetting:
        if self.type is SettingType.SECRET and self.default is not None:
            raise ValueError("a secret must not have a default: the operator sets it")
        if self.default is not None and "${" in self.default:
            raise ValueError("a default is taken literally; it must not contain a placeholder")
        if self.type is SettingType.URL and self.default is not None:
            _check_base_url(self.default)
        return self


def _refuse_default_credential(config: dict[str, ConfigSetting]) -> dict[str, ConfigSetting]:
    for name, setting in config.items():
        if setting.default is not None and is_credential_name(name):
            raise ValueError(
                f"{name} holds a credential: make it `type: secret` without a default; "
                "the operator sets it"
            )
    return config


#: Settings by name.
Config = Annotated[dict[Identifier, ConfigSetting], AfterValidator(_refuse_default_credential)]


class LimitsSection(Model):
    timeout: Duration = Limits().timeout
    attempts: Annotated[Int, Field(ge=1, le=5)] = 1
    concurrency: Annotated[Int, Field(ge=1, le=1000)] = 8
    rate: RateField | None = None
    give_up_after: Duration = Limits().give_up_after
    batch: Annotated[Int, Field(ge=2, le=1000)] = Limits().batch

    def sdk_limits(self) -> Limits:
        """Return the limits as an SDK value."""
        return Limits(
            timeout=self.timeout,
            attempts=self.attempts,
            concurrency=self.concurrency,
            rate=self.rate,
            give_up_after=self.give_up_after,
            batch=self.batch,
        )


def sdk_settings(config: Mapping[str, ConfigSetting]) -> tuple[Setting, ...]:
    """Return the settings as SDK values."""
    return tuple(
        Setting(
            name=name,
            type=setting.type,
            default=setting.default,
            description=setting.description.removeprefix("-"),
        )
        for name, setting in config.items()
    )


def setting_value(name: str, values: Values) -> str:
    """Return a setting's value, revealing secrets. Raises `ConfigFault` if it is missing."""
    value = values.get(f"config.{name}")
    if not isinstance(value, str | Secret):
        raise ConfigFault(f"the setting {name} is missing")
    return value.reveal() if isinstance(value, Secret) else value
