"""Resolve a connector's path to a URL, on allowed hosts only."""

from __future__ import annotations

from collections.abc import Mapping

from yarl import URL

from jiebang.sdk import ConfigFault, ConnectorSpec, Secret, SettingType


def address(path: str, spec: ConnectorSpec, settings: Mapping[str, str | Secret]) -> URL:
    """Return the URL for `path`: appended to `base_url`, or absolute on a host the connector
    declares.

    Raises `ConfigFault` for anything else.
    """
    if any(part in (".", "..") for part in path.lower().replace("%2e", ".").split("/")):
        raise ConfigFault("a path must not contain the segments . or ..")
    own = {
        setting.name: value
        for setting in spec.settings
        if setting.type is SettingType.URL
        and isinstance(value := settings.get(setting.name, setting.default), str)
    }
    try:
        if not path.lower().startswith(("http://", "https://")):
            base = own.get("base_url")
            if base is None:
                raise ConfigFault(f"connector {spec.id}: the setting base_url is missing")
            if "?" in base or "#" in base:
                raise ConfigFault(f"connector {spec.id}: base_url contains a query or a fragment")
            return URL(f"{base.rstrip('/')}/{path.lstrip('/')}")
        url = URL(path)
        known = {(URL(value).raw_host, URL(value).port) for value in own.values()}
        default = {"http": 80, "https": 443}.get(url.scheme)
        if (url.raw_host, url.port) in known or f"{url.raw_host}:{url.port}" in spec.hosts:
            return url
        if url.raw_host in spec.hosts and url.port == default:
            return url
    except ValueError:
        raise ConfigFault(f"connector {spec.id}: an address cannot be parsed") from None
    raise ConfigFault(f"connector {spec.id}: an absolute address is not on a declared host")
