"""Signed requests, verified the way a platform would verify them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from jiebang.sdk import ConfigFault, ContractError, RequestSignature, SignedPart
from jiebang.transport.signature import signature_headers, sorted_query

World = Any
ALL = tuple(SignedPart)
FULL = RequestSignature(
    secret="sign_key",
    header="X-Sign",
    parts=ALL,
    timestamp_header="X-Time",
    nonce_header="X-Nonce",
)


def test_the_canonical_text_is_as_documented() -> None:
    url = URL("https://acme.example/v1/a%2Fb").extend_query({"z": "1", "phone": "+86 138", "a": ""})
    headers = signature_headers(FULL, "s3cret", "post", url, b"{}", now=1_700_000_000.9, nonce="n1")
    text = "\n".join(
        [
            "POST",
            "/v1/a%2Fb",
            "a=&phone=%2B86%20138&z=1",
            "1700000000",
            "n1",
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        ]
    )
    assert headers == {
        "X-Sign": hmac.new(b"s3cret", text.encode(), hashlib.sha256).hexdigest(),
        "X-Time": "1700000000",
        "X-Nonce": "n1",
    }


def test_the_parts_the_encoding_and_the_prefix_are_the_platforms_choice() -> None:
    auth = RequestSignature(
        secret="sign_key",
        header="Authorization",
        parts=(SignedPart.TIMESTAMP, SignedPart.METHOD),
        timestamp_header="X-Ms",
        milliseconds=True,
        base64=True,
        prefix="ACME ",
    )
    url = URL("https://acme.example/")
    digest = hmac.new(b"k", b"1700000000250\nGET", hashlib.sha256).digest()
    assert signature_headers(auth, "k", "GET", url, None, now=1_700_000_000.25, nonce="") == {
        "Authorization": "ACME " + base64.b64encode(digest).decode(),
        "X-Ms": "1700000000250",
    }


async def test_a_platform_can_verify_what_it_received(world: World) -> None:
    server = await world.answer("200 OK", b"{}")
    http = await world.http(server.url + "/api", auth=FULL, sign_key="s3cret")
    await http.send("POST", "/v1/x", params={"p": "+86/1 2&3", "b": "é"}, json={"n": "张"})
    await http.send("GET", "/v1/x")
    nonces: set[str] = set()
    for raw in server.requests:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        method, target, _ = first.split(" ")
        path, _, query = target.partition("?")
        pairs = sorted(
            (quote(name, safe=""), quote(value, safe=""))
            for name, value in parse_qsl(query, keep_blank_values=True)
        )
        text = "\n".join(
            [
                method,
                path,
                "&".join("=".join(pair) for pair in pairs),
                headers["X-Time"],
                headers["X-Nonce"],
                hashlib.sha256(body).hexdigest(),
            ]
        )
        assert headers["X-Sign"] == hmac.new(b"s3cret", text.encode(), "sha256").hexdigest()
        nonces.add(headers["X-Nonce"])
    assert len(nonces) == 2


async def test_without_its_key_nothing_is_sent(world: World) -> None:
    server = await world.answer("200 OK", b"{}")
    auth = RequestSignature(secret="sign_key", header="X-Sign", parts=(SignedPart.BODY,))
    http = await world.http(server.url, auth=auth, sign_key="x")
    http._settings = {"base_url": server.url}
    with pytest.raises(ConfigFault, match="sign_key"):
        await http.send("GET", "/")
    assert not server.requests


@given(st.dictionaries(st.text(), st.text(), max_size=5))
def test_the_order_of_the_query_does_not_matter(pairs: dict[str, str]) -> None:
    backwards = dict(reversed(pairs.items()))
    url = URL("https://acme.example/")
    assert sorted_query(url.extend_query(pairs)) == sorted_query(url.extend_query(backwards))


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": ()},
        {"parts": (SignedPart.BODY, SignedPart.BODY)},
        {"parts": (SignedPart.NONCE,)},
        {"parts": (SignedPart.BODY,), "timestamp_header": "X-Time"},
    ],
)
def test_a_signature_that_cannot_be_checked_is_refused(wrong: Any) -> None:
    with pytest.raises(ContractError):
        RequestSignature(secret="s", header="X-Sign", **wrong)
