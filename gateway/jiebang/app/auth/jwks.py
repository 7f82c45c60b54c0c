"""The keys that tokens are signed with: which are good enough, and which algorithms fit them.

The key decides the algorithm, never the token's header alone.
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

#: By key type and curve. HS256 is for a secret that both sides hold, so for `oct` keys only.
ALGORITHMS: Mapping[tuple[str, str | None], tuple[str, ...]] = {
    ("EC", "P-256"): ("ES256",),
    ("OKP", "Ed25519"): ("EdDSA", "Ed25519"),
    ("RSA", None): ("RS256", "PS256"),
    ("oct", None): ("HS256",),
}
MIN_RSA_BYTES = 256
MIN_SECRET_BYTES = 32


class KeySetError(ValueError):
    """A key or key set that cannot be used; the text holds no key material."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key with its id and the algorithms it may be used with, the preferred one first."""

    kid: str
    key: Key = field(repr=False)
    algorithms: tuple[str, ...]


class AlgorithmRegistry(JWSRegistry):
    """joserfc's algorithms, without its warning at every use of the name `EdDSA`, which RFC 9864
    replaces by `Ed25519`: issuers still write the old one."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name == "EdDSA" and name in (self.allowed or ()):
            return self.algorithms[name]
        return super().get_alg(name)


def verification_keys(jwks: object) -> dict[str, SigningKey]:
    """The keys of a JWK set that tokens may be checked with, by `kid`.

    Keys for another use or of a type we do not check are left out, as RFC 7517 asks. Raises
    `KeySetError` for a set without a usable key, for a weak or broken key, a private key, and a
    key without an id of its own.
    """
    entries = jwks.get("keys") if isinstance(jwks, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON
    if not isinstance(entries, list) or not entries:
        raise KeySetError('is no JWK set: {"keys": [...]} with at least one key')
    found: dict[str, SigningKey] = {}
    for place, entry in enumerate(entries):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        if not isinstance(entry, Mapping):
            raise KeySetError(f"key {place} is no JSON object")
        jwk: dict[str, object] = {str(name): value for name, value in entry.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        if jwk.get("use", "sig") != "sig" or not _algorithms(jwk):
            continue
        if jwk.get("kty") != "oct" and "d" in jwk:
            raise KeySetError(f"key {place} is a private key: keep it with the issuer")
        key = signing_key(jwk)
        if key.kid in found:
            raise KeySetError(f"two keys have the kid {key.kid!r}")
        found[key.kid] = key
    if not found:
        raise KeySetError("has no key for ES256, EdDSA, RS256, PS256 or HS256")
    return found


def signing_key(jwk: Mapping[str, object]) -> SigningKey:
    """One JWK, private or public. Raises `KeySetError`."""
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not kid:
        raise KeySetError("a key has no kid")
    algorithms = _algorithms(jwk)
    if not algorithms:
        raise KeySetError(f"key {kid!r} is neither P-256, Ed25519, RSA nor oct")
    strength = {"RSA": ("n", MIN_RSA_BYTES), "oct": ("k", MIN_SECRET_BYTES)}
    if bounds := strength.get(str(jwk["kty"])):
        name, least = bounds
        if _byte_length(jwk.get(name), leading_zeros=name == "k") < least:
            raise KeySetError(f"key {kid!r} is too short: {least * 8} bits at least")
    try:
        # A wider type than the members we use is all that joserfc asks for.
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
    """Length in bytes of base64url text. A number's leading zeros do not count, a secret's do:
    each of its bytes is as random as any other."""
    if not isinstance(number, str):
        return 0
    try:
        raw = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
        return len(raw if leading_zeros else raw.lstrip(b"\0"))
    except (binascii.Error, ValueError):
        return 0
