"""The kind `keycloak`: a rest manifest whose unbinding takes several requests."""

from __future__ import annotations

from dataclasses import replace

from jiebang.connectors.keycloak.connector import KeycloakConnector
from jiebang.connectors.manifest import manifest_error
from jiebang.connectors.rest import RestConnector, RestKind
from jiebang.sdk import Capability, Connector, ManifestDocument

#: The settings for the users' path and for the attribute that holds the number.
SETTINGS = ("realm", "attribute")


class KeycloakKind(RestKind):
    """Builds connectors from manifests with ``kind: keycloak``."""

    name = "keycloak"

    def build(self, document: ManifestDocument) -> Connector:
        rest = super().build(document)
        if not isinstance(rest, RestConnector):
            raise TypeError("the kind rest builds rest connectors")
        manifest = rest.manifest
        found = [
            (("config",), f"expected the setting {name}")
            for name in SETTINGS
            if name not in manifest.config
        ]
        found += [
            ((name,), "this kind has its own; leave it out")
            for name, section in (
                ("unbind", manifest.unbind),
                ("unbind_batch", manifest.unbind_batch),
            )
            if section is not None
        ]
        if found:
            raise manifest_error(document, found)
        spec = rest.spec
        return KeycloakConnector(
            replace(spec, capabilities=spec.capabilities | {Capability.UNBIND}),
            manifest,
            functions=rest.functions,
        )
