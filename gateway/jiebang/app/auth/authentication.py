"""From a bearer token to a `Caller`.

A token is a JWT that a configured issuer signed. Its claims: `iss`, `aud`, `sub`, `exp`, `iat`,
`tenant`; `scope` (names separated by spaces; those of other services are ignored); and for a
person `holder`, what the issuer has proof of (see `jiebang.gateway.domain.caller`).
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from joserfc import jws
from joserfc.errors import JoseError

from jiebang.app.auth.jwks import AlgorithmRegistry, SigningKey
from jiebang.gateway.domain.caller import Caller, Holder, Scope, holder_from_claim
from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.wording import Wording

#: Seconds by which two clocks may differ.
LEEWAY = 30
#: Seconds a token about a person may live: what was proven goes stale.
MAX_HOLDER_TOKEN_SECONDS = 24 * 3600
#: Characters.
MAX_TOKEN_LENGTH = 8192

_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *", re.IGNORECASE)
#: `typ` in lower case. Other JWTs of the same issuer (events, ID tokens in some) are no tokens.
_TYPES = ("jwt", "at+jwt", "application/at+jwt")


class Refusal(StrEnum):
    """Why nobody is asking."""

    MISSING = "missing"
    MALFORMED = "malformed"
    SIGNATURE = "signature"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    TENANT = "tenant"
    CLAIMS = "claims"


_TEXTS: Mapping[Refusal, Wording] = {
    Refusal.MISSING: Wording("There is no token: send `Authorization: Bearer <token>`."),
    Refusal.MALFORMED: Wording("The token is not a signed JWT in compact form."),
    Refusal.SIGNATURE: Wording("The token's signature does not hold for any key of its issuer."),
    Refusal.EXPIRED: Wording("The token has expired: get a new one."),
    Refusal.NOT_YET: Wording("The token is not valid yet: compare the clocks."),
    Refusal.ISSUER: Wording("The token's issuer is not one of the configured ones."),
    Refusal.AUDIENCE: Wording("The token is meant for another service."),
    Refusal.TENANT: Wording("The token's issuer does not speak for its tenant."),
    Refusal.CLAIMS: Wording("The token's claims are incomplete or contradict each other."),
}


class AuthenticationError(Exception):
    """Nobody we know is asking. The text never holds anything of the token's content.

    `detail` names the claim that is wrong, where one is: in codes, or as a wording.
    """

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        wording = _TEXTS[reason]
        super().__init__(f"{wording} {detail}".rstrip())
        self.wording = (
            Wording("{fault} ({detail})", fault=wording, detail=detail) if detail else wording
        )
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """Who may sign tokens, for which audience and tenants (None: any)."""

    issuer: str
    audience: str
    tenants: frozenset[str] | None
    keys: Mapping[str, SigningKey] = field(repr=False)


class Authenticator:
    """Checks tokens against a fixed list of issuers; `clock` gives seconds since 1970."""

    def __init__(
        self, issuers: Sequence[TrustedIssuer], clock: Callable[[], float] = time.time
    ) -> None:
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        self._clock = clock

    def authenticate(self, authorization: str | None) -> Caller:
        """The caller behind an Authorization header. Raises `AuthenticationError`."""
        if not authorization or not authorization.strip():
            raise AuthenticationError(Refusal.MISSING)
        match = _BEARER.fullmatch(authorization.strip()[: MAX_TOKEN_LENGTH + 8])
        if match is None:
            raise AuthenticationError(Refusal.MALFORMED)
        return self.verify(match[1])

    def verify(self, token: str) -> Caller:
        """The caller behind a token. Raises `AuthenticationError`."""
        if not token:
            raise AuthenticationError(Refusal.MISSING)
        if len(token) > MAX_TOKEN_LENGTH:
            raise AuthenticationError(Refusal.MALFORMED)
        signed, claims = _parse_token(token)
        issuer = self._issuers.get(_text_claim(claims, "iss"))
        if issuer is None:
            raise AuthenticationError(Refusal.ISSUER)
        _check_signature(signed, issuer)
        _check_audience(claims, issuer)
        expires = self._check_times(claims)
        tenant = _text_claim(claims, "tenant")
        if issuer.tenants is not None and tenant not in issuer.tenants:
            raise AuthenticationError(Refusal.TENANT)
        scopes = _scopes(claims)
        holder = _holder(claims, scopes)
        return Caller(
            tenant=tenant,
            subject=_text_claim(claims, "sub"),
            scopes=scopes,
            holder=holder,
            until=expires + LEEWAY,
        )

    def _check_times(self, claims: Mapping[str, object]) -> float:
        """When the token expires."""
        now = self._clock()
        issued, expires = _time_claim(claims, "iat"), _time_claim(claims, "exp")
        begins = _time_claim(claims, "nbf") if "nbf" in claims else issued
        if expires <= issued:
            raise AuthenticationError(Refusal.CLAIMS, Wording("`exp` is not after `iat`."))
        if max(issued, begins) > now + LEEWAY:
            raise AuthenticationError(Refusal.NOT_YET)
        if expires <= now - LEEWAY:
            raise AuthenticationError(Refusal.EXPIRED)
        if "holder" in claims and expires - issued > MAX_HOLDER_TOKEN_SECONDS:
            raise AuthenticationError(
                Refusal.CLAIMS, Wording("A holder's token lives 24 hours at most.")
            )
        return expires


def _parse_token(token: str) -> tuple[jws.CompactSignature, dict[str, object]]:
    """The parts of a token, of which nothing may be believed yet."""
    try:
        signed = jws.extract_compact(token.encode("ascii"))
        claims: object = json.loads(signed.payload or b"")
    except (JoseError, ValueError, TypeError, RecursionError):
        raise AuthenticationError(Refusal.MALFORMED) from None
    if not isinstance(claims, dict):
        raise AuthenticationError(Refusal.MALFORMED)
    return signed, {str(name): value for name, value in claims.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def _check_signature(signed: jws.CompactSignature, issuer: TrustedIssuer) -> None:
    header = signed.headers()
    kid, kind = header.get("kid"), header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise AuthenticationError(Refusal.MALFORMED)
    key = issuer.keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise AuthenticationError(
            Refusal.SIGNATURE, Wording("Its `kid` is not one of the issuer's keys.")
        )
    try:
        holds = jws.validate_compact(
            signed, key.key, registry=AlgorithmRegistry(algorithms=key.algorithms)
        )
    except (JoseError, ValueError, TypeError):
        holds = False
    if not holds:
        raise AuthenticationError(Refusal.SIGNATURE)


def _check_audience(claims: Mapping[str, object], issuer: TrustedIssuer) -> None:
    audience = claims.get("aud")
    named: object = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or issuer.audience not in named:
        raise AuthenticationError(Refusal.AUDIENCE)


def _scopes(claims: Mapping[str, object]) -> frozenset[Scope]:
    text = claims.get("scope", "")
    if not isinstance(text, str):
        raise AuthenticationError(Refusal.CLAIMS, Wording("`scope` is no text."))
    named = set(text.split(" "))
    return frozenset(scope for scope in Scope if scope.value in named)


def _holder(claims: Mapping[str, object], scopes: frozenset[Scope]) -> Holder | None:
    if "holder" not in claims:
        return None
    if Scope.TENURE_ASSERT in scopes:
        raise AuthenticationError(
            Refusal.CLAIMS, Wording("A holder may not have {scope}.", scope=Scope.TENURE_ASSERT)
        )
    try:
        return holder_from_claim(claims["holder"])
    except InvalidArgument as error:
        # Its message may quote a date, which a token's reader has to look up there.
        raise AuthenticationError(Refusal.CLAIMS, f"{error.field}: {error.reason}.") from None


def _text_claim(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise AuthenticationError(
            Refusal.CLAIMS, Wording("`{name}` is missing or no short text.", name=name)
        )
    return value


def _time_claim(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AuthenticationError(
            Refusal.CLAIMS, Wording("`{name}` is missing or no number of seconds.", name=name)
        )
    return value
