"""The kind `rest`: a platform's JSON interface described in YAML."""

from __future__ import annotations

from jiebang.connectors.manifest import complain, validated
from jiebang.connectors.manifest.credential import auth_hosts, sdk_auth
from jiebang.connectors.manifest.setting import sdk_settings
from jiebang.connectors.rest.check import (
    Manifest,
    consistency_problems,
    field_problems,
    shape_problems,
)
from jiebang.connectors.rest.connector import RestConnector
from jiebang.connectors.rest.model import Rest
from jiebang.sdk import (
    Capability,
    Connector,
    ConnectorSpec,
    Delivery,
    Idempotency,
    ManifestDocument,
    Precedence,
)


class RestKind:
    """Builds connectors from manifests with ``kind: rest``."""

    name = "rest"

    def build(self, document: ManifestDocument) -> Connector:
        rest = validated(Rest, document, shape_problems(document.data))
        found = [*consistency_problems(rest, document.data), *field_problems(rest)]
        if found:
            raise complain(document, found)
        return RestConnector(spec_of(rest), rest)


def spec_of(manifest: Manifest) -> ConnectorSpec:
    """What a manifest declares, as the contract's value."""
    platforms, dated = manifest.sdk_platforms(), manifest.dates_bindings
    return ConnectorSpec(
        id=manifest.id,
        version=manifest.version,
        name=manifest.name,
        platforms=platforms,
        capabilities=_capabilities(manifest),
        delivery=_delivery(manifest),
        precedence=Precedence.OWN if len(platforms) == 1 else Precedence.AGGREGATOR,
        limits=manifest.limits.sdk_limits(),
        idempotency=Idempotency(manifest.idempotency.mode),
        stable_handles=manifest.stable_handles,
        dates_bindings=manifest.dated if dated is None else dated,
        subject_needs=frozenset(manifest.subject_needs),
        hosts=auth_hosts(manifest.auth),
        settings=sdk_settings(manifest.config),
        auth=sdk_auth(manifest.auth),
        callback_auth=manifest.callback.auth.scheme if manifest.callback else None,
        callback_secret=manifest.callback.auth.secret if manifest.callback else None,
        owners=manifest.owners,
        docs=manifest.docs,
    )


def _capabilities(manifest: Manifest) -> frozenset[Capability]:
    found = {Capability.LOOKUP} | {Capability(name) for name in manifest.actions}
    if manifest.status is not None or manifest.lookup_status is not None:
        found.add(Capability.STATUS)
    if manifest.withdraw is not None:
        found.add(Capability.WITHDRAW)
    if manifest.callback is not None:
        found.add(Capability.CALLBACK)
    return frozenset(found)


def _delivery(manifest: Manifest) -> dict[Capability, Delivery]:
    found: dict[Capability, Delivery] = {}
    if any(rule.pending for section in manifest.questions for rule in section.outcomes):
        found[Capability.LOOKUP] = Delivery.POLL
    for name, section in manifest.actions.items():
        if any(rule.pending for rule in section.outcomes):
            found[Capability(name)] = Delivery.CALLBACK if manifest.callback else Delivery.POLL
    return found
