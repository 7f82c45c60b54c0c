"""Callbacks: only what the platform signed, and signed recently."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
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


@pytest.mark.parametrize("secret", ["", " ", "whsec_", "!", f"{KEY} !"])
def test_an_empty_or_broken_secret_lets_nothing_through(secret: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        verify_signed(secret, sign(), BODY)
    assert KEY not in str(caught.value)
