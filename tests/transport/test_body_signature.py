"""Plain HMAC over a callback: what is signed, when, and how each forgery fails."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.sdk import (
    CallbackInvalid,
    CallbackPart,
    CallbackRequest,
    ConfigFault,
    ContractError,
    KeyFormat,
    PlainHmac,
    Secret,
    VerifiedCallback,
)
from jiebang.transport import verify

Lines = dict[str, str] | list[tuple[str, str]]
URL = "https://gateway.test/callbacks/acme/t"
BODY = '{"event": {"id": "e-7"}, "名": "张"}'.encode()
KEY, OTHER = b"the-key-that-is-shared", b"another"
TIMED = PlainHmac(key="hook", header="X-Signature", timestamp_header="X-Timestamp")
#: No time is signed: the id in its body reveals a replayed callback.
UNTIMED = PlainHmac(
    key="hook",
    header="X-Hub-Signature-256",
    parts=(CallbackPart.BODY,),
    prefix="sha256=",
    event_pointer="/event/id",
)
NAMED = PlainHmac(
    key="hook",
    header="X-Signature",
    parts=(CallbackPart.ID, CallbackPart.TIMESTAMP, CallbackPart.BODY),
    separator="\n",
    timestamp_header="X-Timestamp",
    milliseconds=True,
    event_header="X-Event",
    base64=True,
)
SCHEMES = pytest.mark.parametrize("auth", [TIMED, UNTIMED, NAMED], ids=["timed", "untimed", "id"])


def sign(
    auth: PlainHmac,
    body: bytes = BODY,
    *,
    key: bytes = KEY,
    ago: float = 0.0,
    event: str = "e-1",
) -> dict[str, str]:
    told = time.time() - ago
    stamp = str(int(told * 1000 if auth.milliseconds else told))
    pieces = {
        CallbackPart.ID: event.encode(),
        CallbackPart.TIMESTAMP: stamp.encode(),
        CallbackPart.BODY: body,
    }
    text = auth.separator.encode().join(pieces[part] for part in auth.parts)
    digest = hmac.new(key, text, hashlib.sha256).digest()
    value = base64.b64encode(digest).decode() if auth.base64 else digest.hex()
    headers = {auth.header: auth.prefix + value}
    if auth.timestamp_header:
        headers[auth.timestamp_header] = stamp
    if auth.event_header:
        headers[auth.event_header] = event
    return headers


def verify_signed(auth: PlainHmac, headers: Lines, body: bytes = BODY) -> VerifiedCallback:
    lines = tuple(headers.items() if isinstance(headers, dict) else headers)
    return verify(auth, Secret(KEY.decode()), CallbackRequest(url=URL, headers=lines, body=body))


def assert_refused(auth: PlainHmac, headers: Lines, body: bytes = BODY) -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(auth, headers, body)


def test_an_event_is_known_by_its_signed_id_or_by_what_is_signed() -> None:
    assert verify_signed(NAMED, sign(NAMED)).event_id == "e-1"
    assert verify_signed(UNTIMED, sign(UNTIMED)).event_id == "e-7"
    headers = sign(TIMED)
    text = headers["X-Timestamp"].encode() + b"." + BODY
    assert verify_signed(TIMED, headers).event_id == hashlib.sha256(text).hexdigest()


SPOILT: list[Callable[[str], str]] = [
    lambda value: value[:-1],
    lambda value: value + "0",
    lambda value: value.removeprefix("sha256="),
    lambda value: value.replace("sha256=", "sha1="),
    lambda value: f"{value},{value}",
    lambda value: f"{value[:20]} {value[20:]}",
    lambda value: value[:-1] + "é",
    lambda value: "sha256=",
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_malformed_signature_is_refused(spoil: Callable[[str], str]) -> None:
    headers = sign(UNTIMED)
    assert_refused(UNTIMED, headers | {UNTIMED.header: spoil(headers[UNTIMED.header])})


@pytest.mark.parametrize("value", ["!!!!", "a", "", "====", "é"])
def test_bad_base64_is_refused(value: str) -> None:
    assert_refused(NAMED, sign(NAMED) | {NAMED.header: value})


@pytest.mark.parametrize("stamp", ["nan", "-1", "1e9", "", "٣", "9" * 17, "0x10"])
def test_a_time_that_is_none_is_refused_although_it_is_signed(stamp: str) -> None:
    text = stamp.encode("latin-1", "replace") + b"." + BODY
    digest = hmac.new(KEY, text, hashlib.sha256).hexdigest()
    assert_refused(TIMED, {"X-Signature": digest, "X-Timestamp": stamp})


def test_an_id_that_holds_the_separator_is_refused() -> None:
    dotted = replace(NAMED, separator=".")
    assert_refused(dotted, sign(dotted, event="e.1"))


@pytest.mark.parametrize(
    "body", [b'{"event": {}}', b"[]", b'{"event": {"id": ""}}', b'{"event": {"id": true}}']
)
def test_a_signed_body_without_the_id_it_should_have_is_refused(body: bytes) -> None:
    assert_refused(UNTIMED, sign(UNTIMED, body), body)


@pytest.mark.parametrize(("form", "text"), [("base64", "!"), ("hex", "xy"), ("text", " ")])
def test_a_key_that_cannot_be_read_lets_nothing_through(form: str, text: str) -> None:
    auth = replace(TIMED, key_format=KeyFormat(form))
    request = CallbackRequest(url=URL, headers=tuple(sign(TIMED).items()), body=BODY)
    with pytest.raises(ConfigFault, match="the setting hook"):
        verify(auth, Secret(text), request)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parts": (CallbackPart.TIMESTAMP,)}, "the body"),
        ({"parts": (CallbackPart.BODY, CallbackPart.BODY)}, "no part twice"),
        ({"timestamp_header": None}, "timestamp must be a part"),
        ({"event_header": "X-Event"}, "id must be a part"),
        ({"parts": (CallbackPart.BODY,), "timestamp_header": None}, "known only by its id"),
        ({"event_pointer": "event.id"}, "JSON pointer"),
        ({"event_pointer": "/id", "event_header": "X-Event"}, "not in both"),
        (
            {
                "parts": (CallbackPart.ID, CallbackPart.TIMESTAMP, CallbackPart.BODY),
                "event_header": "X-Event",
                "separator": "",
            },
            "separator",
        ),
    ],
)
def test_a_declaration_that_protects_nothing_is_refused(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        replace(TIMED, **change)


@given(st.lists(st.tuples(st.sampled_from(["X-Signature", "X-Timestamp"]), st.text())), st.binary())
def test_noise_is_refused_and_never_breaks_anything(
    headers: list[tuple[str, str]], body: bytes
) -> None:
    assert_refused(TIMED, headers, body)
