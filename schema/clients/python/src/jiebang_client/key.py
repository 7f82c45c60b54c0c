"""Idempotency keys: the same key with the same input is the same request, however often sent."""

from __future__ import annotations

import hashlib
import hmac
import uuid


def new_key() -> str:
    """A key for a request that was never made before. Keep it where you keep the request, and
    send the same one again."""
    return str(uuid.uuid4())


def repeatable_key(secret: bytes, *parts: str) -> str:
    """A key that follows from what the request is about, and is the same after a crash.

    `secret` is the caller's own, at least 16 random bytes that outlive the process: without one,
    whoever reads a key could try all phone numbers until one fits. Raises `ValueError`.
    """
    if len(secret) < 16:
        raise ValueError("The secret of repeatable keys has at least 16 random bytes.")
    digest = hmac.new(secret, digestmod=hashlib.sha256)
    for part in parts:
        text = part.encode()
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()
