"""The kind `scim`: any SCIM 2.0 server; the manifest only says where it is."""

from __future__ import annotations

from collections.abc import Iterator

from jiebang.connectors.manifest import manifest_error, validate_manifest
from jiebang.connectors.manifest.credential import (
    ApiKey,
    auth_hosts,
    credential_problems,
    sdk_auth,
)
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.setting import sdk_settings
from jiebang.connectors.scim.connector import ScimConnector
from jiebang.connectors.scim.model import Scim
from jiebang.sdk import (
    Capability,
    Connector,
    ConnectorSpec,
    Idempotency,
    ManifestDocument,
    SettingType,
)


class ScimKind:
    """Builds connectors from manifests with ``kind: scim``."""

    name = "scim"
    model = Scim

    def build(self, document: ManifestDocument) -> Connector:
        scim = validate_manifest(Scim, document)
        if found := list(_problems(scim)):
            raise manifest_error(document, found)
        spec = ConnectorSpec(
            id=scim.id,
            version=scim.version,
            name=scim.name,
            platforms=scim.sdk_platforms(),
            capabilities=frozenset({Capability.LOOKUP, Capability.UNBIND}),
            limits=scim.limits.sdk_limits(),
            # Removing what is absent changes nothing, and the id of a user never changes.
            idempotency=Idempotency.NATURAL,
            dates_bindings=scim.bound_date is not None,
            hosts=auth_hosts(scim.auth),
            settings=sdk_settings(scim.config),
            auth=sdk_auth(scim.auth),
            owners=scim.owners,
            docs=scim.docs,
        )
        return ScimConnector(spec, scim)


def _problems(scim: Scim) -> Iterator[FieldProblem]:
    base = scim.config.get("base_url")
    if base is None or base.type is not SettingType.URL:
        yield ("config",), "expected the setting base_url of type url"
    yield from credential_problems(scim.auth, scim.config)
    if isinstance(scim.auth, ApiKey) and scim.auth.field is not None:
        yield ("auth", "field"), "SCIM does not have a field for the key; use header or query"
    if len(scim.sdk_platforms()) > 1:
        yield ("platforms",), "a SCIM server speaks for one platform"
