"""The secret behind the idempotency keys: all that has to outlive a crash of the service."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret(path: Path) -> bytes:
    """The secret in that file; a new one where there is none yet.

    It appears whole and on disk, or not at all: what began under a secret that is lost would begin
    a second time. Raises `OSError`.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails, unlike a renaming, where another process was quicker
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
