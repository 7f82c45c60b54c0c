"""Tokens for numbers proven here."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from jiebang.app.auth.authentication import AuthenticationError, Authenticator, Refusal
from jiebang.app.auth.possession_tokens import AUDIENCE, POSSESSION_ISSUER, PossessionTokenIssuer
from jiebang.app.auth.tokens import generate_keypair, mint
from jiebang.app.settings.loading import SettingsError, load_settings
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.keys import Key, KeyRing
from jiebang.gateway.domain.tenure import Current

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
OLD, NEW = Key("k1", bytes(range(32))), Key("k2", bytes(range(32, 64)))
HOLDER = Holder(number="+8613800001234", tenure=Current(activated_on=date(2025, 3, 1)))


def authenticator(ring: KeyRing, at: datetime = NOW) -> Authenticator:
    return Authenticator([PossessionTokenIssuer(ring).trusted_issuer], clock=at.timestamp)


def refusal(by: Authenticator, token: str) -> Refusal:
    with pytest.raises(AuthenticationError) as refused:
        by.verify(token)
    return refused.value.reason


def test_the_token_says_what_was_proven_and_allows_what_a_holder_may() -> None:
    ring = KeyRing([OLD])
    token, expires_at = PossessionTokenIssuer(ring).issue("carrier", HOLDER, NOW)
    caller = authenticator(ring).verify(token)
    assert (caller.tenant, caller.holder) == ("carrier", HOLDER)
    assert caller.scopes == {Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND}
    assert expires_at == NOW + timedelta(minutes=15)


def test_the_same_number_is_the_same_subject() -> None:
    voucher, ring = PossessionTokenIssuer(KeyRing([OLD])), KeyRing([OLD])
    first, _ = voucher.issue("carrier", HOLDER, NOW)
    later, _ = voucher.issue("carrier", HOLDER, NOW + timedelta(seconds=20))
    assert authenticator(ring).verify(first).subject == authenticator(ring).verify(later).subject
    assert "13800001234" not in authenticator(ring).verify(first).subject


def test_it_ends_after_a_quarter_of_an_hour() -> None:
    ring = KeyRing([OLD])
    token, _ = PossessionTokenIssuer(ring).issue("carrier", HOLDER, NOW)
    assert refusal(authenticator(ring, NOW + timedelta(minutes=16)), token) is Refusal.EXPIRED


def test_a_rotation_takes_no_token_away_until_the_old_key_goes() -> None:
    token, _ = PossessionTokenIssuer(KeyRing([OLD])).issue("carrier", HOLDER, NOW)
    assert authenticator(KeyRing([NEW, OLD])).verify(token).holder == HOLDER
    assert refusal(authenticator(KeyRing([NEW])), token) is Refusal.SIGNATURE


def test_the_newest_key_signs() -> None:
    token, _ = PossessionTokenIssuer(KeyRing([NEW, OLD])).issue("carrier", HOLDER, NOW)
    assert authenticator(KeyRing([NEW])).verify(token).holder == HOLDER


def test_another_key_of_the_same_name_signs_nothing_of_ours() -> None:
    token, _ = PossessionTokenIssuer(KeyRing([Key("k1", bytes(32))])).issue("carrier", HOLDER, NOW)
    assert refusal(authenticator(KeyRing([OLD])), token) is Refusal.SIGNATURE


def test_nobody_else_speaks_in_our_name() -> None:
    forged = mint(
        generate_keypair("k1").private,
        POSSESSION_ISSUER,
        AUDIENCE,
        "carrier",
        "somebody",
        [Scope.ACCOUNTS_READ],
        HOLDER,
        issued_at=NOW.timestamp(),
    )
    assert refusal(authenticator(KeyRing([OLD])), forged) is Refusal.SIGNATURE


def test_no_issuer_of_the_settings_bears_our_name() -> None:
    issuer = {
        "issuer": POSSESSION_ISSUER,
        "audience": AUDIENCE,
        "tenants": "*",
        "jwks": generate_keypair().jwks,
    }
    with pytest.raises(SettingsError, match="the gateway itself"):
        load_settings({"JIEBANG_DEMO": "1", "JIEBANG_ISSUERS": json.dumps([issuer])})
