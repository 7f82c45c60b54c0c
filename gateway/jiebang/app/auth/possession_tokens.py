"""Tokens about what was proven here: signed and checked with keys of the key ring."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

from jiebang.app.auth.authentication import TrustedIssuer
from jiebang.app.auth.jwks import verification_keys
from jiebang.app.auth.tokens import mint
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.keys import KeyRing

#: Who says so in these tokens. No issuer of the settings may bear this name.
POSSESSION_ISSUER = "urn:jiebang:possession"
AUDIENCE = "jiebang"
LIFETIME = timedelta(minutes=15)
#: A holder asks about the own number and orders for it; nothing about the service or others.
SCOPES = frozenset({Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND})

_CONTEXT = "possession token"


class PossessionTokenIssuer:
    """Implements `possession.HolderTokens`. The newest key signs, all of them verify, so that a
    rotation takes no token away. One name in the ring is one key: `kid` tells which."""

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
        """The token and when it expires. Its subject is the same for the same number, so that
        a request sent again under a later token is known."""
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
