"""Files that belong to a manifest, and must be in the same folder."""

from __future__ import annotations

import re
from pathlib import Path

from jiebang.connectors.manifest.problem import manifest_error
from jiebang.connectors.manifest.tree import FieldPath
from jiebang.sdk import ManifestDocument

MAX_BYTES = 512 * 1024


def sibling_path(document: ManifestDocument, where: FieldPath, name: str) -> Path:
    """Return the path of the file `name` beside the file that contains `where`.

    Raises `ContractError`, at that place, for a name that climbs, a link that leads out of the
    folder, and a missing file.
    """
    home = document.source(where)
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}", name):
        raise manifest_error(document, [(where, "expected the name of a file in the same folder")])
    path = home.parent / name
    if not path.is_file():
        raise manifest_error(document, [(where, f"there is no file {name} in the same folder")])
    # Both may be links into one folder, as in a mounted Kubernetes volume; other links are refused.
    if path.resolve().parent != home.resolve().parent:
        raise manifest_error(document, [(where, f"{name} links to a file outside the folder")])
    return path


def read_sibling(document: ManifestDocument, where: FieldPath, name: str) -> str:
    """Read the file `name`. Raises as `sibling_path`, and for a file that is not UTF-8 text."""
    path = sibling_path(document, where, name)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise manifest_error(
                document, [(where, f"{name} is larger than {MAX_BYTES // 1024} KiB")]
            )
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise manifest_error(
            document, [(where, f"{name} cannot be read: {error.strerror}")]
        ) from None
    except UnicodeDecodeError:
        raise manifest_error(document, [(where, f"{name} is not valid UTF-8")]) from None
