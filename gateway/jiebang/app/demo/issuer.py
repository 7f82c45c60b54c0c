"""The demonstration's token issuer, with keys that last for one run."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from jiebang.app.auth.key_ring import new_ring_entry
from jiebang.app.auth.tokens import (
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    KeyPair,
    generate_keypair,
    mint,
)
from jiebang.app.settings.sources import PREFIX
from jiebang.gateway.domain.caller import Holder, Scope

#: The demonstration's only tenant.
CARRIER = "demo-carrier"
#: The scopes of a person's token.
HOLDER_SCOPES = frozenset({Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND, Scope.COVERAGE_READ})
#: The maximum lifetime of a person's token.
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DemoIssuer:
    """A key for signing tokens, and the key ring of the database."""

    pair: KeyPair = field(default_factory=generate_keypair)
    ring_entry: str = field(default_factory=new_ring_entry, repr=False)

    def environment(self) -> dict[str, str]:
        """Return the settings of a gateway that trusts this issuer, without inherited ones."""
        trusted = {
            "issuer": DEVELOPMENT_ISSUER,
            "audience": DEVELOPMENT_AUDIENCE,
            "tenants": [CARRIER],
            "jwks": self.pair.jwks,
        }
        inherited = {n: value for n, value in os.environ.items() if not n.startswith(PREFIX)}
        return {
            **inherited,
            "JIEBANG_KEYS": self.ring_entry,
            "JIEBANG_ISSUERS": json.dumps([trusted]),
        }

    def service_token(self, scopes: Collection[Scope] = frozenset(Scope)) -> str:
        """Return a token for the carrier's renewal service."""
        return self._mint("renewal-service", scopes)

    def holder_token(self, name: str, holder: Holder) -> str:
        """Return a token for one person and number."""
        return self._mint(name, HOLDER_SCOPES, holder)

    def _mint(self, subject: str, scopes: Collection[Scope], holder: Holder | None = None) -> str:
        return mint(
            self.pair.private,
            DEVELOPMENT_ISSUER,
            DEVELOPMENT_AUDIENCE,
            CARRIER,
            subject,
            scopes,
            holder,
            LIFETIME,
        )
