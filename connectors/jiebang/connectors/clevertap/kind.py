"""The kind `clevertap`: a rest manifest whose unbinding is verified by rereading the profile."""

from __future__ import annotations

from dataclasses import replace

from jiebang.connectors.clevertap.connector import ClevertapConnector
from jiebang.connectors.manifest import manifest_error
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.rest import RestConnector, RestKind
from jiebang.sdk import Capability, Connector, ManifestDocument


class ClevertapKind(RestKind):
    """Builds connectors from manifests with ``kind: clevertap``."""

    name = "clevertap"

    def build(self, document: ManifestDocument) -> Connector:
        rest = super().build(document)
        if not isinstance(rest, RestConnector):
            raise TypeError("the kind rest builds rest connectors")
        manifest = rest.manifest
        found: list[FieldProblem] = []
        if "account_id" not in manifest.config:
            found.append((("config",), "expected the setting account_id"))
        if manifest.unbind is not None or manifest.unbind_batch is not None:
            name = "unbind" if manifest.unbind is not None else "unbind_batch"
            found.append(((name,), "this kind has its own; leave it out"))
        if found:
            raise manifest_error(document, found)
        capabilities = rest.spec.capabilities | {Capability.UNBIND}
        return ClevertapConnector(
            replace(rest.spec, capabilities=capabilities), manifest, functions=rest.functions
        )
