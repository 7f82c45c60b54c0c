"""Callbacks: only what the platform signed, and signed recently."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from jiebang.sdk import (
    CallbackInvalid,
    CallbackRequest,
    ConfigFault,
    Secret,
    StandardWebhooks,
    VerifiedCallback,
)
from jiebang.transport import verify

KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 24).decode()
AUTH = StandardWebhooks(key="secret")
BODY = '{"case_id": "c1", "名": "张"}'.encode()


def sign(body: bytes = BODY, *, key: str = KEY, at: datetime | None = None) -> dict[str, str]:
    at = at or datetime.now(UTC)
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(key).sign("evt_1", at, body.decode()),
        "Authorization": "dropped",
    }


def verify_signed(key: str, headers: dict[str, str], body: bytes) -> VerifiedCallback:
    request = CallbackRequest(
        url="https://gateway.test/callbacks/acme/t", headers=tuple(headers.items()), body=body
    )
    return verify(AUTH, Secret(key), request)


def test_a_good_callback_is_decoded() -> None:
    event = verify_signed(KEY, sign(), BODY)
    assert event.event_id == "evt_1"
    assert event.json == {"case_id": "c1", "名": "张"}
    assert "authorization" not in event.headers


def test_two_secrets_hold_while_one_replaces_the_other() -> None:
    for key in (KEY, OTHER):
        assert verify_signed(f"{OTHER} {KEY}", sign(key=key), BODY)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, sign(), BODY.replace(b"c1", b"c2"))


def test_a_foreign_key_is_refused() -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, sign(key=OTHER), BODY)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_time_is_refused(minutes: int) -> None:
    headers = sign(at=datetime.now(UTC) + timedelta(minutes=minutes))
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, headers, BODY)


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_missing_header_is_refused(name: str) -> None:
    headers = sign()
    del headers[name]
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, headers, BODY)


@pytest.mark.parametrize("signature", ["v1", "v1,a,b", "v1,!!!", "v1,abc", "v2,xyz", ",", "é,é"])
def test_a_malformed_signature_is_refused(signature: str) -> None:
    headers = sign() | {"Webhook-Signature": signature}
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, headers, BODY)


@pytest.mark.parametrize("time", ["nan", "inf", "-inf", "1e400", "x", "9" * 30])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    headers = sign() | {"Webhook-Timestamp": time}
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, headers, BODY)


def test_a_body_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, sign(), b"\xff\xfe")


def test_a_signed_body_that_is_not_json_is_refused() -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, sign(b"done"), b"done")


@pytest.mark.parametrize("secret", ["", " ", "whsec_", "!", f"{KEY} !"])
def test_an_empty_or_broken_secret_lets_nothing_through(secret: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        verify_signed(secret, sign(), BODY)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("body", [b"1", b'"done"', b"true", b"null"])
def test_a_signed_body_that_is_neither_object_nor_list_is_refused(body: bytes) -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, sign(body), body)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_header_that_comes_twice_is_refused(name: str) -> None:
    lines = {key.lower(): value for key, value in sign().items()}
    doubled = (*lines.items(), (name.upper(), lines[name]))
    request = CallbackRequest(url="https://gateway.test/cb", headers=doubled, body=BODY)
    with pytest.raises(CallbackInvalid):
        verify(AUTH, Secret(KEY), request)


@given(st.dictionaries(st.text(), st.text()), st.binary())
def test_noise_is_refused_and_never_breaks_anything(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(KEY, headers, body)
