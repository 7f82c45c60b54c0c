"""The kind `rest`: a platform's JSON interface described in YAML."""

from __future__ import annotations

from jiebang.connectors.manifest import complain, validated
from jiebang.connectors.rest.check import consistency_problems, placeholder_problems
from jiebang.connectors.rest.connector import RestConnector
from jiebang.connectors.rest.model import Rest
from jiebang.sdk import (
    Capability,
    Connector,
    ConnectorSpec,
    Delivery,
    Idempotency,
    Limits,
    ManifestDocument,
    Precedence,
    Setting,
)


class RestKind:
    """Builds connectors from manifests with ``kind: rest``."""

    name = "rest"

    def build(self, document: ManifestDocument) -> Connector:
        rest = validated(Rest, document, placeholder_problems(document.data))
        if found := list(consistency_problems(rest, document.data)):
            raise complain(document, found)
        return RestConnector(_spec(rest), rest)


def _spec(rest: Rest) -> ConnectorSpec:
    platforms = rest.sdk_platforms()
    return ConnectorSpec(
        id=rest.id,
        version=rest.version,
        name=rest.name,
        platforms=platforms,
        capabilities=_capabilities(rest),
        delivery=_delivery(rest),
        precedence=Precedence.OWN if len(platforms) == 1 else Precedence.AGGREGATOR,
        limits=Limits(
            timeout=rest.limits.timeout,
            attempts=rest.limits.attempts,
            concurrency=rest.limits.concurrency,
            rate=rest.limits.rate,
            give_up_after=rest.limits.give_up_after,
        ),
        idempotency=Idempotency(rest.idempotency.mode),
        stable_handles=rest.stable_handles,
        dates_bindings=rest.dated if rest.dates_bindings is None else rest.dates_bindings,
        subject_needs=frozenset(rest.subject_needs),
        settings=tuple(
            Setting(
                name=name,
                type=setting.type,
                default=setting.default,
                description=setting.description.removeprefix("-"),
            )
            for name, setting in rest.config.items()
        ),
        callback_auth=rest.callback.auth.scheme if rest.callback else None,
        callback_secret=rest.callback.auth.secret if rest.callback else None,
        owners=rest.owners,
        docs=rest.docs,
    )


def _capabilities(rest: Rest) -> frozenset[Capability]:
    found = {Capability.LOOKUP} | {Capability(name) for name in rest.actions}
    if rest.status is not None or rest.lookup_status is not None:
        found.add(Capability.STATUS)
    if rest.withdraw is not None:
        found.add(Capability.WITHDRAW)
    if rest.callback is not None:
        found.add(Capability.CALLBACK)
    return frozenset(found)


def _delivery(rest: Rest) -> dict[Capability, Delivery]:
    found: dict[Capability, Delivery] = {}
    if any(rule.pending for rule in rest.lookup.outcomes):
        found[Capability.LOOKUP] = Delivery.POLL
    for name, section in rest.actions.items():
        if any(rule.pending for rule in section.outcomes):
            found[Capability(name)] = Delivery.CALLBACK if rest.callback else Delivery.POLL
    return found
