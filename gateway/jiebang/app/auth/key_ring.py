"""Entries of `JIEBANG_KEYS`, this installation's key ring: `kid:base64`."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from datetime import UTC, datetime

from jiebang.gateway.domain.keys import Key

_KID = re.compile(r"[A-Za-z0-9_.-]{1,16}")


def new_ring_entry() -> str:
    """Generate a 32-byte key as `kid:base64`."""
    kid = f"k{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(2)}"
    return f"{kid}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def parse_ring_entry(text: str) -> Key:
    """Parse `kid:base64`. Standard and URL-safe base64 are accepted, with or without padding.
    Raises `ValueError`, which never quotes the secret."""
    kid, colon, encoded = text.partition(":")
    if not colon or not _KID.fullmatch(kid):
        raise ValueError("must be <kid>:<base64> with a kid of 1 to 16 letters, digits, - _ .")
    try:
        padded = encoded.strip().rstrip("=").replace("-", "+").replace("_", "/")
        secret = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"must be base64 after the colon (kid {kid})") from None
    if len(secret) != 32:
        raise ValueError(f"must have 32 bytes, not {len(secret)} (kid {kid})")
    return Key(kid, secret)
