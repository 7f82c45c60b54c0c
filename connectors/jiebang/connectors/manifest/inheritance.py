"""Manifests that share a file: `extends: ./family.yaml`, or `extends: preset:keycloak`.

A manifest's own values take precedence over what it extends: section by section, and inside
`config` and `limits` field by field. Each part remembers the file it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jiebang.connectors import CATALOGUE
from jiebang.connectors.manifest.problem import manifest_error, suggestion
from jiebang.connectors.manifest.reading import read
from jiebang.connectors.manifest.sibling_file import sibling_path
from jiebang.connectors.manifest.tree import FieldPath, is_mapping
from jiebang.sdk import ContractError, ManifestDocument

PRESETS = CATALOGUE / "presets"
#: The maximum number of files in one chain of `extends`.
MAX_DEPTH = 3
#: Sections that are merged field by field.
MERGED = frozenset({"config", "limits"})
#: Fields that are not inherited.
OWN = frozenset({"extends", "family"})

_BESIDE = re.compile(r"\./([A-Za-z0-9_][A-Za-z0-9_.-]*\.yaml)")
_PRESET = re.compile(r"preset:([a-z][a-z0-9_]*)")


def is_family(document: ManifestDocument) -> bool:
    """Tell whether this file is only for others to extend."""
    return document.data.get("family") is True


def resolve_extends(document: ManifestDocument) -> ManifestDocument:
    """Merge the manifest with what it extends.

    Raises `ContractError` for a missing file, one outside the manifest's own folder, a cycle, and a
    chain of more than `MAX_DEPTH` files.
    """
    if "extends" not in document.data:
        return document
    chain = [document]
    while "extends" in chain[-1].data:
        path = _parent_path(chain[-1])
        if path.resolve() in [one.path.resolve() for one in chain]:
            raise _extends_error(chain[-1], f"{path.name} extends itself")
        if len(chain) > MAX_DEPTH:
            raise _extends_error(chain[-1], f"a chain of more than {MAX_DEPTH} files")
        chain.append(read(path))
    whole = chain.pop()
    while chain:
        whole = _merge(chain.pop(), whole)
    return whole


def _parent_path(document: ManifestDocument) -> Path:
    name = document.data["extends"]
    if not isinstance(name, str):
        name = ""
    if preset := _PRESET.fullmatch(name):
        path = PRESETS / f"{preset[1]}.yaml"
        if not path.is_file():
            known = [one.stem for one in PRESETS.glob("*.yaml")]
            raise _extends_error(document, f"no preset {preset[1]}; {suggestion(preset[1], known)}")
        return path
    beside = _BESIDE.fullmatch(name)
    if beside is None:
        raise _extends_error(document, "expected ./name.yaml in the same folder, or preset:name")
    return sibling_path(document, ("extends",), beside[1])


def _extends_error(document: ManifestDocument, message: str) -> ContractError:
    return manifest_error(document, [(("extends",), message)])


def _merge(child: ManifestDocument, parent: ManifestDocument) -> ManifestDocument:
    data: dict[str, Any] = {key: value for key, value in parent.data.items() if key not in OWN}
    for key, value in child.data.items():
        below = data.get(key)
        if key in MERGED and is_mapping(value) and is_mapping(below):
            data[key] = {**below, **value}
        elif key not in OWN:
            data[key] = value
    lines, sources = dict(child.lines), dict(child.sources)
    for where in _inherited_paths(child, parent):
        lines[where] = parent.lines[where]
        sources[where] = parent.source(where)
    return ManifestDocument(path=child.path, data=data, lines=lines, sources=sources)


def _inherited_paths(child: ManifestDocument, parent: ManifestDocument) -> Iterator[FieldPath]:
    """Return the paths of what is inherited from the parent."""
    for where in parent.lines:
        if not where:
            continue
        key = where[0]
        own = child.data.get(str(key)) if str(key) in child.data else None
        if key not in child.data or (
            key in MERGED and is_mapping(own) and len(where) > 1 and where[1] not in own
        ):
            yield where
