"""The keys that verify tokens: which are strong enough, and their algorithms.

The algorithm is determined by the key, never by the token's header alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import JWKRegistry, Key
from joserfc.jws import JWSRegistry

#: By key type and curve. HS256 uses a shared secret, so it is for `oct` keys only.
ALGORITHMS: Mapping[tuple[str, str | None], tuple[str, ...]] = {
    ("EC", "P-256"): ("ES256",),
    ("OKP", "Ed25519"): ("EdDSA", "Ed25519"),
    ("RSA", None): ("RS256", "PS256"),
    ("oct", None): ("HS256",),
}
MIN_RSA_BYTES = 256
MIN_SECRET_BYTES = 32


class KeySetError(ValueError):
    """An unusable key or key set; the text contains no key material."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its id and permitted algorithms, the preferred one first."""

    kid: str
    key: Key = field(repr=False)
    algorithms: tuple[str, ...]


class AlgorithmRegistry(JWSRegistry):
    """joserfc's algorithms, without its warning at each use of `EdDSA`: RFC 9864 replaces the name
    by `Ed25519`, but issuers still use the old one."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name == "EdDSA" and name in (self.allowed or ()):
            return self.algorithms[name]
        return super().get_alg(name)


def verification_keys(jwks: object) -> dict[str, SigningKey]:
    """Return the keys of a JWK set for verifying tokens, by `kid`.

    Keys for another use or of an unsupported type are ignored (RFC 7517, section 5). Raises
    `KeySetError` for a set without a usable key, and for a weak, broken or private key or a
    duplicate or missing id.
    """
    entries = jwks.get("keys") if isinstance(jwks, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON
    if not isinstance(entries, list) or not entries:
        raise KeySetError('is not a JWK set: {"keys": [...]} with at least one key')
    found: dict[str, SigningKey] = {}
    for place, entry in enumerate(entries):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        if not isinstance(entry, Mapping):
            raise KeySetError(f"key {place} is not a JSON object")
        jwk: dict[str, object] = {str(name): value for name, value in entry.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        if jwk.get("use", "sig") != "sig" or not _algorithms(jwk):
            continue
        if jwk.get("kty") != "oct" and "d" in jwk:
            raise KeySetError(f"key {place} is a private key: it belongs to the issuer only")
        key = signing_key(jwk)
        if key.kid in found:
            raise KeySetError(f"two keys have the kid {key.kid!r}")
        found[key.kid] = key
    if not found:
        raise KeySetError("does not contain a key for ES256, EdDSA, RS256, PS256 or HS256")
    return found


def signing_key(jwk: Mapping[str, object]) -> SigningKey:
    """Parse one JWK, private or public. Raises `KeySetError`."""
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not kid:
        raise KeySetError("a key is missing its kid")
    algorithms = _algorithms(jwk)
    if not algorithms:
        raise KeySetError(f"key {kid!r} is neither P-256, Ed25519, RSA nor oct")
    strength = {"RSA": ("n", MIN_RSA_BYTES), "oct": ("k", MIN_SECRET_BYTES)}
    if bounds := strength.get(str(jwk["kty"])):
        name, least = bounds
        if _byte_length(jwk.get(name), leading_zeros=name == "k") < least:
            raise KeySetError(f"key {kid!r} is too short: {least * 8} bits at least")
    try:
        # joserfc only requires a wider type than the members in use.
        key = JWKRegistry.import_key(dict(jwk))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - checked inside
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise KeySetError(f"key {kid!r} is broken") from None
    return SigningKey(kid, key, algorithms)


def _algorithms(jwk: Mapping[str, object]) -> tuple[str, ...]:
    curve = jwk.get("crv")
    kind = (str(jwk.get("kty")), curve if isinstance(curve, str) else None)
    fitting = ALGORITHMS.get(kind, ())
    wanted = jwk.get("alg")
    return fitting if wanted is None else tuple(name for name in fitting if name == wanted)


def _byte_length(number: object, *, leading_zeros: bool) -> int:
    """Return the length of base64url data in bytes. Leading zeros count in a secret but not in a
    number."""
    if not isinstance(number, str):
        return 0
    try:
        raw = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
        return len(raw if leading_zeros else raw.lstrip(b"\0"))
    except (binascii.Error, ValueError):
        return 0
