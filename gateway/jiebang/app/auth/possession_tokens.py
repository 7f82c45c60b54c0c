"""Tokens for numbers proven here, signed and verified with the key ring."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

from jiebang.app.auth.authentication import TrustedIssuer
from jiebang.app.auth.jwks import verification_keys
from jiebang.app.auth.tokens import mint
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.keys import KeyRing

#: The issuer of these tokens. No configured issuer may use this name.
POSSESSION_ISSUER = "urn:jiebang:possession"
AUDIENCE = "jiebang"
LIFETIME = timedelta(minutes=15)
#: A holder may look up and unbind accounts of their own number, and nothing else.
SCOPES = frozenset({Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND})

_CONTEXT = "possession token"


class PossessionTokenIssuer:
    """Implements `possession.HolderTokens`. The newest key signs and all verify, so a rotation
    invalidates no token. `kid` names the key of the ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        keys = [_jwk(kid, secret) for kid, secret in ring.secrets(_CONTEXT).items()]
        self._signing_key = keys[0]
        self.trusted_issuer = TrustedIssuer(
            issuer=POSSESSION_ISSUER,
            audience=AUDIENCE,
            tenants=None,
            keys=verification_keys({"keys": keys}),
        )

    def issue(self, tenant: str, holder: Holder, at: datetime) -> tuple[str, datetime]:
        """Return the token and its expiry. The subject depends only on the number, so that a
        request repeated with a later token is recognized."""
        token = mint(
            self._signing_key,
            POSSESSION_ISSUER,
            AUDIENCE,
            tenant,
            f"possession:{self._ring.index(holder.number, context='possession subject').hex()}",
            SCOPES,
            holder,
            LIFETIME,
            issued_at=at.timestamp(),
        )
        return token, at + LIFETIME


def _jwk(kid: str, secret: bytes) -> Mapping[str, object]:
    text = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
    return {"kty": "oct", "k": text, "kid": kid, "use": "sig"}
