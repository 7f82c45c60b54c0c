"""Development tokens contain exactly what was requested."""

from __future__ import annotations

import base64
import time
from datetime import date, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.app.auth.authentication import (
    AuthenticationError,
    Authenticator,
    Refusal,
    TrustedIssuer,
)
from jiebang.app.auth.jwks import KeySetError, signing_key, verification_keys
from jiebang.app.auth.tokens import DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, generate_keypair, mint
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.tenure import Current, Departing, Former, Quarantined, Tenure

PAIR = generate_keypair("dev")
AUTHENTICATOR = Authenticator(
    [
        TrustedIssuer(
            issuer=DEVELOPMENT_ISSUER,
            audience=DEVELOPMENT_AUDIENCE,
            tenants=None,
            keys=verification_keys(PAIR.jwks),
        )
    ]
)

past = st.dates(min_value=date(1990, 1, 1), max_value=date(2025, 1, 1))
later = st.timedeltas(min_value=timedelta(days=1), max_value=timedelta(days=300))


@st.composite
def tenures(draw: st.DrawFn) -> Tenure:
    start, length, rest = draw(past), draw(later), draw(later)
    possible: list[Tenure] = [
        Current(),
        Current(activated_on=start),
        Departing(activated_on=start),
        Former(held_from=start - length, held_until=start),
        Quarantined(
            deactivated_on=start,
            reclaimable_until=start + length,
            reissue_from=start + length + rest,
        ),
    ]
    return draw(st.sampled_from(possible))


def mint_one(
    scopes: frozenset[Scope] = frozenset({Scope.ACCOUNTS_READ}),
    holder: Holder | None = None,
    ttl: timedelta = timedelta(hours=1),
    issued_at: float | None = None,
) -> str:
    return mint(
        PAIR.private,
        DEVELOPMENT_ISSUER,
        DEVELOPMENT_AUDIENCE,
        "cmcc",
        "somebody",
        scopes,
        holder,
        ttl,
        issued_at,
    )


@given(st.frozensets(st.sampled_from(Scope)))
def test_a_minted_token_is_its_caller(scopes: frozenset[Scope]) -> None:
    caller = AUTHENTICATOR.verify(mint_one(scopes))
    assert (caller.tenant, caller.subject, caller.scopes) == ("cmcc", "somebody", scopes)
    assert caller.holder is None


@given(tenures(), st.integers(min_value=0, max_value=10**9 - 1))
def test_a_minted_holder_is_read_back(tenure: Tenure, digits: int) -> None:
    holder = Holder(number=f"+8613{digits:09}", tenure=tenure)
    assert AUTHENTICATOR.verify(mint_one(holder=holder)).holder == holder


def test_a_minted_token_ends_when_it_was_told_to() -> None:
    an_hour_ago = time.time() - 3600
    assert AUTHENTICATOR.verify(mint_one(ttl=timedelta(hours=2), issued_at=an_hour_ago))
    with pytest.raises(AuthenticationError) as error:
        AUTHENTICATOR.verify(mint_one(ttl=timedelta(minutes=5), issued_at=an_hour_ago))
    assert error.value.reason is Refusal.EXPIRED


def test_a_public_key_cannot_sign() -> None:
    (public,) = cast("list[dict[str, object]]", PAIR.jwks["keys"])
    with pytest.raises(KeySetError, match="cannot sign"):
        mint(public, DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE, "cmcc", "somebody", ())


def test_the_id_of_a_key_is_its_thumbprint_unless_named() -> None:
    assert PAIR.kid == "dev"
    fresh = generate_keypair()
    assert len(fresh.kid) == 43
    assert list(verification_keys(fresh.jwks)) == [fresh.kid]


def test_a_secret_may_begin_with_a_zero() -> None:
    secret = base64.urlsafe_b64encode(bytes(1) + bytes(range(1, 32))).rstrip(b"=").decode()
    assert signing_key({"kty": "oct", "k": secret, "kid": "k", "use": "sig"}).kid == "k"
    short = base64.urlsafe_b64encode(bytes(range(1, 32))).rstrip(b"=").decode()
    with pytest.raises(KeySetError, match="too short"):
        signing_key({"kty": "oct", "k": short, "kid": "k", "use": "sig"})
