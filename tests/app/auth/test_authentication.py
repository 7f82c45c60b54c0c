"""Authentication: only tokens of a configured issuer count, within their limits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, RSAKey

from jiebang.app.auth.authentication import (
    LEEWAY,
    MAX_HOLDER_TOKEN_SECONDS,
    AuthenticationError,
    Authenticator,
    Refusal,
    TrustedIssuer,
)
from jiebang.app.auth.jwks import KeySetError, verification_keys
from jiebang.app.auth.tokens import KeyPair, KeyType, generate_keypair, sign
from jiebang.gateway.domain.caller import Caller, Holder, Scope
from jiebang.gateway.domain.errors import PermissionDenied
from jiebang.gateway.domain.tenure import Current, Departing, Former, Quarantined
from jiebang.schema.translation import translate

NOW = 1_763_900_000  # 2025-11-23
NUMBER = "+8613800001234"
PAIR = generate_keypair("first")
OTHER = generate_keypair("other")
HOLDER: dict[str, object] = {
    "number": NUMBER,
    "basis": "former",
    "held_from": "2020-01-01",
    "held_until": "2025-01-01",
}


def authenticator(pair: KeyPair = PAIR, tenants: frozenset[str] | None = None) -> Authenticator:
    trusted = TrustedIssuer(
        issuer="https://carrier.example",
        audience="jiebang",
        tenants=tenants,
        keys=verification_keys(pair.jwks),
    )
    return Authenticator([trusted], clock=lambda: NOW)


def claims(**changes: object) -> dict[str, object]:
    """Valid claims; None removes one."""
    good: dict[str, object] = {
        "iss": "https://carrier.example",
        "aud": "jiebang",
        "sub": "renewal-service",
        "iat": NOW - 60,
        "exp": NOW + 600,
        "tenant": "cmcc",
        "scope": "accounts:read accounts:unbind",
    }
    merged = {**good, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def verified_caller(**changes: object) -> Caller:
    return authenticator().verify(sign(PAIR.private, claims(**changes)))


def refusal(token: str, by: Authenticator | None = None) -> Refusal:
    with pytest.raises(AuthenticationError) as error:
        (by or authenticator()).verify(token)
    assert token not in str(error.value)
    assert NUMBER[3:] not in str(error.value)
    assert error.value.__cause__ is None
    return error.value.reason


def refusal_of_claims(**changes: object) -> Refusal:
    return refusal(sign(PAIR.private, claims(**changes)))


def encode(part: object) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_signed_token_names_the_caller() -> None:
    caller = verified_caller()
    assert caller == Caller(
        tenant="cmcc",
        subject="renewal-service",
        scopes=frozenset({Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND}),
    )


@pytest.mark.parametrize("kind", ["EC", "OKP", "RSA", "oct"])
def test_every_kind_of_key_is_understood(kind: KeyType) -> None:
    pair = generate_keypair(kind=kind)
    caller = authenticator(pair).verify(sign(pair.private, claims()))
    assert caller.tenant == "cmcc"


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER   {}  "])
def test_the_header_holds_a_bearer_token(header: str) -> None:
    token = sign(PAIR.private, claims())
    assert authenticator().authenticate(header.format(token)).tenant == "cmcc"


@pytest.mark.parametrize("header", [None, "", "  "])
def test_without_a_token_nobody_is_asking(header: str | None) -> None:
    with pytest.raises(AuthenticationError, match="Bearer") as error:
        authenticator().authenticate(header)
    assert error.value.reason is Refusal.MISSING


@pytest.mark.parametrize(
    "header", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer a b", "Bearer a.b", "Bearer " + "a." * 9000]
)
def test_other_headers_are_malformed(header: str) -> None:
    with pytest.raises(AuthenticationError) as error:
        authenticator().authenticate(header)
    assert error.value.reason is Refusal.MALFORMED


@given(st.text(max_size=200))
def test_no_text_at_all_passes_or_breaks_anything(text: str) -> None:
    with pytest.raises(AuthenticationError):
        authenticator().authenticate(text)
    with pytest.raises(AuthenticationError):
        authenticator().verify(text)


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_no_changed_token_passes(place: int, character: str) -> None:
    token = sign(PAIR.private, claims())
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    if changed == token:
        return
    # The last character of base64 may carry spare bits, so that another text is the same bytes.
    if place == len(token) - 1:
        return
    with pytest.raises(AuthenticationError):
        authenticator().verify(changed)


def test_a_key_of_somebody_else_is_refused() -> None:
    assert refusal(sign(OTHER.private, claims())) is Refusal.SIGNATURE
    forged = {**OTHER.private, "kid": PAIR.kid}
    assert refusal(sign(forged, claims())) is Refusal.SIGNATURE


def test_an_unsigned_token_is_refused() -> None:
    header = encode({"alg": "none", "kid": PAIR.kid})
    assert refusal(f"{header}.{encode(claims())}.") is Refusal.SIGNATURE
    assert refusal(f"{header}.{encode(claims())}.AAAA") is Refusal.SIGNATURE


def test_a_public_key_is_no_shared_secret() -> None:
    public = cast("list[dict[str, Any]]", PAIR.jwks["keys"])[0]
    pem = ECKey.import_key(public).as_pem(private=False)
    for secret in (pem, json.dumps(public).encode()):
        signed = f"{encode({'alg': 'HS256', 'kid': PAIR.kid})}.{encode(claims())}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert refusal(f"{signed}.{encode(mac)}") is Refusal.SIGNATURE


def test_a_key_inside_the_token_is_not_believed() -> None:
    public = cast("list[dict[str, Any]]", OTHER.jwks["keys"])[0]
    header = {"alg": "ES256", "kid": PAIR.kid, "jwk": public}
    _, payload, signature = sign(OTHER.private, claims()).split(".")
    assert refusal(f"{encode(header)}.{payload}.{signature}") is Refusal.SIGNATURE


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"kid": 7}, Refusal.SIGNATURE),
        ({"kid": "unknown"}, Refusal.SIGNATURE),
        ({"kid": PAIR.kid, "typ": "secevent+jwt"}, Refusal.MALFORMED),
        ({"kid": PAIR.kid, "crit": ["new"], "new": 1}, Refusal.SIGNATURE),
        ({}, Refusal.SIGNATURE),
    ],
)
def test_a_header_names_the_key_and_asks_for_nothing_unknown(
    header: dict[str, object], reason: Refusal
) -> None:
    token = f"{encode({'alg': 'ES256', **header})}.{encode(claims())}.AAAA"
    assert refusal(token) is reason


@pytest.mark.parametrize("payload", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 5000])
def test_claims_that_are_no_object_are_malformed(payload: bytes) -> None:
    header = {"alg": "ES256", "kid": PAIR.kid}
    assert refusal(f"{encode(header)}.{encode(payload)}.AAAA") is Refusal.MALFORMED


@pytest.mark.parametrize(
    ("claim", "value", "reason"),
    [
        ("iss", "https://stranger.example", Refusal.ISSUER),
        *(
            ("aud", one, Refusal.AUDIENCE)
            for one in (None, "other", [], ["other"], 7, {"jiebang": 1})
        ),
        *(("exp", one, Refusal.CLAIMS) for one in (math.nan, math.inf, "1763900600", NOW - 61)),
        ("exp", NOW - LEEWAY, Refusal.EXPIRED),
        ("iat", NOW + LEEWAY + 1, Refusal.NOT_YET),
        ("nbf", NOW + LEEWAY + 1, Refusal.NOT_YET),
    ],
)
def test_a_claim_that_does_not_hold_is_refused(claim: str, value: object, reason: Refusal) -> None:
    assert refusal_of_claims(**{claim: value}) is reason


@pytest.mark.parametrize(
    ("claim", "value"), [("exp", NOW - LEEWAY + 1), ("iat", NOW + LEEWAY), ("nbf", NOW + LEEWAY)]
)
def test_clocks_may_differ_by_the_leeway(claim: str, value: int) -> None:
    assert verified_caller(**{claim: value})


def test_one_of_several_audiences_is_enough() -> None:
    assert verified_caller(aud=["other", "jiebang"]).tenant == "cmcc"


def test_an_issuer_speaks_for_its_tenants_only() -> None:
    token = sign(PAIR.private, claims())
    assert authenticator(tenants=frozenset({"cmcc"})).verify(token).tenant == "cmcc"
    assert refusal(token, authenticator(tenants=frozenset({"cucc"}))) is Refusal.TENANT
    assert refusal(token, authenticator(tenants=frozenset())) is Refusal.TENANT


@pytest.mark.parametrize("name", ["iss", "sub", "exp", "iat", "tenant"])
@pytest.mark.parametrize("value", [None, True, "", [], {}, "x" * 300])
def test_a_required_claim_must_be_there_and_make_sense(name: str, value: object) -> None:
    assert refusal_of_claims(**{name: value}) in (Refusal.CLAIMS, Refusal.ISSUER)


def test_scopes_of_other_services_are_ignored() -> None:
    assert verified_caller(scope="openid accounts:read").scopes == {Scope.ACCOUNTS_READ}
    assert verified_caller(scope=None).scopes == frozenset()
    assert refusal_of_claims(scope=["accounts:read"]) is Refusal.CLAIMS


def test_a_missing_scope_is_named() -> None:
    caller = verified_caller(scope="accounts:read")
    caller.require(Scope.ACCOUNTS_READ)
    with pytest.raises(PermissionDenied, match="accounts:unbind"):
        caller.require(Scope.ACCOUNTS_UNBIND)


DAY = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("claim", "tenure"),
    [
        ({"basis": "current"}, Current()),
        ({"basis": "current", "activated_on": "2025-03-01"}, Current(activated_on=DAY)),
        ({"basis": "departing", "activated_on": "2025-03-01"}, Departing(activated_on=DAY)),
        (
            {"basis": "former", "held_from": "2020-01-01", "held_until": "2025-03-01"},
            Former(held_from=date(2020, 1, 1), held_until=DAY),
        ),
        (
            {
                "basis": "quarantined",
                "deactivated_on": "2025-03-01",
                "reclaimable_until": "2025-06-01",
                "reissue_from": "2025-07-01",
            },
            Quarantined(
                deactivated_on=DAY,
                reclaimable_until=date(2025, 6, 1),
                reissue_from=date(2025, 7, 1),
            ),
        ),
    ],
)
def test_a_holder_is_what_the_issuer_has_proof_of(claim: dict[str, str], tenure: Any) -> None:
    caller = verified_caller(holder={"number": NUMBER, **claim})
    assert caller.holder == Holder(number=NUMBER, tenure=tenure)
    assert NUMBER[3:] not in repr(caller)


def holder_claim_without(name: str) -> dict[str, object]:
    return {key: value for key, value in HOLDER.items() if key != name}


@pytest.mark.parametrize(
    "holder",
    [
        None,
        "former",
        [],
        {},
        *(holder_claim_without(name) for name in HOLDER),
        {**HOLDER, "basis": "owner"},
        {**HOLDER, "basis": "FORMER"},
        {**HOLDER, "basis": ["former"]},
        {**HOLDER, "basis": "departing"},
        {**HOLDER, "activated_on": "2020-01-01"},
        {**HOLDER, "name": "somebody"},
        {**HOLDER, "number": 13800001234},
        {**HOLDER, "number": "not a number"},
        {**HOLDER, "number": "+861012345678"},
        {**HOLDER, "held_until": "2019-01-01"},
        {**HOLDER, "held_until": "2020-01-01"},
        {**HOLDER, "held_until": "2999-01-01"},
        {**HOLDER, "held_until": None},
        {**HOLDER, "held_from": "20200101"},
        {**HOLDER, "held_from": "2020-02-30"},
        {**HOLDER, "held_from": "2020-01-01T00:00:00"},
        {**HOLDER, "held_from": 1_577_836_800},
        {"number": NUMBER, "basis": "current", "activated_on": "2999-01-01"},
        {"number": NUMBER, "basis": "departing"},
    ],
)
def test_a_claim_that_proves_nothing_is_refused(holder: object) -> None:
    signed = sign(PAIR.private, {**claims(), "holder": holder})
    assert refusal(signed) is Refusal.CLAIMS


def test_a_holder_cannot_vouch_for_tenures() -> None:
    assert refusal_of_claims(holder=HOLDER, scope="accounts:read tenure:assert") is Refusal.CLAIMS
    assert verified_caller(scope="tenure:assert").scopes == {Scope.TENURE_ASSERT}


def test_what_was_proven_about_a_person_goes_stale_in_a_day() -> None:
    begun = NOW - 60
    assert verified_caller(holder=HOLDER, iat=begun, exp=begun + MAX_HOLDER_TOKEN_SECONDS).holder
    assert (
        refusal_of_claims(holder=HOLDER, iat=begun, exp=begun + MAX_HOLDER_TOKEN_SECONDS + 1)
        is Refusal.CLAIMS
    )
    assert verified_caller(iat=begun, exp=begun + 30 * MAX_HOLDER_TOKEN_SECONDS).holder is None


def key_set(*keys: Mapping[str, object]) -> dict[str, object]:
    return {"keys": list(keys)}


PUBLIC = cast("list[dict[str, object]]", PAIR.jwks["keys"])[0]
WEAK_RSA = {"kty": "RSA", "kid": "weak", "n": encode(b"\xc1" * 128), "e": "AQAB"}


@pytest.mark.parametrize(
    ("jwks", "problem"),
    [
        (None, "not a JWK set"),
        ([], "not a JWK set"),
        ({"keys": []}, "not a JWK set"),
        (PUBLIC, "not a JWK set"),
        ({"keys": ["x"]}, "not a JSON object"),
        (key_set(PAIR.private), "private key"),
        (key_set({**PUBLIC, "kid": ""}), "kid"),
        (key_set(PUBLIC, PUBLIC), "two keys"),
        (key_set({**PUBLIC, "x": "AAAA"}), "broken"),
        (key_set({"kty": "EC", "crv": "P-256", "kid": "k"}), "broken"),
        (key_set({**PUBLIC, "use": "enc"}), "not contain a key for"),
        (key_set({**PUBLIC, "alg": "HS256"}), "not contain a key for"),
        (key_set({"kty": "oct", "kid": "k", "k": encode(b"short")}), "too short"),
        (key_set(WEAK_RSA), "too short"),
    ],
)
def test_a_key_set_that_cannot_be_trusted_says_why(jwks: object, problem: str) -> None:
    with pytest.raises(KeySetError, match=problem):
        verification_keys(jwks)


def test_keys_for_other_uses_are_left_out() -> None:
    strange = {"kty": "AKP", "kid": "new", "alg": "ML-DSA-44", "pub": "AAAA"}
    assert list(verification_keys(key_set(strange, PUBLIC))) == ["first"]


def test_a_key_may_narrow_its_algorithms() -> None:
    public = RSAKey.generate_key(2048).as_dict(private=False)
    found = verification_keys(key_set({**public, "kid": "k", "alg": "PS256"}))
    assert found["k"].algorithms == ("PS256",)


def test_key_material_is_not_shown() -> None:
    secret = OctKey.generate_key(256).as_dict(private=True)
    (key,) = verification_keys(key_set({**secret, "kid": "k"})).values()
    assert str(secret["k"]) not in repr(key)
    assert str(PAIR.private["d"]) not in repr(PAIR)


SENTENCE = re.compile(r"[a-z]+ [a-z]+ [a-z]+")


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"iat": None},
        {"exp": NOW - 60},
        {"scope": 1},
        {"holder": HOLDER, "scope": "tenure:assert"},
        {"holder": HOLDER, "exp": NOW + 2 * 24 * 3600},
        {"holder": {}},
    ],
)
def test_a_refusal_speaks_one_language(changes: dict[str, object]) -> None:
    with pytest.raises(AuthenticationError) as error:
        verified_caller(**changes)
    assert error.value.detail
    assert not SENTENCE.search(translate(error.value.wording, "zh-CN"))
