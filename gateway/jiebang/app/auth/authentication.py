"""Turn a bearer token into a `Caller`.

A token is a JWT (RFC 7519) signed by a configured issuer, with the claims `iss`, `aud`, `sub`,
`exp`, `iat`, `tenant`; `scope` (space-separated; unknown names are ignored); and for a person
`holder`, what the issuer has proof of (see `jiebang.gateway.domain.caller`).
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

#: Tolerated clock skew, in seconds.
LEEWAY = 30
#: Maximum lifetime of a person's token in seconds: proof becomes outdated.
MAX_HOLDER_TOKEN_SECONDS = 24 * 3600
#: Characters.
MAX_TOKEN_LENGTH = 8192

_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *", re.IGNORECASE)
#: `typ` in lower case. Other JWTs of the same issuer, such as ID tokens, are not access tokens.
_TYPES = ("jwt", "at+jwt", "application/at+jwt")


class Refusal(StrEnum):
    """Why a request could not be authenticated."""

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
    Refusal.SIGNATURE: Wording("The token's signature is invalid."),
    Refusal.EXPIRED: Wording("The token has expired: get a new one."),
    Refusal.NOT_YET: Wording("The token is not valid yet: check the clocks."),
    Refusal.ISSUER: Wording("The token's issuer is not configured."),
    Refusal.AUDIENCE: Wording("The token is for another audience."),
    Refusal.TENANT: Wording("The token's issuer is not allowed to issue tokens for its tenant."),
    Refusal.CLAIMS: Wording("The token's claims are incomplete or contradictory."),
}


class AuthenticationError(Exception):
    """The caller is unknown. The text never contains anything from the token.

    `detail` names the invalid claim, if there is one: as codes or as a wording.
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
    """Checks tokens against a fixed list of issuers; `clock` returns seconds since 1970."""

    def __init__(
        self, issuers: Sequence[TrustedIssuer], clock: Callable[[], float] = time.time
    ) -> None:
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        self._clock = clock

    def authenticate(self, authorization: str | None) -> Caller:
        """Return the caller named by an Authorization header. Raises `AuthenticationError`."""
        if not authorization or not authorization.strip():
            raise AuthenticationError(Refusal.MISSING)
        match = _BEARER.fullmatch(authorization.strip()[: MAX_TOKEN_LENGTH + 8])
        if match is None:
            raise AuthenticationError(Refusal.MALFORMED)
        return self.verify(match[1])

    def verify(self, token: str) -> Caller:
        """Return the caller named by a token. Raises `AuthenticationError`."""
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
        """Return when the token expires."""
        now = self._clock()
        issued, expires = _time_claim(claims, "iat"), _time_claim(claims, "exp")
        begins = _time_claim(claims, "nbf") if "nbf" in claims else issued
        if expires <= issued:
            raise AuthenticationError(Refusal.CLAIMS, Wording("`exp` must be later than `iat`."))
        if max(issued, begins) > now + LEEWAY:
            raise AuthenticationError(Refusal.NOT_YET)
        if expires <= now - LEEWAY:
            raise AuthenticationError(Refusal.EXPIRED)
        if "holder" in claims and expires - issued > MAX_HOLDER_TOKEN_SECONDS:
            raise AuthenticationError(
                Refusal.CLAIMS, Wording("A holder's token must expire within 24 hours.")
            )
        return expires


def _parse_token(token: str) -> tuple[jws.CompactSignature, dict[str, object]]:
    """Split a token into its parts, which cannot be trusted yet."""
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
        raise AuthenticationError(Refusal.CLAIMS, Wording("`scope` must be a string."))
    named = set(text.split(" "))
    return frozenset(scope for scope in Scope if scope.value in named)


def _holder(claims: Mapping[str, object], scopes: frozenset[Scope]) -> Holder | None:
    if "holder" not in claims:
        return None
    if Scope.TENURE_ASSERT in scopes:
        raise AuthenticationError(
            Refusal.CLAIMS,
            Wording("A holder's token must not contain {scope}.", scope=Scope.TENURE_ASSERT),
        )
    try:
        return holder_from_claim(claims["holder"])
    except InvalidArgument as error:
        # Only codes: the message may quote a date from the token.
        raise AuthenticationError(Refusal.CLAIMS, f"{error.field}: {error.reason}.") from None


def _text_claim(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise AuthenticationError(
            Refusal.CLAIMS, Wording("`{name}` must be a string of 1 to 256 characters.", name=name)
        )
    return value


def _time_claim(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AuthenticationError(
            Refusal.CLAIMS, Wording("`{name}` must be a number of seconds.", name=name)
        )
    return value
