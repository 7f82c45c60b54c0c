"""Connectors' settings: what the operator gave, held against what the spec declares."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from urllib.parse import urlsplit

from jiebang.sdk import ConnectorSpec, ContractError, Secret, Setting, SettingType

SettingValues = Mapping[str, str | Secret]


class ConfigurationError(Exception):
    """Every problem of one connector's settings; the text never holds a value."""


def configure(spec: ConnectorSpec, given: Mapping[str, str]) -> SettingValues:
    """The values by setting name, secrets wrapped, defaults filled in.

    Raises `ConfigurationError` naming every setting that is missing, unknown or no URL.
    """
    declared = {setting.name: setting for setting in spec.settings}
    problems = [_unknown_setting(name, declared) for name in given if name not in declared]
    values: dict[str, str | Secret] = {}
    for setting in spec.settings:
        text = given.get(setting.name, setting.default)
        if text is None:
            problems.append(f"{variable(spec.id, setting.name)} is missing{_describe(setting)}")
        elif setting.type is SettingType.URL and not _is_url(text):
            problems.append(f"{variable(spec.id, setting.name)} is no URL: https://host/path")
        else:
            values[setting.name] = Secret(text) if setting.type is SettingType.SECRET else text
            problems += _type_fault(spec, setting.name, text)
    if problems:
        raise ConfigurationError("; ".join(problems))
    return values


def is_untouched(spec: ConnectorSpec, given: Mapping[str, str]) -> bool:
    """Whether the operator never meant to use this connector: nothing given, something needed."""
    return not given and any(setting.default is None for setting in spec.settings)


def variable(connector: str, setting: str) -> str:
    """The environment variable for one setting."""
    return f"JIEBANG_CONNECTORS__{connector.upper()}__{setting.upper()}"


def _type_fault(spec: ConnectorSpec, name: str, text: str) -> list[str]:
    """A key of callbacks that cannot be one: found here, not by the first callback."""
    if spec.callback_auth is None or spec.callback_auth.key != name:
        return []
    try:
        spec.callback_auth.keys(text)
    except ContractError as error:
        return [f"{variable(spec.id, name)} cannot be the key of callbacks: {error}"]
    return []


def _describe(setting: Setting) -> str:
    return f" ({setting.description})" if setting.description else ""


def _unknown_setting(name: str, declared: Mapping[str, Setting]) -> str:
    close = difflib.get_close_matches(name, declared, n=1)
    return f"unknown setting {name!r}" + (f"; did you mean {close[0]!r}?" if close else "")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
