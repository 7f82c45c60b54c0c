"""Rejects credentials in manifests, where every reader would see them."""

from __future__ import annotations

import re
from typing import Any

from jiebang.connectors.manifest.tree import is_list, is_mapping

#: Names under which credentials are sent.
_CREDENTIAL = re.compile(
    r"(proxy-)?authorization|cookie|(x-)?(api|access|secret|auth)-?(key|token)"
    r"|.*(secret|password|passwd|private-?key)|(x-.*-)?(api-?key|token)",
    re.IGNORECASE,
)


def is_credential_name(name: str) -> bool:
    """Tell whether a value with this name is a credential."""
    return _CREDENTIAL.fullmatch(name.replace("_", "-")) is not None


def refuse_credential(value: dict[str, str]) -> dict[str, str]:
    """Return the texts unchanged. Raises `ValueError` for a literal credential."""
    for name, text in value.items():
        if "${" not in text and is_credential_name(name):
            raise ValueError(
                f"{name} holds a credential: declare a secret in config, and send it by auth "
                "or as ${config.NAME}"
            )
    return value


def refuse_nested_credential(node: Any) -> Any:
    """Do the same for a JSON tree of any depth."""
    if is_mapping(node):
        refuse_credential({name: text for name, text in node.items() if isinstance(text, str)})
    for part in node.values() if is_mapping(node) else node if is_list(node) else ():
        refuse_nested_credential(part)
    return node
