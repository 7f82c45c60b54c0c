"""The plugin that registers the shipped kinds, and loads the operator's manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from jiebang.connectors.aggregator import AggregatorKind
from jiebang.connectors.clevertap import ClevertapKind
from jiebang.connectors.graphql import GraphqlKind
from jiebang.connectors.guide import GuideKind
from jiebang.connectors.keycloak import KeycloakKind
from jiebang.connectors.manifest import is_family, manifest_error, read, resolve_extends
from jiebang.connectors.rest import RestKind
from jiebang.connectors.scim import ScimKind
from jiebang.sdk import Connector, ContractError, Kind, ManifestDocument, Registry, hookimpl

#: Suffixes of files that contain recorded exchanges with a platform, beside its manifest.
FIXTURES = ".fixtures.yaml"


@hookimpl
def jiebang_register_kinds(registry: Registry) -> None:
    registry.add_kind(RestKind(code_allowed=registry.code_allowed))
    registry.add_kind(AggregatorKind(code_allowed=registry.code_allowed))
    registry.add_kind(GraphqlKind())
    registry.add_kind(ScimKind())
    registry.add_kind(KeycloakKind(code_allowed=registry.code_allowed))
    registry.add_kind(ClevertapKind(code_allowed=registry.code_allowed))
    registry.add_kind(GuideKind())


@hookimpl
def jiebang_register_connectors(registry: Registry) -> None:
    """Load and register each manifest; report those that fail to load, and go on."""
    for named in registry.manifests:
        found = list(manifest_files(named))
        if not found:
            registry.report(
                str(named), "no manifest here: expected a .yaml file or a folder of them"
            )
        for path in found:
            try:
                document = read(path)
                if is_family(document) and path != named:
                    continue  # only there for others to extend
                connector = build_connector(document, registry.kinds)
            except ContractError as error:
                registry.report(str(path), str(error))
            except Exception as error:  # third parties' kinds may raise anything
                registry.report(str(path), f"{type(error).__name__} while loading: {error}")
            else:
                registry.add(connector, source=str(path))


def load(path: Path, kinds: Mapping[str, Kind]) -> Connector:
    """Load the connector from a manifest file. Raises `ContractError` that lists all problems."""
    return build_connector(read(path), kinds)


def build_connector(document: ManifestDocument, kinds: Mapping[str, Kind]) -> Connector:
    """Build the connector from a manifest, resolving what it extends. Raises `ContractError`."""
    if is_family(document):
        raise manifest_error(document, [(("family",), "not a connector itself; extend it")])
    document = resolve_extends(document)
    kind = document.data.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        expected = ", ".join(sorted(kinds))
        raise manifest_error(document, [(("kind",), f"expected one of {expected}")])
    return kinds[kind].build(document)


def manifest_files(named: Path) -> Iterator[Path]:
    """Return the manifests in a folder, or the file itself, without recorded exchanges."""
    if named.is_dir():
        found = sorted(named.glob("*.yaml"))
        yield from (path for path in found if not path.name.endswith(FIXTURES))
    elif named.exists():
        yield named
