"""The key ring: encryption, blind indexes and signatures for stored data, with key rotation.

Each 32-byte key has an id (`kid`, stored with every ciphertext) and derives one key per purpose
(HKDF-SHA256, RFC 5869). The first key writes, all keys read. To rotate, put a new key in front, and
remove the old one when nothing it wrote is left.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE, _TAG = 12, 16


class Purpose(StrEnum):
    STORE = "store"
    SEAL = "seal"
    INDEX = "index"
    SIGN = "sign"


class KeyRingError(Exception):
    """A ciphertext that was altered or not written by any key of the ring."""


@dataclass(frozen=True, slots=True)
class Key:
    """`secret` is 32 random bytes; `kid` is 1 to 16 characters."""

    kid: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError(f"key {self.kid} must have 32 bytes, not {len(self.secret)}")
        if not 1 <= len(self.kid.encode()) <= 16:
            raise ValueError("a key id must have 1 to 16 characters")


class KeyRing:
    """Encrypts (AES-256-GCM), indexes and signs (HMAC-SHA256)."""

    def __init__(self, keys: Sequence[Key]) -> None:
        if not keys:
            raise ValueError("a key ring needs at least one key")
        self._keys = {key.kid: key for key in keys}
        if len(self._keys) < len(keys):
            raise ValueError("two keys have the same id")
        self._primary = keys[0]
        self._derived: dict[tuple[str, Purpose], bytes] = {}

    def encrypt(self, plain: bytes, *, context: str, purpose: Purpose = Purpose.STORE) -> bytes:
        """Encrypt `plain`; decryption needs the same `context`, which names its place."""
        kid = self._primary.kid.encode()
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._key(self._primary, purpose)).encrypt(nonce, plain, context.encode())
        return bytes([len(kid)]) + kid + nonce + sealed

    def decrypt(self, blob: bytes, *, context: str, purpose: Purpose = Purpose.STORE) -> bytes:
        """Return the plaintext. Raises `KeyRingError`."""
        size = blob[0] if blob else 0
        kid, rest = blob[1 : 1 + size], blob[1 + size :]
        key = self._keys.get(kid.decode("utf-8", "replace"))
        if key is None or len(rest) < _NONCE + _TAG:
            raise KeyRingError("no key of the ring wrote this ciphertext")
        try:
            return AESGCM(self._key(key, purpose)).decrypt(
                rest[:_NONCE], rest[_NONCE:], context.encode()
            )
        except InvalidTag:
            raise KeyRingError("the ciphertext was altered or belongs elsewhere") from None

    def index(self, value: str, *, context: str) -> bytes:
        """Return the blind index under which `value` is stored now: equal values have equal
        indexes, and guessing a value requires the key."""
        return self._mac(self._primary, Purpose.INDEX, f"{context}\0{value}".encode())

    def indexes(self, value: str, *, context: str) -> list[bytes]:
        """Return every index under which `value` may have been stored, for lookups."""
        message = f"{context}\0{value}".encode()
        return [self._mac(key, Purpose.INDEX, message) for key in self._keys.values()]

    def sign(self, message: bytes) -> bytes:
        return self._mac(self._primary, Purpose.SIGN, message)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether any key of the ring made this signature. Compares in constant time."""
        return any(
            hmac.compare_digest(self._mac(key, Purpose.SIGN, message)[: len(signature)], signature)
            for key in self._keys.values()
            if len(signature) >= 16
        )

    def secrets(self, context: str) -> dict[str, bytes]:
        """Return each key's 32-byte signing secret, by key id, the first key's first. `context` is
        the only purpose they are used for."""
        purpose = Purpose.SIGN
        return {
            kid: hmac.new(self._key(key, purpose), f"secret/{context}".encode(), "sha256").digest()
            for kid, key in self._keys.items()
        }

    def _mac(self, key: Key, purpose: Purpose, message: bytes) -> bytes:
        return hmac.new(self._key(key, purpose), message, hashlib.sha256).digest()

    def _key(self, key: Key, purpose: Purpose) -> bytes:
        derived = self._derived.get((key.kid, purpose))
        if derived is None:
            info = f"jiebang/{purpose.value}".encode()
            derived = HKDF(SHA256(), 32, salt=None, info=info).derive(key.secret)
            self._derived[key.kid, purpose] = derived
        return derived
