"""The kind `rest`: a platform's JSON interface described in YAML."""

from __future__ import annotations

from jiebang.connectors.manifest import manifest_error, validate_manifest
from jiebang.connectors.manifest.credential import auth_hosts, sdk_auth
from jiebang.connectors.manifest.setting import sdk_settings
from jiebang.connectors.rest.check import (
    BATCHES,
    SECTIONS,
    Manifest,
    consistency_problems,
    field_problems,
    shape_problems,
)
from jiebang.connectors.rest.connector import RestConnector
from jiebang.connectors.rest.model import Rest, can_be_pending
from jiebang.connectors.rest.python_step import load_functions
from jiebang.sdk import (
    Capability,
    Connector,
    ConnectorSpec,
    Delivery,
    Discovery,
    Idempotency,
    ManifestDocument,
    Precedence,
)


class RestKind:
    """Builds connectors from manifests with ``kind: rest``."""

    name = "rest"
    model = Rest

    def __init__(self, *, code_allowed: bool = False) -> None:
        """`code_allowed`: manifests may name Python functions."""
        self._code_allowed = code_allowed

    def build(self, document: ManifestDocument) -> Connector:
        rest = validate_manifest(Rest, document, shape_problems(document.data))
        found = [*consistency_problems(rest, document.data), *field_problems(rest)]
        functions, problems = load_functions(
            document.data, SECTIONS | BATCHES, allowed=self._code_allowed
        )
        if found or problems:
            raise manifest_error(document, [*found, *problems])
        return RestConnector(spec_of(rest), rest, functions=functions)


def spec_of(manifest: Manifest, discovery: Discovery | None = None) -> ConnectorSpec:
    """Return a manifest's declaration as an SDK value. `discovery`: it lists its platforms."""
    platforms, dated = manifest.sdk_platforms(), manifest.dates_bindings
    return ConnectorSpec(
        id=manifest.id,
        version=manifest.version,
        name=manifest.name,
        platforms=platforms,
        capabilities=_capabilities(manifest)
        | ({Capability.CATALOGUE} if discovery else set[Capability]()),
        delivery=_delivery(manifest),
        precedence=Precedence.OWN if len(platforms) == 1 else Precedence.AGGREGATOR,
        limits=manifest.limits.sdk_limits(),
        idempotency=Idempotency(manifest.idempotency.mode),
        stable_handles=manifest.stable_handles,
        dates_bindings=manifest.is_dated if dated is None else dated,
        subject_needs=frozenset(manifest.subject_needs),
        discovery=discovery,
        hosts=auth_hosts(manifest.auth),
        settings=sdk_settings(manifest.config),
        auth=sdk_auth(manifest.auth),
        callback_auth=manifest.callback.auth.sdk_auth() if manifest.callback else None,
        owners=manifest.owners,
        docs=manifest.docs,
    )


def _capabilities(manifest: Manifest) -> frozenset[Capability]:
    found = {Capability.LOOKUP} | {Capability(name) for name in manifest.actions}
    if manifest.lookup_batch is not None:
        found.add(Capability.LOOKUP_BATCH)
    if manifest.unbind_batch is not None:
        found.add(Capability.UNBIND_BATCH)
    if manifest.status is not None or manifest.lookup_status is not None:
        found.add(Capability.STATUS)
    if manifest.withdraw is not None:
        found.add(Capability.WITHDRAW)
    if manifest.callback is not None:
        found.add(Capability.CALLBACK)
    return frozenset(found)


def _delivery(manifest: Manifest) -> dict[Capability, Delivery]:
    found: dict[Capability, Delivery] = {}
    batch = () if manifest.lookup_batch is None else (manifest.lookup_batch,)
    asked = [rule for one in (*manifest.lookup_variants, *batch) for rule in one.outcomes]
    if can_be_pending(asked, manifest.lookup_status):
        called = manifest.callback is not None and manifest.callback.lookup_outcomes is not None
        found[Capability.LOOKUP] = Delivery.CALLBACK if called else Delivery.POLL
    called = manifest.callback is not None and manifest.callback.outcomes is not None
    for name in manifest.pending_actions:
        found[Capability(name)] = Delivery.CALLBACK if called else Delivery.POLL
    return found
