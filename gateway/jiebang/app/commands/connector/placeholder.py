"""Placeholder input for a connector when nothing is sent: settings, account, order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from jiebang.app.settings.model import Settings
from jiebang.connectors.aggregator import AggregatorConnector
from jiebang.gateway.calls.call import BoundCall
from jiebang.sdk import (
    Account,
    ActionKind,
    Capability,
    Connector,
    ConnectorSpec,
    Http,
    Order,
    Pending,
    Secret,
    SettingType,
    Subject,
)

#: Stands for every secret, so that none can be displayed.
BLANK = "****"
PLATFORM = "platform"
KEY = "IDEMPOTENCY-KEY"
CALLBACK = "https://jiebang.example/callbacks/TOKEN"
#: Orders about one account.
ORDERS = tuple(kind.capability for kind in ActionKind)
#: What may change something.
WRITES = (*ORDERS, Capability.UNBIND_BATCH, Capability.WITHDRAW)
#: Operations that can be explained.
OPERATIONS = (
    Capability.LOOKUP,
    Capability.LOOKUP_BATCH,
    *ORDERS,
    Capability.UNBIND_BATCH,
    Capability.STATUS,
    Capability.WITHDRAW,
    Capability.CALLBACK,
)


def placeholder_settings(spec: ConnectorSpec, settings: Settings) -> dict[str, str | Secret]:
    """Return the configured settings, their defaults, or their names in capitals; secrets blank."""
    given: Mapping[str, str] = settings.connector_settings().get(spec.id, {})
    values: dict[str, str | Secret] = {}
    for setting in spec.settings:
        if setting.type is SettingType.SECRET:
            values[setting.name] = Secret(BLANK)
            continue
        made_up = setting.name.upper()
        if setting.type is SettingType.URL:
            made_up = f"https://{spec.id.replace('_', '-')}.example"
        values[setting.name] = given.get(setting.name, setting.default or made_up)
    return values


def placeholder_platforms(connector: Connector, platform: str | None) -> frozenset[str]:
    """Return the requested platforms; for a connector with discovery, those its manifest names."""
    if platform is not None:
        return frozenset({platform})
    if connector.spec.platforms:
        return connector.spec.platform_ids
    named = connector.manifest.ids.values() if isinstance(connector, AggregatorConnector) else ()
    return frozenset(named) or frozenset({PLATFORM})


def placeholder_call(
    spec: ConnectorSpec,
    values: Mapping[str, str | Secret],
    http: Http,
    operation: Capability,
    platforms: frozenset[str],
) -> BoundCall:
    return BoundCall(
        http=http,
        settings=values,
        platforms=platforms,
        deadline=datetime.now(UTC) + timedelta(seconds=10),
        idempotency_key=KEY if operation in (*ORDERS, Capability.WITHDRAW) else "",
        callback_url=CALLBACK if Capability.CALLBACK in spec.capabilities else None,
    )


def placeholder_account(handle: str, platforms: frozenset[str]) -> Account:
    return Account(handle=handle, platform=min(platforms))


def placeholder_order(subject: Subject, handle: str, call: BoundCall) -> Order:
    """Return the only entry of a batch of orders."""
    account = placeholder_account(handle, call.platforms)
    url = call.callback_url
    return Order(subject=subject, account=account, idempotency_key=KEY, callback_url=url)


def placeholder_pending(handle: str) -> Pending:
    return Pending(remote_ref=handle)
