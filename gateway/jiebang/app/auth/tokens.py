"""Tokens for development, tests and the demonstration, signed with a local private key."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from jiebang.app.auth.jwks import AlgorithmRegistry, KeySetError, signing_key
from jiebang.gateway.domain.caller import Holder, Scope, holder_to_claim

#: An issuer that exists only on a developer's machine.
DEVELOPMENT_ISSUER = "https://issuer.example"
DEVELOPMENT_AUDIENCE = "jiebang"

KeyType = Literal["EC", "OKP", "RSA", "oct"]


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The private JWK for signing, and the JWK set for verification."""

    private: Mapping[str, object] = field(repr=False)
    jwks: Mapping[str, object] = field(repr=False)

    @property
    def kid(self) -> str:
        return str(self.private["kid"])


def generate_keypair(kid: str | None = None, kind: KeyType = "EC") -> KeyPair:
    """Generate a key: P-256, Ed25519, 2048-bit RSA, or a 32-byte secret. Its id is its thumbprint
    (RFC 7638) unless `kid` is given. A secret also verifies, so its `jwks` must stay secret too."""
    key: Key
    match kind:
        case "EC":
            key = ECKey.generate_key("P-256")
        case "OKP":
            key = OKPKey.generate_key("Ed25519")
        case "RSA":
            key = RSAKey.generate_key(2048)
        case "oct":
            key = OctKey.generate_key(256)
    named = {"kid": kid or key.thumbprint(), "use": "sig"}
    private = {**key.as_dict(private=True), **named}
    public = {**key.as_dict(private=kind == "oct"), **named}
    return KeyPair(private, {"keys": [public]})


def mint(
    key: Mapping[str, object],
    issuer: str,
    audience: str,
    tenant: str,
    subject: str,
    scopes: Collection[Scope],
    holder: Holder | None = None,
    ttl: timedelta = timedelta(hours=1),
    issued_at: float | None = None,
) -> str:
    """Return a token signed with the private JWK `key`. `issued_at` in seconds since 1970; default
    now.

    Raises `KeySetError` for a key that cannot sign.
    """
    now = int(time.time() if issued_at is None else issued_at)
    claims: dict[str, object] = {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "iat": now,
        "exp": now + int(ttl.total_seconds()),
        "tenant": tenant,
        "scope": " ".join(sorted(scopes)),
    }
    if holder is not None:
        claims["holder"] = holder_to_claim(holder)
    return sign(key, claims)


def sign(key: Mapping[str, object], claims: Mapping[str, object]) -> str:
    """Sign any claims as a JWT. Raises `KeySetError`."""
    signer = signing_key(key)
    if not signer.key.is_private:
        raise KeySetError(f"key {signer.kid!r} is a public key, which cannot sign")
    algorithm = signer.algorithms[0]
    header = {"typ": "at+jwt", "alg": algorithm, "kid": signer.kid}
    registry = AlgorithmRegistry(algorithms=signer.algorithms)
    return jws.serialize_compact(header, json.dumps(claims), signer.key, registry=registry)
