"""Check the operator's connector settings against the connector's spec."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from urllib.parse import urlsplit

from jiebang.sdk import ConnectorSpec, ContractError, Secret, Setting, SettingType

SettingValues = Mapping[str, str | Secret]


class ConfigurationError(Exception):
    """Lists every problem in one connector's settings; the text never contains a value."""


def configure(spec: ConnectorSpec, given: Mapping[str, str]) -> SettingValues:
    """Return the values by setting name, with secrets wrapped and defaults filled in.

    Raises `ConfigurationError` naming every setting that is missing, unknown or not a URL.
    """
    declared = {setting.name: setting for setting in spec.settings}
    problems = [_unknown_setting(name, declared) for name in given if name not in declared]
    values: dict[str, str | Secret] = {}
    for setting in spec.settings:
        text = given.get(setting.name, setting.default)
        if text is None:
            problems.append(f"{variable(spec.id, setting.name)} is missing{_describe(setting)}")
        elif setting.type is SettingType.URL and not _is_url(text):
            problems.append(
                f"{variable(spec.id, setting.name)} is not a URL like https://host/path"
            )
        else:
            values[setting.name] = Secret(text) if setting.type is SettingType.SECRET else text
            problems += _type_fault(spec, setting.name, text)
    if problems:
        raise ConfigurationError("; ".join(problems))
    return values


def is_untouched(spec: ConnectorSpec, given: Mapping[str, str]) -> bool:
    """Return whether the connector is simply unused: required settings exist, none was given."""
    return not given and any(setting.default is None for setting in spec.settings)


def variable(connector: str, setting: str) -> str:
    """Return the name of a setting's environment variable."""
    return f"JIEBANG_CONNECTORS__{connector.upper()}__{setting.upper()}"


def _type_fault(spec: ConnectorSpec, name: str, text: str) -> list[str]:
    """Report an unusable callback key at start, not at the first callback."""
    if spec.callback_auth is None or spec.callback_auth.key != name:
        return []
    try:
        spec.callback_auth.keys(text)
    except ContractError as error:
        return [f"{variable(spec.id, name)} cannot be used as the callback key: {error}"]
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
